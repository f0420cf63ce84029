/**
 * The way into one partition. One flush at a time: what arrives while it is under way becomes the next one, a record
 * (or a few) for each tenant, so that a slow disk makes larger records and never a longer queue of small ones. Whoever is about to
 * come is waited for before a flush begins (crowd.ts): each record costs a commit and wakes its reader.
 *
 * When a record is refused its announcements are lost, and perhaps an epoch's beginning, and whatever leaned on them in the
 * same flush: all of it is refused (sent again, equal samples merge), and the next record begins a new epoch.
 */
import { type Millis, release } from '@tidemark/base';
import type { AppendResult, LogWriter, RecordEncoder } from '@tidemark/log';
import { METADATA_PER_RECORD } from '../limits.ts';
import { exemplarsEnd } from './exemplar.ts';
import type { PublishMetrics } from './metrics.ts';
import type { IncomingBatch, PublishResult } from './publisher.ts';
import { WaitingSamples } from './waiting-samples.ts';

/** One tenant's samples, and the answer that all who brought some wait for. */
interface Waiting {
  readonly samples: WaitingSamples;
  readonly answer: PromiseWithResolvers<PublishResult>;
}

export interface LaneOptions {
  readonly partition: number;
  readonly log: LogWriter;
  readonly encoder: RecordEncoder;
  readonly metrics: PublishMetrics;
  /** Resolves when a flush may begin, for all lanes at once. */
  readonly gathered: () => Promise<void>;
}

export class Lane {
  readonly #partition: number;
  readonly #log: LogWriter;
  readonly #encoder: RecordEncoder;
  readonly #metrics: PublishMetrics;
  readonly #gathered: () => Promise<void>;
  #waiting = new Map<string, Waiting>();
  readonly #spare: WaitingSamples[] = [];
  #flushing: Promise<void> | null = null;

  constructor({ partition, log, encoder, metrics, gathered }: LaneOptions) {
    this.#partition = partition;
    this.#log = log;
    this.#encoder = encoder;
    this.#metrics = metrics;
    this.#gathered = gathered;
  }

  /** Takes the samples at `positions`, or all of them, at once. */
  publish(batch: IncomingBatch, acceptedAtMs: Millis, positions: Uint32Array | null = null): Promise<PublishResult> {
    const { tenant } = batch;
    let waiting = this.#waiting.get(tenant);
    if (waiting === undefined) {
      waiting = { samples: this.#spare.pop() ?? new WaitingSamples(), answer: Promise.withResolvers() };
      waiting.samples.begin(tenant, acceptedAtMs);
      this.#waiting.set(tenant, waiting);
    }
    if (positions === null) waiting.samples.addAll(batch);
    else waiting.samples.addSome(batch, positions);
    this.#flushing ??= this.#flushAll();
    return waiting.answer.promise;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      await this.#gathered();
      const waiting = this.#waiting;
      this.#waiting = new Map();
      await this.#flush([...waiting.values()]);
    }
    this.#flushing = null;
  }

  /** The tenants' records stand in one epoch: when one is lost, which may be its first, none of those behind it can be relied on. */
  async #flush(waiting: readonly Waiting[]): Promise<void> {
    try {
      const appends: Promise<AppendResult>[] = [];
      for (const { samples } of waiting) {
        this.#append(samples, appends);
        samples.end();
        if (this.#spare.length < SPARE_MAX) this.#spare.push(samples);
      }
      const refusal = refusalOf(appends.length === 1 ? [await appends[0]] : await Promise.all(appends));
      if (refusal !== null) this.#encoder.restartEpoch();
      for (const { answer } of waiting) answer.resolve(refusal ?? DURABLE);
    } catch (error) {
      this.#encoder.restartEpoch();
      for (const { answer } of waiting) answer.reject(error);
    }
  }

  #append(waiting: WaitingSamples, appends: Promise<AppendResult>[]): void {
    const all = waiting.samples();
    const { metadata, exemplars } = all;
    let from = 0;
    let metadataFrom = 0;
    let exemplarsFrom = 0;
    do {
      const exemplarsTo = exemplarsEnd(exemplars, exemplarsFrom);
      const isWhole = metadataFrom + exemplarsFrom === 0 && exemplarsTo === exemplars.length && metadata.length <= METADATA_PER_RECORD;
      const part = isWhole
        ? all
        : {
            ...all,
            metadata: metadata.slice(metadataFrom, metadataFrom + METADATA_PER_RECORD),
            exemplars: exemplars.slice(exemplarsFrom, exemplarsTo),
          };
      const { bytes, to } = this.#encoder.encode(part, from);
      this.#metrics.records.count++;
      this.#metrics.recordBytes.count += bytes.length;
      appends.push(this.#appendRecord(bytes));
      from = to;
      metadataFrom += part.metadata.length;
      exemplarsFrom = exemplarsTo;
    } while (from < waiting.length || metadataFrom < metadata.length || exemplarsFrom < exemplars.length);
  }

  async #appendRecord(bytes: Uint8Array): Promise<AppendResult> {
    const result = await this.#log.append(this.#partition, bytes);
    release(bytes);
    return result;
  }
}

const DURABLE: PublishResult = { kind: 'durable' };

/** What all are told when a record was refused; null when none was. */
function refusalOf(results: readonly AppendResult[]): PublishResult | null {
  for (const result of results) if (result.kind === 'refused') return { ...result, status: 503 };
  return null;
}

/** One being filled and one being written, for each of a few tenants. */
const SPARE_MAX = 4;
