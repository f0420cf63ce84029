'use client';

import { Button } from '@mantine/core';
import type { SaveResult } from '@tidemark/rpc';
import classes from './save-outcome.module.css';

export interface SaveOutcomeProps {
  /** What is saved: `rule`. */
  readonly noun: string;
  readonly result: SaveResult<unknown> | undefined;
  /** The request itself failed. */
  readonly error: { readonly message: string } | null;
  readonly onLoadTheirs: () => void;
  readonly onOverwrite: (version: number) => void;
}

/** Why it was not saved, and what to do about it. Nothing when it was. */
export function SaveOutcome({ noun, result, error, onLoadTheirs, onOverwrite }: SaveOutcomeProps) {
  if (error !== null) return <Line>Not saved: {error.message}</Line>;
  if (result === undefined || result.kind === 'saved') return null;
  if (result.kind === 'refused') return <Line>Not saved: {result.message}</Line>;
  return (
    <Line>
      Not saved: somebody saved this {noun} meanwhile (version {result.version}).
      <Button size="compact-xs" variant="default" onClick={onLoadTheirs}>
        Load theirs, drop mine
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => onOverwrite(result.version)}>
        Save mine over it
      </Button>
    </Line>
  );
}

function Line({ children }: { readonly children: React.ReactNode }) {
  return (
    <div role="alert" className={classes.line}>
      {children}
    </div>
  );
}
