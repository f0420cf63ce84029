import { sameTimes } from '../codec/same-times.ts';
import type { SampleColumns } from '../model/sample.ts';

/** Series of some targets alternate in a selection. */
const COLUMNS_KEPT = 8;

/**
 * Copies samples out, and gives series that have the same times one column of them: a selection takes less memory,
 * and whoever plans windows over times does so once.
 */
export class SharedTimes {
  /** Those used last first. */
  #known: Float64Array[] = [];

  copy({ times, values, histograms }: SampleColumns): SampleColumns {
    return { times: this.#timesOf(times), values: values.slice(), ...(histograms !== undefined && { histograms }) };
  }

  #timesOf(times: Float64Array): Float64Array {
    const at = this.#known.findIndex((known) => sameTimes(known, times));
    const shared = at < 0 ? times.slice() : this.#known[at];
    if (at !== 0) this.#known = [shared, ...this.#known.filter((other) => other !== shared)].slice(0, COLUMNS_KEPT);
    return shared;
  }
}
