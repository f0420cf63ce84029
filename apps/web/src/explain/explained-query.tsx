'use client';

import { useQuery } from '@tanstack/react-query';
import type { RangeQuery } from '@tidemark/rpc';
import type { ReactNode } from 'react';
import { useTRPC } from '../lib/trpc.tsx';
import { failureOf } from '../polled/failure.ts';
import { ErrorState } from '../ui/error-state.tsx';
import type { ExplainRow } from './explain-rows.ts';
import classes from './explain-tree.module.css';
import { ExplainTree } from './explain-tree.tsx';

export interface ExplainedQueryProps {
  /** What a reader calls it. */
  readonly name: string;
  /** Of one instant when start and end are the same. */
  readonly asked: RangeQuery;
  /** The stretch of the expression that is pointed at. */
  readonly onPoint: (span: ExplainRow['span']) => void;
  /** Stands above the tree. */
  readonly head?: (answer: { readonly cost: ExplainCost; readonly notes: readonly string[] }) => ReactNode;
}

type ExplainCost = { readonly elapsedMs: number; readonly series: number; readonly samples: number };

/** A query that is run once and told node by node. */
export function ExplainedQuery({ name, asked, onPoint, head }: ExplainedQueryProps) {
  const { data, error } = useQuery({ ...useTRPC().query.explain.queryOptions(asked), staleTime: Number.POSITIVE_INFINITY, gcTime: 10_000 });
  if (data === undefined) {
    if (error === null) return <p className={classes.running}>Running {name}…</p>;
    return <ErrorState {...failureOf(error, `explanation of ${name}`)} compact />;
  }
  if (data.kind === 'problem') return <ErrorState title={`${name} did not work`} message={data.problem.message} compact />;
  return (
    <section>
      {head?.(data)}
      <ExplainTree label={`Explanation of ${name}`} root={data.root} onPoint={onPoint} />
    </section>
  );
}
