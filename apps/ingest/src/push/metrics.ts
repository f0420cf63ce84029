import { Counter, Histogram, type Registry } from 'prom-client';

/** What the push protocols tell of themselves. */
export interface PushMetrics {
  readonly requests: Counter;
  readonly dropped: Counter;
  readonly seconds: Histogram;
}

/** Why a sample that arrived was not stored. Each sender was told as well, where its protocol can say so. */
export type DropReason = 'exemplar' | 'invalid_series';

export function createPushMetrics(registry: Registry): PushMetrics {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'tidemark_ingest_push_requests_total',
      help: 'Push requests answered.',
      labelNames: ['protocol', 'code'],
      registers,
    }),
    dropped: new Counter({
      name: 'tidemark_ingest_dropped_total',
      help: 'Samples that arrived and were not stored: exemplars that are too long, and series or histograms that are not valid.',
      labelNames: ['reason'],
      registers,
    }),
    seconds: new Histogram({
      name: 'tidemark_ingest_push_duration_seconds',
      help: 'From a push request being read until its answer.',
      labelNames: ['protocol'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  };
}
