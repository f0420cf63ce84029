import type { Queryable, QueryBudget } from '@tidemark/tsdb';
import type { Notes } from './notes.ts';

/** What every node of one query shares. */
export interface QueryContext {
  readonly tenant: string;
  readonly queryable: Queryable;
  readonly budget: QueryBudget;
  readonly lookbackMs: number;
  readonly notes: Notes;
  /** Of the query itself: what `start()`, `end()`, `step()` and `range()` mean within subqueries too. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 of an instant query. */
  readonly stepMs: number;
}
