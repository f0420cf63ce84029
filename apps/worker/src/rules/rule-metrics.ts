import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AlertBook } from './alert-book.ts';

/** What the rules tell of themselves. */
export class RuleMetrics {
  readonly tickDuration: Histogram;
  readonly tickDelay: Histogram;
  readonly failures: Counter;
  readonly storeFailures: Counter;

  constructor(registry: Registry, book: AlertBook) {
    const registers = [registry];
    this.tickDuration = new Histogram({
      name: 'tidemark_rules_tick_duration_seconds',
      help: 'Evaluating all rules once, until the changed states are in PostgreSQL.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    });
    this.tickDelay = new Histogram({
      name: 'tidemark_rules_tick_delay_seconds',
      help: 'From the second that was evaluated to the end of its evaluation.',
      buckets: [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30],
      registers,
    });
    this.failures = new Counter({
      name: 'tidemark_rules_evaluation_failures_total',
      help: 'Evaluations of a rule that gave an error.',
      registers,
    });
    this.storeFailures = new Counter({
      name: 'tidemark_rules_store_failures_total',
      help: 'Ticks whose changed states could not be written yet.',
      registers,
    });
    new Gauge({
      name: 'tidemark_alerts',
      help: 'Alert instances by state.',
      labelNames: ['state'],
      registers,
      collect() {
        const counts = { pending: 0, firing: 0, resolved: 0 };
        for (const { instance } of book.alerts()) counts[instance.life.state]++;
        for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
      },
    });
  }
}
