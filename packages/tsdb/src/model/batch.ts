import type { Millis } from '@tidemark/base';
import type { Labels } from './labels.ts';
import type { MetricMetadata } from './metadata.ts';

/**
 * What a log record holds once it is read, and what the engine appends: columns, and series by number.
 *
 * A `SeriesTable` belongs to one producer's epoch and one tenant. The same object comes back with every batch
 * of that epoch, so that a consumer may hang its own resolution (number → its series) on it with a WeakMap.
 */
export interface SeriesTable {
  /** By series number. Only grows. */
  readonly labels: readonly Labels[];
}

export interface SampleBatch {
  readonly tenant: string;
  /** Wall time at which ingest accepted the batch; latency is measured from here. */
  readonly acceptedAtMs: Millis;
  readonly table: SeriesTable;
  readonly groups: readonly SampleGroup[];
  readonly metadata: readonly MetricMetadata[];
}

/** Samples of one instant: a scrape, or what a push gave the same time. */
export interface SampleGroup {
  readonly timeMs: Millis;
  /** Series numbers in the batch's table, each at most once. */
  readonly numbers: Uint32Array;
  /** Beside `numbers`. Stale markers by their bits. */
  readonly values: Float64Array;
}
