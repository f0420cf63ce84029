'use client';

import { Button } from '@mantine/core';
import type { TestResult } from '@tidemark/rpc';
import { durationText } from '../../ui/duration-text.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import classes from './receiver-editor.module.css';

export interface ReceiverTestProps {
  readonly result: TestResult | undefined;
  readonly error: { readonly message: string } | null;
  readonly pending: boolean;
  readonly onTest: () => void;
}

/** Sends a message that says it is a test, and shows what the other side answered. */
export function ReceiverTest({ result, error, pending, onTest }: ReceiverTestProps) {
  return (
    <div className={classes.test}>
      <Button variant="default" loading={pending} onClick={onTest}>
        Send a test
      </Button>
      <span role="status" className={classes.outcome}>
        {!pending && outcome(result, error)}
      </span>
    </div>
  );
}

function outcome(result: TestResult | undefined, error: ReceiverTestProps['error']): React.ReactNode {
  if (error !== null) return <Told state="firing">Not sent: {error.message}</Told>;
  if (result === undefined) return 'Nothing is saved by it.';
  if (result.kind === 'failed') return <Told state="firing">Failed: {result.message}</Told>;
  return (
    <Told state="ok">
      Delivered in {durationText(result.elapsedMs)}. The answer: {result.answer}
    </Told>
  );
}

function Told({ state, children }: { readonly state: 'ok' | 'firing'; readonly children: React.ReactNode }) {
  return (
    <StateBadge state={state}>
      <span className={classes.told}>{children}</span>
    </StateBadge>
  );
}
