'use client';

import { useQueries } from '@tanstack/react-query';
import type { QueryProblem, Resolution } from '@tidemark/rpc';
import { frameOf } from './frame.ts';
import { type History, overLastGood } from './history.ts';
import { decodeMatrix } from './matrix.ts';
import { LOADING, type QueryView } from './query-view.ts';
import type { ResolvedRange } from './time-range/range.ts';
import { alignToStep, chooseStepMs } from './time-range/step.ts';
import { type TidemarkClient, useTRPCClient } from './trpc.tsx';
import { useKept } from './use-kept.ts';

export interface RangeRequest {
  readonly expr: string;
  readonly range: ResolvedRange;
  readonly widthPx: number;
  /** Of a selector also what lies between its points. */
  readonly spread?: boolean;
  /** What alone is to answer; the best by itself without it. */
  readonly resolution?: Resolution;
  /** False: asks for nothing yet (a panel off screen). */
  readonly enabled?: boolean;
}

/** One expression over one range, asked for once for each change of its parts. */
export function useRangeQuery(request: RangeRequest): QueryView {
  return useRangeQueries([request])[0];
}

export function useRangeQueries(requests: readonly RangeRequest[]): QueryView[] {
  return useHistory(requests).map(viewOf);
}

/** What is known of one request. */
export interface Asked {
  /** The answer to what is asked now. */
  readonly answer: History | undefined;
  /** Until that is there, or when it is a problem, the answer before it: what is drawn stays in sight. */
  readonly shown: History | undefined;
  readonly error: { readonly message: string } | null;
  readonly fetching: boolean;
}

export function useHistory(requests: readonly RangeRequest[]): Asked[] {
  const client = useTRPCClient();
  const results = useQueries({
    queries: requests.map((request) => {
      const stepMs = chooseStepMs(request.range, request.widthPx);
      const { startMs, endMs } = alignToStep(request.range, stepMs);
      return {
        queryKey: ['history', request.expr, startMs, endMs, stepMs, request.resolution, request.spread],
        queryFn: ({ signal }: { signal: AbortSignal }) => ask(client, request, { startMs, endMs, stepMs }, signal),
        enabled: request.enabled !== false && request.expr.trim() !== '' && widthKnown(request),
        // Matrices are large: compared by no one, kept only while shown.
        structuralSharing: false,
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 10_000,
      };
    }),
  });
  const shown = useKept(
    results.map(({ data }) => data),
    overLastGood,
  );
  return results.map(({ data, error, isFetching }, i) => ({ answer: data, shown: shown[i], error, fetching: isFetching }));
}

export function viewOf({ shown, error, fetching }: Asked): QueryView {
  if (error !== null) {
    const problem: QueryProblem = { kind: 'unavailable', message: `The worker cannot be reached: ${error.message}` };
    return { ...LOADING, ...partsOf(shown), status: 'problem', problem };
  }
  if (shown === undefined) return LOADING;
  const status = shown.problem !== null ? 'problem' : shown.frame === null || shown.frame.series.length === 0 ? 'empty' : 'ready';
  return { ...partsOf(shown), status, problem: shown.problem, refreshing: fetching };
}

function partsOf(history: History | undefined): QueryView {
  if (history === undefined) return LOADING;
  const { frame, cost, notes, answeredAtMs } = history;
  return { ...LOADING, frame, cost, notes, updatedAtMs: answeredAtMs };
}

function widthKnown(request: RangeRequest): boolean {
  return request.widthPx > 0 && request.range.toMs > 0;
}

/** Below that, points are as close as samples are. */
const SPREAD_STEP_MS = 1000;

async function ask(
  client: TidemarkClient,
  request: RangeRequest,
  grid: { startMs: number; endMs: number; stepMs: number },
  signal: AbortSignal,
): Promise<History> {
  const result = await client.query.range.query(
    { expr: request.expr, ...grid, resolution: request.resolution, spread: request.spread && grid.stepMs > SPREAD_STEP_MS },
    { signal },
  );
  const base = { expr: request.expr, endMs: grid.endMs, stepMs: grid.stepMs, answeredAtMs: Date.now() };
  if (result.kind === 'problem')
    return { ...base, matrix: null, frame: null, problem: result.problem, cost: null, notes: [], stretches: [] };
  const matrix = decodeMatrix(result.matrix);
  const { cost, notes, stretches } = result;
  const frame = frameOf(matrix, request.range.fromMs, request.range.toMs, stretches);
  return { ...base, matrix, frame, problem: null, cost, notes, stretches };
}
