/**
 * The one `Publisher`: places each series, gives it to its partition's lane, and answers when all of the batch is durable.
 */
import { assert, type Clock, type Millis } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import { type LogWriter, PRODUCER_BYTES, RecordEncoder } from '@tidemark/log';
import type { Exemplar } from '@tidemark/tsdb/model';
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
      this.#metrics.refused.inc(samples);
      return refusal;
    }
    const acceptedAtMs = this.#clock.now();
    const stop = this.#metrics.seconds.startTimer();
    this.#room.enter(batch.tenant, room);
    this.#crowd.enter();
    this.#metrics.waitingSamples.inc(samples);
    try {
      const results = await Promise.all(this.#toLanes(batch, acceptedAtMs));
      const answer = results.find((result) => result.kind === 'refused') ?? results[0];
      if (answer.kind === 'durable') this.#metrics.samples.inc(samples);
      else this.#metrics.refused.inc(samples);
      return answer;
    } finally {
      this.#room.leave(batch.tenant, room);
      this.#crowd.leave();
      this.#metrics.waitingSamples.dec(samples);
      stop();
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

  #toLanes(batch: IncomingBatch, acceptedAtMs: Millis): Promise<PublishResult>[] {
    const { tenant } = batch;
    if (this.#lanes.length === 1) return [this.#lanes[0].publish(tenant, acceptedAtMs, (samples) => samples.addAll(batch))];
    const { positions, ends } = this.#placer.place(batch);
    const exemplarsBy = Map.groupBy(batch.exemplars ?? NONE, ({ series }) => this.#placement.partitionOf(tenant, series));
    const answers: Promise<PublishResult>[] = [];
    for (let partition = 0, from = 0; partition < ends.length; from = ends[partition++]) {
      // Metadata is little and belongs to no series: partition 0 carries it.
      const metadata = partition === 0 ? batch.metadata : [];
      const own = positions.subarray(from, ends[partition]);
      const exemplars = exemplarsBy.get(partition) ?? NONE;
      if (own.length === 0 && metadata.length === 0 && exemplars.length === 0) continue;
      const lane = this.#lanes[partition];
      answers.push(lane.publish(tenant, acceptedAtMs, (samples) => samples.addSome({ ...batch, metadata, exemplars }, own)));
    }
    return answers;
  }
}

const NONE: readonly Exemplar[] = [];

/** What it takes while it waits, in samples: a native histogram's bytes as well. */
function roomOf({ numbers, histograms = [] }: IncomingBatch): number {
  let bytes = 0;
  for (const histogram of histograms) bytes += histogram.length;
  return numbers.length + Math.ceil(bytes / SAMPLE_BYTES);
}

/** Of one sample's columns. */
const SAMPLE_BYTES = 20;
