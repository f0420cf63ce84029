'use client';

import { ActionIcon, Menu } from '@mantine/core';
import { IconChartLine, IconCopy, IconDots, IconEdit, IconJson, IconTrash } from '@tabler/icons-react';
import { memo, useState } from 'react';
import styles from './dashboards.module.css';

export type PanelAction = 'edit' | 'explore' | 'duplicate' | 'copy' | 'remove';

export interface PanelMenuProps {
  readonly id: string;
  readonly title: string;
  readonly onAction: (id: string, action: PanelAction) => void;
}

/** The menu itself is made when it is first wanted: thirty panels have thirty buttons, not thirty menus. */
export const PanelMenu = memo(function PanelMenu({ id, title, onAction }: PanelMenuProps) {
  const [wanted, setWanted] = useState(false);
  const [open, setOpen] = useState(false);
  const button = (
    <ActionIcon
      className={styles.panelMenu}
      size={22}
      aria-label={`Menu of ${title}`}
      aria-haspopup="menu"
      onPointerDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.stopPropagation()}
      onClick={() => {
        setWanted(true);
        setOpen(!open);
      }}
    >
      <IconDots size={15} />
    </ActionIcon>
  );
  if (!wanted) return button;
  return (
    <Menu opened={open} onChange={setOpen} position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconEdit size={14} />} onClick={() => onAction(id, 'edit')}>
          Edit
        </Menu.Item>
        <Menu.Item leftSection={<IconChartLine size={14} />} onClick={() => onAction(id, 'explore')}>
          Explore
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => onAction(id, 'duplicate')}>
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<IconJson size={14} />} onClick={() => onAction(id, 'copy')}>
          Copy as JSON
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={14} />} color="red" onClick={() => onAction(id, 'remove')}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
});
