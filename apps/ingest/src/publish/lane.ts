/**
 * The way into one partition. One flush at a time: what arrives while it is under way becomes the next one, a record
 * (or a few) for each tenant, so that a slow disk makes larger records and never a longer queue of small ones.
 *
 * When a record is refused its announcements are lost, and so is whatever else of that tenant leaned on them in the
 * same flush: all of it is refused (sent again, equal samples merge), and the next record begins a new epoch.
 */
import type { Millis } from '@tidemark/base';
import type { AppendResult, LogWriter, RecordEncoder } from '@tidemark/log';
import { METADATA_PER_RECORD } from '../limits.ts';
import type { PublishMetrics } from './metrics.ts';
import type { IncomingBatch, PublishResult } from './publisher.ts';

interface Waiting {
  readonly batch: IncomingBatch;
  readonly acceptedAtMs: Millis;
  readonly settle: (result: PublishResult) => void;
  readonly fail: (error: unknown) => void;
}

export class Lane {
  readonly #partition: number;
  readonly #log: LogWriter;
  readonly #encoder: RecordEncoder;
  readonly #metrics: PublishMetrics;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | null = null;

  constructor(partition: number, log: LogWriter, encoder: RecordEncoder, metrics: PublishMetrics) {
    this.#partition = partition;
    this.#log = log;
    this.#encoder = encoder;
    this.#metrics = metrics;
  }

  publish(batch: IncomingBatch, acceptedAtMs: Millis): Promise<PublishResult> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ batch, acceptedAtMs, settle, fail });
      this.#flushing ??= this.#flushAll();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    await Promise.resolve(); // What arrives in the same turn belongs together.
    while (this.#waiting.length > 0) {
      const byTenant = Map.groupBy(this.#waiting.splice(0), (waiting) => waiting.batch.tenant);
      await Promise.all([...byTenant.values()].map((list) => this.#flush(list)));
    }
    this.#flushing = null;
  }

  /** One tenant's batches. */
  async #flush(list: readonly Waiting[]): Promise<void> {
    try {
      const results = await Promise.all(this.#append(merge(list.map((waiting) => waiting.batch)), list[0].acceptedAtMs));
      const refusal = results.find((result) => result.kind === 'refused');
      if (refusal !== undefined) this.#encoder.restartEpoch();
      const answer: PublishResult = refusal === undefined ? { kind: 'durable' } : { ...refusal, status: 503 };
      for (const waiting of list) waiting.settle(answer);
    } catch (error) {
      this.#encoder.restartEpoch();
      for (const waiting of list) waiting.fail(error);
    }
  }

  #append(batch: IncomingBatch, acceptedAtMs: Millis): Promise<AppendResult>[] {
    const appends: Promise<AppendResult>[] = [];
    const append = (bytes: Uint8Array) => {
      this.#metrics.records.inc();
      this.#metrics.recordBytes.inc(bytes.length);
      appends.push(this.#log.append(this.#partition, bytes));
    };
    let from = 0;
    let metadataFrom = 0;
    while (from < batch.series.length || metadataFrom < batch.metadata.length) {
      const metadata = batch.metadata.slice(metadataFrom, metadataFrom + METADATA_PER_RECORD);
      const { bytes, to } = this.#encoder.encode({ ...batch, acceptedAtMs, metadata }, from);
      append(bytes);
      from = to;
      metadataFrom += metadata.length;
    }
    return appends;
  }
}

function merge(batches: readonly IncomingBatch[]): IncomingBatch {
  if (batches.length === 1) return batches[0];
  const count = batches.reduce((sum, batch) => sum + batch.series.length, 0);
  const timesMs = new Float64Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (const batch of batches) {
    timesMs.set(batch.timesMs, at);
    values.set(batch.values, at); // Between two Float64Arrays this copies bytes: NaN payloads stay.
    at += batch.series.length;
  }
  const metadata = batches.flatMap((batch) => batch.metadata);
  return { tenant: batches[0].tenant, series: batches.flatMap((batch) => batch.series), timesMs, values, metadata };
}
