import { AggregatorRegistry, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricsReport } from '../partitions/calls.ts';

/** The worker's own metrics, as `/metrics` shows them: the main thread's here. They come back through the log like everybody's. */
export class WorkerMetrics {
  readonly registry = new Registry();

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

  /** With the figures of the partitions' threads, those of the same name added up. */
  async text(threads: readonly Promise<MetricsReport>[]): Promise<string> {
    const own = await this.registry.getMetricsAsJSON();
    return AggregatorRegistry.aggregate([own, ...(await Promise.all(threads))].map((report) => [...report])).metrics();
  }
}
