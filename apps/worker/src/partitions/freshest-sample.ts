import type { Millis } from '@tidemark/base';
import type { LeafSource } from '@tidemark/promql';
import type { Queryable, QueryBudget, SelectedSeries, SelectRequest } from '@tidemark/tsdb';
import type { TimedLeafSource } from './partitions.ts';

/** Passes everything through and notes the newest sample that came. Null when none did. */
export class FreshestSample implements Queryable {
  readonly #inner: Queryable;
  readonly visit: Queryable['visit'];
  readonly countNewest: Queryable['countNewest'];
  readonly tiers: Queryable['tiers'];
  readonly visitRolled: Queryable['visitRolled'];
  atMs: Millis | null = null;

  constructor(inner: Queryable) {
    this.#inner = inner;
    const { countNewest, tiers, visit, visitRolled } = inner;
    this.tiers = tiers?.bind(inner);
    this.visit =
      visit &&
      ((request, budget, take) =>
        visit.call(inner, request, budget, (series) => {
          this.#see(series);
          take(series);
        }));
    this.visitRolled =
      visitRolled &&
      ((request, budget, take) =>
        visitRolled.call(inner, request, budget, (labels, windows) => {
          if (windows.length > 0) this.#note(windows.lastMs[windows.length - 1]);
          take(labels, windows);
        }));
    this.countNewest =
      countNewest &&
      (async (request, budget) => {
        const counted = await countNewest.call(inner, request, budget);
        if (counted !== null && counted.newestMs !== null) this.#note(counted.newestMs);
        return counted;
      });
  }

  async select(request: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]> {
    const selected = await this.#inner.select(request, budget);
    for (const series of selected) this.#see(series);
    return selected;
  }

  series(...args: Parameters<Queryable['series']>): ReturnType<Queryable['series']> {
    return this.#inner.series(...args);
  }

  labelNames(...args: Parameters<Queryable['labelNames']>): ReturnType<Queryable['labelNames']> {
    return this.#inner.labelNames(...args);
  }

  labelValues(...args: Parameters<Queryable['labelValues']>): ReturnType<Queryable['labelValues']> {
    return this.#inner.labelValues(...args);
  }

  metadata(tenant: string): ReturnType<Queryable['metadata']> {
    return this.#inner.metadata(tenant);
  }

  /** The same for leaves. */
  of(leaves: TimedLeafSource): LeafSource {
    return {
      ask: async (leaf, budget) => {
        const parts = await leaves.ask(leaf, budget);
        for (const { newestMs } of parts ?? []) if (newestMs !== null) this.#note(newestMs);
        return parts;
      },
    };
  }

  #see({ samples: { times } }: SelectedSeries): void {
    this.#note(times[times.length - 1]);
  }

  #note(newestMs: Millis): void {
    if (this.atMs === null || newestMs > this.atMs) this.atMs = newestMs;
  }
}
