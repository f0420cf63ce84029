import type { Exemplar, MetricMetadata, NamedSeries } from '@tidemark/tsdb/model';

/** Samples of one request or scrape on their way into the log, as columns beside each other. */
export interface IncomingBatch {
  readonly tenant: string;
  /** Whoever takes samples in keeps the table from batch to batch: what is known of a series by its number hangs on it. */
  readonly table: NamedSeries;
  /** The series of each sample, by its number in the table. */
  readonly numbers: Uint32Array;
  /** Integers of magnitude up to `TIME_MS_MAX` of `@tidemark/tsdb/model`: whoever takes samples in refuses others. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly metadata: readonly MetricMetadata[];
  /** None when left out. */
  readonly exemplars?: readonly Exemplar[];
  /** What marks among the values stand for, by their numbers: as `encodeHistogram` writes them. None when left out. */
  readonly histograms?: readonly Uint8Array[];
}

export type PublishResult =
  | { readonly kind: 'durable' }
  /** Nothing of the batch was accepted; try again after that time. Answered with 429 or 503 and Retry-After. */
  | { readonly kind: 'refused'; readonly status: 429 | 503; readonly reason: string; readonly retryAfterMs: number };

/** The one way into the log: shards, numbers series, encodes records, and waits until they are durable. */
export interface Publisher {
  /** The columns have been copied when the call returns, before it is answered. */
  publish(batch: IncomingBatch): Promise<PublishResult>;
}
