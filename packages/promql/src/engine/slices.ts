import type { QueryBudget } from '@tidemark/tsdb';
import { SERIES_SAMPLES, SLICE_SAMPLES } from './limits.ts';

/**
 * Cuts work over many series into pieces, between which the query may end and others run: a budget is asked after so many samples, not
 * after each series, of which there may be half a million with one sample each.
 */
export class Slices {
  readonly #budget: QueryBudget;
  #spent = 0;

  constructor(budget: QueryBudget) {
    this.#budget = budget;
  }

  /** A series has been looked at, and so many of its samples. */
  async spend(samples: number): Promise<void> {
    this.#spent += samples + SERIES_SAMPLES;
    if (this.#spent < SLICE_SAMPLES) return;
    this.#spent = 0;
    await this.#budget.breathe();
  }
}

/** As `map`; `samples`: what `change` looks at. */
export async function mapInSlices<T, R>(items: readonly T[], samples: number, budget: QueryBudget, change: (item: T) => R): Promise<R[]> {
  const slices = new Slices(budget);
  const changed: R[] = [];
  for (const item of items) {
    await slices.spend(samples);
    changed.push(change(item));
  }
  return changed;
}
