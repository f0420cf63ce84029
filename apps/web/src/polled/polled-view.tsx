'use client';

import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from '../ui/error-state.tsx';
import { StaleBadge } from '../ui/stale-badge.tsx';
import classes from './polled-view.module.css';

/**
 * What is asked for again and again: a quiet line until the first answer, the error in its place when there is none, and the
 * last answer with a stale badge when the newest question failed. Nothing that is there is ever taken away.
 */
export interface PolledViewProps<Data> {
  readonly query: UseQueryResult<Data, { readonly message: string }>;
  /** What is being loaded: `rules`. */
  readonly noun: string;
  readonly children: (data: Data) => ReactNode;
}

export function PolledView<Data>({ query, noun, children }: PolledViewProps<Data>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <div className={classes.stale} role="status">
            <StaleBadge sinceMs={query.dataUpdatedAt} />
            <span>The worker does not answer; this is what it said last. Trying again.</span>
          </div>
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    return (
      <ErrorState
        title={`No ${noun}: the worker does not answer`}
        message={`It is asked again by itself. ${query.error.message}`}
        action={
          <Button variant="default" onClick={() => query.refetch()}>
            Ask now
          </Button>
        }
      />
    );
  }
  return (
    <p className={classes.loading} aria-busy="true">
      Loading {noun}…
    </p>
  );
}
