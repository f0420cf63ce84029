import type { Millis } from '@tidemark/base';
import type { Exemplar } from './exemplar.ts';
import type { Labels } from './labels.ts';
import type { MetricMetadata } from './metadata.ts';

/**
 * What a log record holds once it is read, and what the engine appends: columns, and series by number.
 *
 * A `SeriesTable` belongs to whoever named the series: a sender's decoder in ingest, a producer's epoch and tenant in a
 * record. The same object comes back with every batch, so that others may hang their own resolution (number → their
 * series) on it with a WeakMap.
 */
export interface SeriesTable {
  /** How many series have been named: numbers are below it. Only grows. */
  readonly size: number;
  /** Texts by their numbers. Only grows. */
  readonly texts: readonly string[];
  /** A series' texts by their numbers: name, value, name, value … A view, valid until the next call. */
  textsOf(series: number): Uint32Array;
  /** A series by its number. Perhaps made anew each time: for the first sight of a series. */
  labels(series: number): Labels;
}

export interface SampleBatch {
  readonly tenant: string;
  /** Wall time at which ingest accepted the batch; latency is measured from here. */
  readonly acceptedAtMs: Millis;
  readonly table: SeriesTable;
  readonly groups: readonly SampleGroup[];
  readonly metadata: readonly MetricMetadata[];
  /** None when left out. They carry their series' labels: it may have no sample here. */
  readonly exemplars?: readonly Exemplar[];
  /** What marks among the values stand for, by their numbers, as `encodeHistogram` writes them. None when left out. */
  readonly histograms?: readonly Uint8Array[];
}

/** Samples of one instant: a scrape, or what a push gave the same time. */
export interface SampleGroup {
  readonly timeMs: Millis;
  /** Series numbers in the batch's table. Of a series that is there twice, the first sample counts. */
  readonly numbers: Uint32Array;
  /** Beside `numbers`. Stale markers by their bits. */
  readonly values: Float64Array;
}
