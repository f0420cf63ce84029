import type { QueryBudget } from '@tidemark/tsdb';
import type { LeafTrace } from '../../explain/trace.ts';
import type { Series, Steps } from '../columns.ts';
import type { Lacking, QueryFeatures, RawFills } from '../context.ts';
import type { Note } from '../notes.ts';

/**
 * A leaf is a part of an expression that treats each series by itself, or folds series in a way that does not depend on
 * their order: selectors, functions over them, filters, sums and their like. Whoever holds some of the series answers it
 * for those, and the parts together are the answer. See shape.ts for which parts of an expression are leaves.
 */
export interface Leaf {
  readonly tenant: string;
  /** As `format` prints it: equal leaves have equal texts. */
  readonly text: string;
  readonly steps: Steps;
  /** No sample before this time matters. */
  readonly fromMs: number;
  readonly lookbackMs: number;
  /** As in `QueryContext`. */
  readonly widthMs: number;
  readonly rawFills: RawFills;
  /** Of the query itself, as in `QueryContext`. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly features?: QueryFeatures;
  /** Its places tell what its nodes have cost. */
  readonly traced?: boolean;
}

/** What one place that holds series has to say. */
export interface LeafPart {
  readonly series: readonly Series[];
  /** Places are offsets in the leaf's text. */
  readonly notes: readonly Note[];
  readonly lacking: Lacking;
  readonly trace?: LeafTrace;
}

/** Asks all places that hold series. */
export interface LeafSource {
  /**
   * A part from each place, or null where a series may lie in several of them: then the query evaluates the leaf itself, over what it
   * selects. Throws as evaluation does; a `QueryError` points into the leaf's text.
   */
  ask(leaf: Leaf, budget: QueryBudget): Promise<readonly LeafPart[] | null>;
}
