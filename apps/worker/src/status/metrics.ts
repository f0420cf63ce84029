import type { Clock } from '@tidemark/base';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ConsumeListener } from '../consume/partition-consumer.ts';
import type { SampleTally } from './sample-tally.ts';

/** The worker's own metrics, as `/metrics` shows them. They come back through the log like everybody's. */
export class WorkerMetrics {
  readonly registry = new Registry();

  readonly samplesAppended = this.#counter(
    'tidemark_worker_samples_appended_total',
    'Samples that were read from the log and appended.',
    [],
  );
  readonly samplesRefused = this.#counter('tidemark_worker_samples_refused_total', 'Samples that the engine did not take, by reason.', [
    'reason',
  ]);
  readonly recordsDamaged = this.#counter('tidemark_worker_log_damage_total', 'Stretches of the log that could not be read.', []);
  readonly appendDelay = new Histogram({
    name: 'tidemark_worker_append_delay_seconds',
    help: 'From a batch being accepted by ingest to its being appended here, replays left out.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [this.registry],
  });
  readonly queryDuration = new Histogram({
    name: 'tidemark_query_duration_seconds',
    help: 'Queries by kind and outcome, waiting included.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A figure that is read when `/metrics` is. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** The same for each partition. */
  partitionGauge(name: string, help: string, read: () => Promise<readonly { readonly partition: number; readonly value: number }[]>): void {
    new Gauge({
      name,
      help,
      labelNames: ['partition'],
      registers: [this.registry],
      async collect() {
        for (const { partition, value } of await read()) this.set({ partition }, value);
      },
    });
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }
}

/** Counts what the consumers tell. `replaying` is asked so that old records pass neither for slow ones nor for new ones. */
export function countConsumed(
  metrics: WorkerMetrics,
  tally: SampleTally,
  clock: Clock,
  replaying: () => boolean,
): Omit<ConsumeListener, 'progressed'> {
  return {
    appended: (_partition, samples, acceptedAtMs) => {
      const replayed = replaying();
      tally.appended(samples, replayed);
      metrics.samplesAppended.inc(samples);
      if (!replayed) metrics.appendDelay.observe(Math.max(0, clock.now() - acceptedAtMs) / 1000);
    },
    refused: (_partition, reason, samples, example) => {
      tally.refused(reason, samples, example);
      metrics.samplesRefused.inc({ reason }, samples);
    },
    damaged: () => metrics.recordsDamaged.inc(),
  };
}
