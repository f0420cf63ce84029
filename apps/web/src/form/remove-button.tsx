'use client';

import { Button, Group, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

export interface RemoveButtonProps {
  /** What goes: `rule “Busy”`. */
  readonly what: string;
  /** What else is lost with it. */
  readonly children: ReactNode;
  readonly onRemove: () => void;
  readonly pending: boolean;
}

/** Removing asks once, because it cannot be undone. */
export function RemoveButton({ what, children, onRemove, pending }: RemoveButtonProps) {
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Remove
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={`Remove ${what}?`} size="sm" transitionProps={{ duration: 0 }}>
        {children}
        <Group justify="flex-end" gap={8} mt={16}>
          <Button variant="default" data-autofocus onClick={dialog.close}>
            Keep it
          </Button>
          <Button color="red.8" loading={pending} onClick={onRemove}>
            Remove
          </Button>
        </Group>
      </Modal>
    </>
  );
}
