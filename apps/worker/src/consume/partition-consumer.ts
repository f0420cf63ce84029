import { type Clock, CorruptionError, type Millis } from '@tidemark/base';
import type { Logger, Service } from '@tidemark/base/service';
import type { LogEntry, LogSource, Offset, RecordDecoder } from '@tidemark/log';
import type { AppendOutcome, Engine } from '@tidemark/tsdb';
import { CONSUME_SLICE_MS, LOG_END_PATIENCE_MS, READY_LAG_MS, REFUSAL_LOG_EVERY_MS, SETTLE_MS } from '../limits.ts';
import type { ConsumerStatus, PartitionProgress } from '../partitions/calls.ts';
import { PlainError } from '../plain-error.ts';
import { extentReaching } from './extent-reaching.ts';

/**
 * Follows one partition of the log into its engine.
 *
 *   created ──run──▶ replaying ──reaches the end that the log had at the start──▶ following ──drain──▶ stopped
 *
 * Damage costs its record; a refused sample is counted by its reason. Nothing that the log holds stops the consumer.
 */
export interface PartitionConsumerOptions {
  readonly partition: number;
  readonly source: LogSource;
  readonly engine: Engine;
  readonly decoder: RecordDecoder;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly listener: ConsumeListener;
}

/** What others want to know as it happens. */
export interface ConsumeListener {
  appended(partition: PartitionConsumer, samples: number, acceptedAtMs: Millis): void;
  refused(partition: PartitionConsumer, reason: string, samples: number, example: string): void;
  damaged(partition: PartitionConsumer): void;
  /** `consumedToMs` or `replay` has changed. */
  progressed(): void;
}

/** The log and the data folder do not belong together. */
export class ForeignLogError extends PlainError {
  override readonly name = 'ForeignLogError';
}

export class PartitionConsumer implements Service {
  readonly name: string;
  readonly partition: number;
  readonly #options: PartitionConsumerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #first: Offset = 0;
  #position: Offset = 0;
  #end: Offset = 0;
  /** Null until the log's extent is known. */
  #replay: { readonly from: Offset; readonly to: Offset } | null = null;
  /** Where the log ended at a known time: once that is consumed, so is all that was accepted before. */
  #mark: { readonly end: Offset; readonly atMs: Millis } | null = null;
  #consumedToMs: Millis = Number.NEGATIVE_INFINITY;
  #isCurrent = false;
  #newestAcceptedAtMs: Millis | null = null;
  #damaged = 0;
  readonly #refusalLoggedAtMs = new Map<string, Millis>();

  constructor(options: PartitionConsumerOptions) {
    this.#options = options;
    this.partition = options.partition;
    this.name = `partition ${options.partition}`;
  }

  /** Everything accepted until here is in the engine. Never falls. */
  get consumedToMs(): Millis {
    return this.#consumedToMs;
  }

  get replayed(): boolean {
    return this.#replay !== null && this.#position >= this.#replay.to;
  }

  /** Has replayed, and was close behind the log once since: what comes now is new. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  get progress(): PartitionProgress {
    return { partition: this.partition, consumedToMs: this.#consumedToMs, replayed: this.replayed, notReady: this.notReady() };
  }

  get status(): ConsumerStatus {
    const caughtUp = this.#position >= this.#end;
    const lagMs = caughtUp || this.#newestAcceptedAtMs === null ? 0 : Math.max(0, this.#options.clock.now() - this.#newestAcceptedAtMs);
    return {
      partition: this.partition,
      first: this.#first,
      position: this.#position,
      end: this.#end,
      lagMs,
      damaged: this.#damaged,
    };
  }

  notReady(): string | null {
    if (this.#replay === null) return `opening ${this.name} of the log`;
    if (this.replayed) return null;
    const { from, to } = this.#replay;
    return `replaying ${this.name}: ${Math.floor((100 * (this.#position - from)) / (to - from))} %`;
  }

  /** Asks the log for its end, so that `consumedToMs` moves on though nothing arrives. */
  async probe(): Promise<PartitionProgress> {
    const atMs = this.#options.clock.now();
    const { first, end } = await this.#options.source.extent(this.partition);
    this.#first = first;
    this.#end = Math.max(this.#end, end);
    // An older mark that is still ahead stays: under load the newer one might never be reached.
    this.#mark ??= { end, atMs };
    this.#reach();
    return this.progress;
  }

  run(signal: AbortSignal): Promise<void> {
    this.#running = this.#follow(AbortSignal.any([signal, this.#stop.signal]));
    return this.#running;
  }

