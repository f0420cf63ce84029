/**
 * The one `Publisher`: places each series, gives it to its partition's lane, and answers when all of the batch is durable.
 */
import { assert, type Clock } from '@tidemark/base';
import type { Service } from '@tidemark/base/service';
import { type LogWriter, PRODUCER_BYTES, RecordEncoder, TIME_MS_MAX } from '@tidemark/log';
import type { Labels } from '@tidemark/tsdb/model';
import { Placement } from '@tidemark/tsdb/shard';
import { Generations } from '../generations.ts';
import { PLACED_TENANTS_MAX, RETRY_AFTER_MS, WAITING_SAMPLES_MAX } from '../limits.ts';
import { Lane } from './lane.ts';
import type { PublishMetrics } from './metrics.ts';
import type { IncomingBatch, Publisher, PublishResult } from './publisher.ts';

export interface LogPublisherOptions {
  readonly log: LogWriter;
  readonly clock: Clock;
  /** `PRODUCER_BYTES` random bytes, new for each process. */
  readonly producer: Uint8Array;
  readonly metrics: PublishMetrics;
  readonly waitingSamplesMax?: number;
}

export class LogPublisher implements Publisher, Service {
  readonly name = 'publisher';
  readonly #log: LogWriter;
  readonly #clock: Clock;
  readonly #lanes: readonly Lane[];
  readonly #metrics: PublishMetrics;
  readonly #waitingSamplesMax: number;
  readonly #placement: Placement;
  /** A tenant's series by identity: senders reuse `Labels`, and hashing one costs more than all the rest of its sample. */
  readonly #partitionOf = new Generations<string, WeakMap<Labels, number>>(PLACED_TENANTS_MAX);
  #waitingSamples = 0;

  constructor({ log, clock, producer, metrics, waitingSamplesMax = WAITING_SAMPLES_MAX }: LogPublisherOptions) {
    assert(producer.length === PRODUCER_BYTES, 'producer');
    this.#log = log;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#waitingSamplesMax = waitingSamplesMax;
    this.#placement = new Placement(log.partitions);
    this.#lanes = Array.from({ length: log.partitions }, (_, i) => new Lane(i, log, new RecordEncoder({ producer, clock }), metrics));
  }

  async publish(batch: IncomingBatch): Promise<PublishResult> {
    const samples = batch.series.length;
    assert(batch.timesMs.length === samples && batch.values.length === samples, 'columns of equal length');
    assert(batch.timesMs.every(isTime), 'times are integers of magnitude up to TIME_MS_MAX');
    if (samples === 0 && batch.metadata.length === 0) return { kind: 'durable' };
    if (this.#waitingSamples + samples > this.#waitingSamplesMax && this.#waitingSamples > 0) {
      this.#metrics.refused.inc(samples);
      const reason = `${this.#waitingSamples} samples wait for the log already: the disk is slower than what arrives`;
      return { kind: 'refused', status: 503, reason, retryAfterMs: RETRY_AFTER_MS };
    }
    const acceptedAtMs = this.#clock.now();
    const stop = this.#metrics.seconds.startTimer();
    this.#wait(samples);
    try {
      const results = await Promise.all(this.#placed(batch).map(([partition, part]) => this.#lanes[partition].publish(part, acceptedAtMs)));
      const answer = results.find((result) => result.kind === 'refused') ?? results[0];
      if (answer.kind === 'durable') this.#metrics.samples.inc(samples);
      else this.#metrics.refused.inc(samples);
      return answer;
    } finally {
      this.#wait(-samples);
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

  #wait(samples: number): void {
    this.#waitingSamples += samples;
    this.#metrics.waitingSamples.set(this.#waitingSamples);
  }

  /** The batch by partition. Metadata is few and belongs to no series: partition 0 carries it. */
  #placed(batch: IncomingBatch): (readonly [number, IncomingBatch])[] {
    if (this.#lanes.length === 1) return [[0, batch]];
    const positions = this.#lanes.map((): number[] => []);
    batch.series.forEach((labels, i) => void positions[this.#place(batch.tenant, labels)].push(i));
    return positions.flatMap((list, partition) => {
      const metadata = partition === 0 ? batch.metadata : [];
      return list.length === 0 && metadata.length === 0 ? [] : [[partition, { ...pick(batch, list), metadata }] as const];
    });
  }

  #place(tenant: string, labels: Labels): number {
    let known = this.#partitionOf.get(tenant);
    if (known === undefined) {
      known = new WeakMap();
      this.#partitionOf.set(tenant, known);
    }
    let partition = known.get(labels);
    if (partition === undefined) {
      partition = this.#placement.partitionOf(tenant, labels);
      known.set(labels, partition);
    }
    return partition;
  }
}

function isTime(timeMs: number): boolean {
  return Number.isInteger(timeMs) && Math.abs(timeMs) <= TIME_MS_MAX;
}

/** Values as words, so that NaN payloads stay. */
function pick(batch: IncomingBatch, positions: readonly number[]): IncomingBatch {
  const source = new Uint32Array(batch.values.buffer, batch.values.byteOffset, batch.values.length * 2);
  const words = new Uint32Array(positions.length * 2);
  positions.forEach((position, i) => {
    words[i * 2] = source[position * 2];
    words[i * 2 + 1] = source[position * 2 + 1];
  });
  return {
    tenant: batch.tenant,
    series: positions.map((position) => batch.series[position]),
    timesMs: Float64Array.from(positions, (position) => batch.timesMs[position]),
    values: new Float64Array(words.buffer),
    metadata: [],
  };
}
