import type { Millis } from '@tidemark/base';
import type { RolledHistogram } from './rolled-histogram.ts';
import type { Sketch } from './sketch.ts';

/**
 * The windows of one series, as columns: what is kept of its raw samples once these are gone. Window i holds the samples in
 * (endMs[i] - widthMs, endMs[i]]; ends are multiples of the width, and rise. A window is a function of its own samples and nothing
 * else, whatever it was made from: `rollSamples` and `mergeWindows` agree, to the bit where nothing else is said.
 *
 * - A window without samples is absent. Stale markers are no samples.
 * - A NaN is a sample: it counts, makes the sum NaN, and is least or greatest only where every sample is NaN. Which NaN is not kept.
 * - What a kind of series does not keep is null; where it is of one kind in some windows and of another in others, NaN says of which it is
 *   not kept: `changes` of what all gauges keep.
 * - A window of native histograms has them in `histograms`, and is 0 in the columns of numbers. One with numbers beside them, or with histograms that
 *   do not go together, says nothing but between which times it has samples: its count is 0, too. Whoever needs more asks raw samples.
 */
export interface RolledColumns {
  readonly widthMs: Millis;
  readonly length: number;
  readonly endMs: Float64Array;
  /** Samples; 0 where windows say nothing of them. */
  readonly count: Float64Array;
  /** Times of the first and the last sample. */
  readonly firstMs: Float64Array;
  readonly lastMs: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** Of equal ones (0 and -0) the first. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Of decimals the sum of the decimals, rounded once; of others compensated. Where it is not exact: between count · min and count · max. */
  readonly sum: Float64Array;
  /** Of all windows. */
  readonly sumIsExact: boolean;
  /** The sum of the values that are followed by a lesser one within the window: what a counter had reached before each reset. */
  readonly resetCorrection: Float64Array | null;
  /** How many these are. What falls again and again, and is not named like a counter, has neither. */
  readonly resets: Float64Array | null;
  /** Samples that differ from the one before, within the window. A counter has none, nor an exact sum, a deviation, a sketch. */
  readonly changes: Float64Array | null;
  /** Population standard deviation, within 0.1 %; NaN where a sample is not finite. Counters have none. */
  readonly deviation: Float64Array | null;
  /** From five minutes up. A null entry says that min, max and count tell all: see `SketchSum`. Counters have none. */
  readonly sketches: readonly (Sketch | null)[] | null;
  /** Null: there are none. */
  readonly histograms: readonly (RolledHistogram | null)[] | null;
  /** 1: a stale marker follows the last sample within the window. */
  readonly staleAtEnd: Uint8Array;
  /** Ends of the absent windows that hold a stale marker, rising: the series was gone from there on, at the latest. */
  readonly staleEndMs: Float64Array;
}

/** A counter only grows, but for resets; of it less is kept, for less is asked. */
export type SeriesKind = 'counter' | 'gauge';

/** Everything that is in a row of the columns. */
export interface RolledWindow {
  endMs: Millis;
  count: number;
  firstMs: Millis;
  lastMs: Millis;
  first: number;
  last: number;
  min: number;
  max: number;
  sum: number;
  resetCorrection: number;
  resets: number;
  changes: number;
  deviation: number;
  sketch: Sketch | null;
  histogram: RolledHistogram | null;
  staleAtEnd: boolean;
}

/** What there is in the columns of numbers of a window with native histograms. */
export const SAYS_NOTHING = {
  count: 0,
  first: 0,
  last: 0,
  min: 0,
  max: 0,
  sum: 0,
  resetCorrection: 0,
  resets: 0,
  changes: 0,
  deviation: 0,
  sketch: null,
  histogram: null,
} satisfies Partial<RolledWindow>;