  /** Ends following, then writes the engine's head into blocks. */
  async drain(): Promise<void> {
    this.#stop.abort();
    await this.#running.catch(() => {}); // Its failure was reported by `run`.
    await this.#options.engine.drain();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { source, engine, listener, clock } = this.#options;
    const from = engine.replayOffset;
    const extent = await extentReaching(source, this.partition, from, clock, clock.now() + LOG_END_PATIENCE_MS, signal);
    if (signal.aborted) return;
    if (from > extent.end) {
      throw new ForeignLogError(
        `partition ${this.partition}: the data stands at offset ${from} of the log, but the log ends at ${extent.end}: restore the log that belongs to the data, or start with an empty data folder`,
      );
    }
    this.#first = extent.first;
    this.#end = extent.end;
    this.#position = Math.min(Math.max(from, extent.first), extent.end);
    if (extent.first > from) this.#reportPruned(from, extent.first);
    this.#replay = { from: this.#position, to: extent.end };
    listener.progressed();
    const reader = source.reader(this.partition, from);
    try {
      while (!signal.aborted) {
        const { entries, end } = await reader.read(signal);
        this.#end = Math.max(this.#end, end);
        await this.#consume(entries, signal);
        this.#position = Math.max(this.#position, reader.position);
        this.#reach();
      }
    } finally {
      await reader.close();
    }
  }

  /** In slices, so that queries and alerts run in between, also while a long log is replayed. */
  async #consume(entries: readonly LogEntry[], signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let sliceEndMs = clock.now() + CONSUME_SLICE_MS;
    for (const entry of entries) {
      if (signal.aborted) return;
      if (entry.kind === 'damage') {
        this.#options.decoder.lost(entry.offset);
        this.#reportDamage(entry.error);
      } else this.#append(entry.bytes, entry.offset);
      this.#position = entry.offset + 1;
      if (clock.now() < sliceEndMs) continue;
      this.#reach();
      await new Promise((resolve) => setImmediate(resolve));
      sliceEndMs = clock.now() + CONSUME_SLICE_MS;
    }
  }

  #append(bytes: Uint8Array, offset: Offset): void {
    const { decoder, engine, listener } = this.#options;
    let record: ReturnType<RecordDecoder['decode']>;
    try {
      record = decoder.decode(bytes, offset);
    } catch (error) {
      if (!(error instanceof CorruptionError)) throw error;
      this.#reportDamage(error);
      return;
    }
    switch (record.kind) {
      case 'repeated':
        return;
      case 'unreadable':
        this.#refuse('unreadable_record', 0, record.reason);
        return;
      case 'batch': {
        const { batch, origin, unknownSamples } = record;
        const outcome = engine.append(batch, origin);
        this.#newestAcceptedAtMs = Math.max(this.#newestAcceptedAtMs ?? 0, batch.acceptedAtMs);
        listener.appended(this, outcome.appended, batch.acceptedAtMs);
        if (unknownSamples > 0)
          this.#refuse('series_lost', unknownSamples, `record ${offset}: their series were announced in a lost record`);
        this.#countRefused(outcome);
      }
    }
  }

  #countRefused({ refused }: AppendOutcome): void {
    for (const { reason, samples, firstSeries } of refused) this.#refuse(reason, samples, firstSeries);
  }

  #refuse(reason: string, samples: number, example: string): void {
    const { clock, logger, listener } = this.#options;
    listener.refused(this, reason, samples, example);
    const nowMs = clock.now();
    if (nowMs - (this.#refusalLoggedAtMs.get(reason) ?? Number.NEGATIVE_INFINITY) < REFUSAL_LOG_EVERY_MS) return;
    this.#refusalLoggedAtMs.set(reason, nowMs);
    logger.warn({ partition: this.partition, reason, samples, example }, 'samples refused');
  }

  /** The worker was away, or could write no blocks, for longer than the log is kept. */
  #reportPruned(from: Offset, first: Offset): void {
    const { decoder, logger } = this.#options;
    decoder.lost(first - 1);
    logger.error(
      { partition: this.partition, from, first },
      'the log no longer holds all that was to be read: what came in between is lost, unless it is in blocks',
    );
  }

  #reportDamage(error: CorruptionError): void {
    this.#damaged++;
    this.#options.logger.error(
      { partition: this.partition, file: error.file, offset: error.offset, reason: error.reason },
      'damage in the log',
    );
    this.#options.listener.damaged(this);
  }

  #reach(): void {
    let toMs = this.#newestAcceptedAtMs ?? Number.NEGATIVE_INFINITY;
    if (this.#mark !== null && this.#position >= this.#mark.end) {
      toMs = Math.max(toMs, this.#mark.atMs);
      this.#mark = null;
    }
    this.#consumedToMs = Math.max(this.#consumedToMs, toMs - SETTLE_MS);
    this.#isCurrent ||= this.replayed && this.#options.clock.now() - this.#consumedToMs <= READY_LAG_MS;
    this.#options.listener.progressed();
  }
}
