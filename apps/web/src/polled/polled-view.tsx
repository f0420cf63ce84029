'use client';

import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from '../ui/error-state.tsx';
import { StaleBadge } from '../ui/stale-badge.tsx';
import { failureOf, type RequestError } from './failure.ts';
import classes from './polled-view.module.css';

/**
 * What is asked for again and again: a quiet line until the first answer, the error in its place when there is none, and the
 * last answer with a stale badge when the newest question failed. Nothing that is there is ever taken away.
 */
export interface PolledViewProps<Data> {
  readonly query: UseQueryResult<Data, RequestError>;
  /** What is being loaded: `rules`. */
  readonly noun: string;
  readonly children: (data: Data) => ReactNode;
}

export function PolledView<Data>({ query, noun, children }: PolledViewProps<Data>) {
  if (query.data !== undefined) {
    return (
      <div>
        {query.isError && (
          <div className={classes.stale} role="status">
            <StaleBadge sinceMs={query.dataUpdatedAt} />
            <span>The worker does not answer; this is what it said last. It is asked again by itself.</span>
          </div>
        )}
        {children(query.data)}
      </div>
    );
  }
  if (query.isError) {
    const action = (
      <Button variant="default" onClick={() => query.refetch()}>
        Ask now
      </Button>
    );
    return (
      <div>
        <ErrorState {...failureOf(query.error, noun)} action={action} />
      </div>
    );
  }
  return (
    <p className={classes.loading} aria-busy="true">
      Loading {noun}…
    </p>
  );
}
