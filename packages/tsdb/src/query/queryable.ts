import type { Millis } from '@tidemark/base';
import type { PackedValues } from '../kernel/packed-values.ts';
import type { Resets } from '../kernel/window-kernel.ts';
import type { Exemplar } from '../model/exemplar.ts';
import type { Labels } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { MetricMetadata } from '../model/metadata.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { RolledColumns } from '../rollup/rolled-columns.ts';
import type { Thinned } from '../rollup/thinned.ts';
import type { QueryBudget } from './budget.ts';

/** What a query's leaf asks of the engine. */
export interface SelectRequest {
  readonly tenant: string;
  /** All must match. At least one must not match the empty string. */
  readonly matchers: readonly Matcher[];
  readonly range: TimeRange;
  /** Only the newest sample of each series in `range` is needed: the instant selector's case. */
  readonly newestOnly?: boolean;
  /**
   * Of all samples in `range` together only this is asked: then one value may stand for many, as `weights` says, if the answer is the same
   * to the bit.
   */
  readonly reduction?: Reduction;
  /** Series that are not asked, by their labels' key. */
  readonly except?: ReadonlySet<string>;
}

export type Reduction = 'count' | 'min' | 'max' | 'sum';

export interface SelectedSeries {
  readonly labels: Labels;
  /** Rising times within the asked range; stale markers included. Never empty. The caller must not change them. */
  readonly samples: SampleColumns;
  /** How many samples each value stands for, where a `reduction` was asked for; without, each for itself. */
  readonly weights?: Float64Array;
  /** Missing where nobody has looked. With them the times stay what they are, and series that have the same give the same array. */
  readonly facts?: ValueFacts;
  /** The same values, where the kernel can look through them without unpacking `samples.values`, which somebody does who reads that. */
  readonly packed?: PackedValues;
}

/** What holds for all values of a series. */
export interface ValueFacts {
  readonly hasNaN: boolean;
  /** Null where they are many: it is no counter. */
  readonly resets: Resets | null;
}

/** Windows of one width, asked for as samples are: those that end in `range`, its start excluded. */
export interface RolledRequest {
  readonly tenant: string;
  readonly matchers: readonly Matcher[];
  readonly range: TimeRange;
  readonly widthMs: Millis;
  /**
   * Series that are scraped too slowly to have any windows of this width in the range need not be visited. Without it, their windows are made of
   * samples.
   */
  readonly leavesOutSlow?: boolean;
}

/** What is there in one resolution: 0 is raw samples. */
export interface Tiers {
  readonly widthMs: Millis;
  /** Rising, apart; windows that end in them, `fromMs` excluded, are complete. */
  readonly ranges: readonly TimeRange[];
  /** Where some series have samples instead: they are scraped slowly. Of the finest windows. */
  readonly slow?: readonly TimeRange[];
  /** Where else those of some series are complete. Of raw samples. */
  readonly thinned?: readonly Thinned[];
}

/** Series that match, counted by the values of a label; null: all together. */
export interface CountRequest {
  readonly tenant: string;
  readonly matchers: readonly Matcher[];
  readonly range: TimeRange;
  readonly label: string | null;
}

/** Of the series whose newest sample in the range is no stale marker. */
export interface SeriesCounts {
  /** By value, '' for series without the label. */
  readonly counts: ReadonlyMap<string, number>;
  /** The newest sample of all; null without any. */
  readonly newestMs: Millis | null;
}

/**
 * The port between the query engine and whatever holds samples: one partition, several, or a test's table.
 * Each call charges `budget` and ends early, by its error, when it is used up or cancelled.
 */
export interface Queryable {
  /** Each series once, in no particular order. */
  select(request: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]>;
  /**
   * As `select`, one series after the other; its columns are valid until `visit` returns, but a column of times that comes again, the very
   * object, is as it was. For who needs each series once: nothing is copied. Where it is missing, `select` does.
   */
  visit?(request: SelectRequest, budget: QueryBudget, visit: (series: SelectedSeries) => void): Promise<void>;
  /**
   * What can be asked of `range`, the finest resolution first; open towards the past where nothing has been dropped, and raw samples towards
   * the future. None if there is nothing of the tenant. Where it is missing, there is nothing but raw samples.
   */
  tiers?(tenant: string, range: TimeRange): readonly Tiers[] | Promise<readonly Tiers[]>;
  /** Each series that has such windows, once; they are valid until `visit` returns. */
  visitRolled?(request: RolledRequest, budget: QueryBudget, visit: (labels: Labels, windows: RolledColumns) => void): Promise<void>;
  /** What `newestOnly` would give, counted. Null where it cannot be said without going through the series: then they are selected. */
  countNewest?(request: CountRequest, budget: QueryBudget): Promise<SeriesCounts | null>;
  /** Series with samples in `range` for which every matcher holds. */
  series(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<Labels[]>;
  /** Sorted, unique; restricted to series that match when matchers are given. */
  labelNames(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]>;
  labelValues(tenant: string, name: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]>;
  metadata(tenant: string): Promise<readonly MetricMetadata[]>;
  /** Of the series that any of the selectors matches, in no particular order. Where it is missing, none are kept. */
  exemplars?(tenant: string, selectors: readonly (readonly Matcher[])[], range: TimeRange): Promise<readonly Exemplar[]>;
}
