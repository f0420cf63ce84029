/** What a panel knows about its query at one moment. Loading, empty, problem and stale are states of their own, not absences. */
import type { QueryCost, QueryProblem } from '@tidemark/rpc';
import type { Frame } from './frame.ts';

export type QueryStatus = 'loading' | 'ready' | 'empty' | 'problem' | 'stale';

export interface QueryView {
  readonly status: QueryStatus;
  /** The newest points; while loading anew or after a problem, the last good ones. */
  readonly frame: Frame | null;
  readonly problem: QueryProblem | null;
  readonly cost: QueryCost | null;
  readonly notes: readonly string[];
  /** When the newest points were complete; null before the first answer. */
  readonly updatedAtMs: number | null;
  /** A new answer is on its way, over one that is shown. */
  readonly refreshing: boolean;
}

export const LOADING: QueryView = {
  status: 'loading',
  frame: null,
  problem: null,
  cost: null,
  notes: [],
  updatedAtMs: null,
  refreshing: false,
};

/** The state of a panel with several queries: the worst of them, except that one with data is never blank. */
export function combineStatus(views: readonly QueryView[]): QueryStatus {
  const has = (status: QueryStatus) => views.some((view) => view.status === status);
  if (has('problem')) return 'problem';
  if (has('stale')) return 'stale';
  if (has('ready')) return 'ready';
  if (has('loading')) return 'loading';
  return 'empty';
}
