import type { Millis } from '@tidemark/base';
import type { MissingStretch } from '@tidemark/tsdb';
import type { Labels } from '@tidemark/tsdb/model';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import type { AnswerClass } from './tiers/answer-class.ts';

/** What an expression gives. Order: vectors as the expression orders them, matrices by labels. */
export type QueryValue =
  | { readonly kind: 'scalar'; readonly atMs: Millis; readonly value: number }
  | { readonly kind: 'string'; readonly atMs: Millis; readonly value: string }
  | { readonly kind: 'vector'; readonly atMs: Millis; readonly samples: readonly VectorSample[] }
  | { readonly kind: 'matrix'; readonly series: readonly MatrixSeries[] };

export interface VectorSample {
  readonly labels: Labels;
  /** NaN when the sample is a native histogram. */
  readonly value: number;
  readonly histogram?: NativeHistogram;
}

/** The points that exist, rising in time. For a range query the times lie on its steps. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Beside `values`, where points are native histograms. */
  readonly histograms?: readonly (NativeHistogram | undefined)[];
}

/** What is worth saying beside a result, in Prometheus' words. */
export interface Annotations {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Which data a stretch of the answer is made of. */
export interface Stretch {
  /** The first and the last of its times of evaluation. */
  readonly fromMs: Millis;
  readonly toMs: Millis;
  /** The width of the windows that samples were rolled up into; 0: raw samples. */
  readonly resolutionMs: Millis;
  readonly class: AnswerClass;
  /** The greatest share by which one of its functions is off; null where none can be stated. */
  readonly error: number | null;
  /** So many series, counted at each selector, are made of raw samples all the same: their windows do not answer. */
  readonly seriesFromRaw?: number;
}

export interface QueryOutcome {
  readonly value: QueryValue;
  readonly annotations: Annotations;
  /** Rising, and together all times of evaluation. */
  readonly stretches: readonly Stretch[];
  /** Samples that could not be read: the answer is without them, and its warnings say so. */
  readonly missing: readonly MissingStretch[];
}
