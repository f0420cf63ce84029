'use client';

import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { EditorHandle } from '../../editor/promql-editor.tsx';
import { alignToStep, chooseStepMs } from '../../lib/time-range/step.ts';
import { useTimeRange } from '../../lib/time-range/use-time-range.ts';
import { useTRPC } from '../../lib/trpc.tsx';
import { failureOf } from '../../polled/failure.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { ExplainTree } from './explain-tree.tsx';
import classes from './explore.module.css';
import { askedQueries, type ExploreQuery, type ExploreState } from './explore-state.ts';
import { ResultNotes } from './result-notes.tsx';

export interface ExplainResultProps {
  readonly state: ExploreState;
  /** Of the query with that letter, while it is there. */
  readonly editorOf: (id: string) => EditorHandle | undefined;
}

/** Where the time of each query goes: each is run over the range, as its chart would be, and told node by node. */
export function ExplainResult({ state, editorOf }: ExplainResultProps) {
  const { ref, width } = useElementSize();
  return (
    <div ref={ref} className={classes.result}>
      {width > 0 &&
        askedQueries(state).map((query) => <Explained key={query.id} query={query} state={state} widthPx={width} editorOf={editorOf} />)}
    </div>
  );
}

function Explained({ query, state, widthPx, editorOf }: ExplainResultProps & { readonly query: ExploreQuery; readonly widthPx: number }) {
  const { id, expr } = query;
  const { resolved } = useTimeRange();
  const stepMs = chooseStepMs(resolved, widthPx);
  const range = alignToStep(resolved, stepMs);
  const asked = { expr, stepMs, resolution: state.resolution, startMs: range.startMs, endMs: range.endMs };
  const { data, error } = useQuery({ ...useTRPC().query.explain.queryOptions(asked), staleTime: Number.POSITIVE_INFINITY, gcTime: 10_000 });
  if (data === undefined) {
    if (error === null) return <p className={classes.quiet}>Running {id}…</p>;
    return <ErrorState {...failureOf(error, `explanation of ${id}`)} compact />;
  }
  if (data.kind === 'problem') return <ErrorState title={`${id} did not work`} message={data.problem.message} compact />;
  return (
    <section>
      <ResultNotes rows={[{ id, cost: data.cost, notes: data.notes }]} />
      <ExplainTree label={`Explanation of ${id}`} root={data.root} onPoint={(span) => editorOf(id)?.highlight(expr, span)} />
    </section>
  );
}
