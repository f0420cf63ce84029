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
      const results = await Promise.all(this.#append(list));
      const refusal = results.find((result) => result.kind === 'refused');
      if (refusal !== undefined) this.#encoder.restartEpoch();
      const answer: PublishResult = refusal === undefined ? { kind: 'durable' } : { ...refusal, status: 503 };
      for (const waiting of list) waiting.settle(answer);
    } catch (error) {
      this.#encoder.restartEpoch();
      for (const waiting of list) waiting.fail(error);
    }
  }

  #append(list: readonly Waiting[]): Promise<AppendResult>[] {
    const [{ batch: first, acceptedAtMs }] = list;
    const columns = list.map(({ batch }) => batch);
    const samples = list.reduce((sum, { batch }) => sum + batch.numbers.length, 0);
    const told = list.flatMap(({ batch }) => batch.metadata);
    const appends: Promise<AppendResult>[] = [];
    let from = 0;
    let metadataFrom = 0;
    while (from < samples || metadataFrom < told.length) {
      const metadata = told.slice(metadataFrom, metadataFrom + METADATA_PER_RECORD);
      const { bytes, to } = this.#encoder.encode({ tenant: first.tenant, acceptedAtMs, columns, metadata }, from);
      this.#metrics.records.inc();
      this.#metrics.recordBytes.inc(bytes.length);
      appends.push(this.#log.append(this.#partition, bytes));
      from = to;
      metadataFrom += metadata.length;
    }
    return appends;
  }
}
