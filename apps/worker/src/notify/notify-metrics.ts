import type { LedgerDraft, LedgerProgress } from '@tidemark/db';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What notifications tell of themselves. */
export class NotifyMetrics {
  readonly #finished: Counter<'receiver' | 'outcome'>;
  readonly #attempts: Counter<'receiver'>;
  readonly #latency: Histogram<'receiver'>;

  constructor(registry: Registry, waiting: () => number) {
    const registers = [registry];
    this.#finished = new Counter({
      name: 'tidemark_notifications_total',
      help: 'Messages that came to their end, by kind of receiver and outcome.',
      labelNames: ['receiver', 'outcome'],
      registers,
    });
    this.#attempts = new Counter({
      name: 'tidemark_notification_attempts_total',
      help: 'Attempts that those messages took.',
      labelNames: ['receiver'],
      registers,
    });
    this.#latency = new Histogram({
      name: 'tidemark_notification_latency_seconds',
      help: "From the newest sample behind a message to the receiver's acceptance.",
      labelNames: ['receiver'],
      buckets: [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60, 300, 3600],
      registers,
    });
    new Gauge({
      name: 'tidemark_notifications_waiting',
      help: 'Messages that wait for their receiver.',
      registers,
      collect() {
        this.set(waiting());
      },
    });
  }

  finished({ receiverKind: receiver, sampleAtMs }: LedgerDraft, { outcome, attempts, deliveredAtMs }: LedgerProgress): void {
    this.#finished.inc({ receiver, outcome });
    this.#attempts.inc({ receiver }, attempts);
    if (deliveredAtMs !== null) this.#latency.observe({ receiver }, Math.max(0, deliveredAtMs - sampleAtMs) / 1000);
  }
}
