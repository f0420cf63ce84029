import type { Labels, MetricMetadata } from '@tidemark/tsdb/model';

/** Samples of one request or scrape on their way into the log, as columns beside each other. */
export interface IncomingBatch {
  readonly tenant: string;
  /** The series of each sample. Senders reuse `Labels` objects where they can: their key is computed once. */
  readonly series: readonly Labels[];
  /** Integers of magnitude up to `TIME_MS_MAX` of `@tidemark/log`: whoever takes samples in refuses others. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly metadata: readonly MetricMetadata[];
}

export type PublishResult =
  | { readonly kind: 'durable' }
  /** Nothing of the batch was accepted; try again after that time. Answered with 429 or 503 and Retry-After. */
  | { readonly kind: 'refused'; readonly status: 429 | 503; readonly reason: string; readonly retryAfterMs: number };

/** The one way into the log: shards, numbers series, encodes records, and waits until they are durable. */
export interface Publisher {
  publish(batch: IncomingBatch): Promise<PublishResult>;
}
