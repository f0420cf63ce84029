import type { Registry } from 'prom-client';
import { countersOf, type Durations, DurationsHistogram, type Tally, tallyCounters } from '../tallies.ts';

/** What the push protocols tell of themselves. */
export interface PushMetrics {
  protocol(name: string): ProtocolMetrics;
  readonly dropped: Readonly<Record<DropReason, Tally>>;
}

/** Why a sample that arrived was not stored. Each sender was told as well, where its protocol can say so. */
export type DropReason = 'exemplar' | 'invalid_series';

/** Of one protocol. */
export class ProtocolMetrics {
  /** By the answer's status. */
  readonly answers = new Map<number, number>();
  readonly durations: Durations;

  constructor(durations: Durations) {
    this.durations = durations;
  }

  answered(status: number, tookMs: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    this.durations.add(tookMs);
  }
}

export function createPushMetrics(registry: Registry): PushMetrics {
  const protocols = new Map<string, ProtocolMetrics>();
  countersOf(
    registry,
    { name: 'tidemark_ingest_push_requests_total', help: 'Push requests answered.', labelNames: ['protocol', 'code'] },
    () => [...protocols].flatMap(([protocol, { answers }]) => [...answers].map(([code, count]) => [{ protocol, code }, count] as const)),
  );
  const seconds = new DurationsHistogram(registry, {
    name: 'tidemark_ingest_push_duration_seconds',
    help: 'From a push request being read until its answer.',
    label: 'protocol',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  return {
    protocol(name) {
      const known = protocols.get(name);
      if (known !== undefined) return known;
      const metrics = new ProtocolMetrics(seconds.of({ protocol: name }));
      protocols.set(name, metrics);
      return metrics;
    },
    dropped: tallyCounters(
      registry,
      {
        name: 'tidemark_ingest_dropped_total',
        help: 'Samples that arrived and were not stored: exemplars that are too long, and series or histograms that are not valid.',
        label: 'reason',
      },
      ['exemplar', 'invalid_series'],
    ),
  };
}
