import type { Millis } from '@tidemark/base';
import type { LeafSource } from '@tidemark/promql';
import type { Queryable, QueryBudget, SelectedSeries, SelectRequest } from '@tidemark/tsdb';
import type { TimedLeafSource } from './partitions.ts';

/** Passes everything through and notes the newest sample that came. Null when none did. */
export class FreshestSample implements Queryable {
  readonly #inner: Queryable;
  readonly visit: Queryable['visit'];
  readonly countNewest: Queryable['countNewest'];
  atMs: Millis | null = null;

  constructor(inner: Queryable) {
    this.#inner = inner;
    this.visit =
      inner.visit === undefined
        ? undefined
        : (request, budget, visit) =>
            (inner.visit as NonNullable<Queryable['visit']>)(request, budget, (series) => {
              this.#see(series);
              visit(series);
            });
    this.countNewest =
      inner.countNewest === undefined
        ? undefined
        : async (request, budget) => {
            const counted = await (inner.countNewest as NonNullable<Queryable['countNewest']>)(request, budget);
            if (counted !== null && counted.newestMs !== null) this.#note(counted.newestMs);
            return counted;
          };
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
