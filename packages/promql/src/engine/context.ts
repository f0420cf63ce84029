import type { Queryable, QueryBudget } from '@tidemark/tsdb';
import type { Trace } from '../explain/trace.ts';
import type { LeafSource } from './leaf/leaf.ts';
import type { Notes } from './notes.ts';

/** Series whose windows do not keep what is asked of them, as their kind does not: how many, counted at each selector. */
export interface Lacking {
  /** No answer is made of them. */
  leftOut: number;
  /** One is made, of which nothing is certain. */
  rough: number;
  /** Raw samples answer in their place. */
  fromRaw: number;
  /** And others, as all should be. */
  fromWindows: number;
}

export function nothingLacks(): Lacking {
  return { leftOut: 0, rough: 0, fromRaw: 0, fromWindows: 0 };
}

/** Of which series raw samples are there, where windows do not answer: of those that are too slow to have any, of all. */
export type RawFills = 'none' | 'slow' | 'all';

/** What every node of one query shares. */
export interface QueryContext {
  readonly tenant: string;
  readonly queryable: Queryable;
  /** Null where leaves are evaluated over `queryable`. */
  readonly leaves: LeafSource | null;
  readonly budget: QueryBudget;
  readonly lookbackMs: number;
  readonly notes: Notes;
  readonly features: QueryFeatures;
  /** Of a query that is explained. */
  readonly trace?: Trace;
  /**
   * Selected histograms say where they begin again: within `histogram_count` and its like, which Prometheus answers from counts and sums
   * alone, and so finds resets while it reads.
   */
  readonly tellsResets?: boolean;
  /** The tier whose windows selectors look at; 0: raw samples. */
  readonly widthMs: number;
  readonly rawFills: RawFills;
  /** Series that windows have answered: raw samples are asked of others. */
  readonly except?: ReadonlySet<string>;
  readonly lacking: Lacking;
  /** Of the query itself: what `start()`, `end()`, `step()` and `range()` mean within subqueries too. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 of an instant query. */
  readonly stepMs: number;
}

/** What changes the meaning of expressions, and is off by default, as in Prometheus. */
export interface QueryFeatures {
  /** Metrics' names go at the end of a query only, so that functions of labels can still use them: `promql-delayed-name-removal`. */
  readonly delayedNameRemoval?: boolean;
  /** When a sample's series started says whether it was reset, and where it was zero: `use-start-timestamps`. */
  readonly startTimestamps?: boolean;
  /** Counters are known by `__type__`, not by their names: `type-and-unit-labels`. */
  readonly typeAndUnitLabels?: boolean;
}
