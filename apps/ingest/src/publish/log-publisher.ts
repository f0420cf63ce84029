/**
 * The one `Publisher`: places each series, gives it to its partition's lane, and answers when all of the batch is durable.
 */
import { assert, type Clock, type Millis } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import { type LogWriter, PRODUCER_BYTES, RecordEncoder } from '@tidemark/log';
import type { Exemplar, MetricMetadata } from '@tidemark/tsdb/model';
import { Placement } from '@tidemark/tsdb/shard';
import { Crowd } from './crowd.ts';
import { Lane } from './lane.ts';
import type { PublishMetrics } from './metrics.ts';
import { BatchPlacer } from './place-batch.ts';
import type { IncomingBatch, Publisher, PublishResult } from './publisher.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface LogPublisherOptions {
  readonly log: LogWriter;
  readonly clock: Clock;
  /** `PRODUCER_BYTES` random bytes, new for each process. */
  readonly producer: Uint8Array;
  readonly metrics: PublishMetrics;
  /** Shared with the process's other publishers; its own without it. */
  readonly room?: WaitingRoom;
}

export class LogPublisher implements Publisher, Service {
  readonly name = 'publisher';
  readonly #log: LogWriter;
  readonly #clock: Clock;
  readonly #lanes: readonly Lane[];
  readonly #metrics: PublishMetrics;
  readonly #room: WaitingRoom;
  readonly #crowd: Crowd;
  readonly #placement: Placement;
  readonly #placer: BatchPlacer;

  constructor({ log, clock, producer, metrics, room = new WaitingRoom() }: LogPublisherOptions) {
    assert(producer.length === PRODUCER_BYTES, 'producer');
    this.#log = log;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#room = room;
    this.#crowd = new Crowd(clock);
    this.#placement = new Placement(log.partitions);
    this.#placer = new BatchPlacer(this.#placement);
    this.#lanes = Array.from({ length: log.partitions }, (_, partition) => {
      const encoder = new RecordEncoder({ producer, clock });
      return new Lane({ partition, log, encoder, metrics, gathered: () => this.#crowd.gathered() });
    });
  }

  async publish(batch: IncomingBatch): Promise<PublishResult> {
    const samples = batch.numbers.length;
    assert(batch.timesMs.length === samples && batch.values.length === samples, 'columns of equal length');
    if (samples === 0 && batch.metadata.length === 0 && (batch.exemplars ?? []).length === 0) return { kind: 'durable' };
    const room = roomOf(batch);
    const refusal = this.#room.refusal(batch.tenant, room);
    if (refusal !== null) {
      this.#metrics.refused.count += samples;
      return refusal;
    }
    const acceptedAtMs = this.#clock.now();
    const beganMs = this.#clock.monotonicMs();
    this.#room.enter(batch.tenant, room);
    this.#crowd.enter();
    this.#metrics.waitingSamples.count += samples;
    try {
      const answer = await this.#toLanes(batch, acceptedAtMs);
      if (answer.kind === 'durable') this.#metrics.samples.count += samples;
      else this.#metrics.refused.count += samples;
      return answer;
    } finally {
      this.#room.leave(batch.tenant, room);
      this.#crowd.leave();
      this.#metrics.waitingSamples.count -= samples;
      this.#metrics.durations.add(this.#clock.monotonicMs() - beganMs);
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  /** Everything accepted becomes durable, then the log is closed. */
  async drain(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.idle()));
    await this.#log.close();
  }

  #toLanes(batch: IncomingBatch, acceptedAtMs: Millis): Promise<PublishResult> {
    return this.#lanes.length === 1 ? this.#lanes[0].publish(batch, acceptedAtMs) : this.#toEachLane(batch, acceptedAtMs);
  }

  async #toEachLane(batch: IncomingBatch, acceptedAtMs: Millis): Promise<PublishResult> {
    const { tenant } = batch;
    const { positions, ends } = this.#placer.place(batch);
    const { exemplars: all = NONE } = batch;
    const exemplarsBy = all.length > 0 ? Map.groupBy(all, ({ series }) => this.#placement.partitionOf(tenant, series)) : null;
    const answers: Promise<PublishResult>[] = [];
    for (let partition = 0, from = 0; partition < ends.length; from = ends[partition++]) {
      // Metadata is little and belongs to no series: partition 0 carries it.
      const metadata = partition === 0 ? batch.metadata : NO_METADATA;
      const own = positions.subarray(from, ends[partition]);
      const exemplars = exemplarsBy?.get(partition) ?? NONE;
      if (own.length === 0 && metadata.length === 0 && exemplars.length === 0) continue;
      answers.push(this.#lanes[partition].publish({ ...batch, metadata, exemplars }, acceptedAtMs, own));
    }
    const results = await Promise.all(answers);
    return results.find((result) => result.kind === 'refused') ?? results[0];
  }
}

const NONE: readonly Exemplar[] = [];
const NO_METADATA: readonly MetricMetadata[] = [];

/** What it takes while it waits, in samples: a native histogram's bytes as well. */
function roomOf({ numbers, histograms }: IncomingBatch): number {
  if (histograms === undefined) return numbers.length;
  let bytes = 0;
  for (const histogram of histograms) bytes += histogram.length;
  return numbers.length + Math.ceil(bytes / SAMPLE_BYTES);
}

/** Of one sample's columns. */
const SAMPLE_BYTES = 20;
