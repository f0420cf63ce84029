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
import type { PublishResult } from './publisher.ts';
import { WaitingSamples } from './waiting-samples.ts';

/** One tenant's samples, and who waits for them. */
interface Waiting {
  readonly samples: WaitingSamples;
  readonly askers: { readonly settle: (result: PublishResult) => void; readonly fail: (error: unknown) => void }[];
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

  /** `add` is called at once, and adds what arrived. */
  publish(tenant: string, acceptedAtMs: Millis, add: (samples: WaitingSamples) => void): Promise<PublishResult> {
    let waiting = this.#waiting.get(tenant);
    if (waiting === undefined) {
      waiting = { samples: this.#spare.pop() ?? new WaitingSamples(), askers: [] };
      waiting.samples.begin(tenant, acceptedAtMs);
      this.#waiting.set(tenant, waiting);
    }
    add(waiting.samples);
    const { askers } = waiting;
    return new Promise((settle, fail) => {
      askers.push({ settle, fail });
      this.#flushing ??= this.#flushAll();
    });
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
    const askers = waiting.flatMap((one) => one.askers);
    try {
      const appends = waiting.flatMap(({ samples }) => {
        const records = this.#append(samples);
        if (this.#spare.length < SPARE_MAX) this.#spare.push(samples);
        return records;
      });
      const results = await Promise.all(appends);
      const refusal = results.find((result) => result.kind === 'refused');
      if (refusal !== undefined) this.#encoder.restartEpoch();
      const answer: PublishResult = refusal === undefined ? { kind: 'durable' } : { ...refusal, status: 503 };
      for (const { settle } of askers) settle(answer);
    } catch (error) {
      this.#encoder.restartEpoch();
      for (const { fail } of askers) fail(error);
    }
  }

  #append(waiting: WaitingSamples): Promise<AppendResult>[] {
    const all = waiting.samples();
    const appends: Promise<AppendResult>[] = [];
    let from = 0;
    let metadataFrom = 0;
    let exemplarsFrom = 0;
    while (from < waiting.length || metadataFrom < all.metadata.length || exemplarsFrom < all.exemplars.length) {
      const exemplarsTo = exemplarsEnd(all.exemplars, exemplarsFrom);
      const exemplars = all.exemplars.slice(exemplarsFrom, exemplarsTo);
      const metadata = all.metadata.slice(metadataFrom, metadataFrom + METADATA_PER_RECORD);
      const { bytes, to } = this.#encoder.encode({ ...all, metadata, exemplars }, from);
      this.#metrics.records.inc();
      this.#metrics.recordBytes.inc(bytes.length);
      appends.push(this.#appendRecord(bytes));
      from = to;
      metadataFrom += metadata.length;
      exemplarsFrom = exemplarsTo;
    }
    return appends;
  }

  async #appendRecord(bytes: Uint8Array): Promise<AppendResult> {
    const result = await this.#log.append(this.#partition, bytes);
    release(bytes);
    return result;
  }
}

/** One being filled and one being written, for each of a few tenants. */
const SPARE_MAX = 4;
