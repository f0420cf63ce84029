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

  copy({ times, values }: SampleColumns): SampleColumns {
    return { times: this.#timesOf(times), values: values.slice() };
  }

  #timesOf(times: Float64Array): Float64Array {
    const at = this.#known.findIndex((known) => equal(known, times));
    const shared = at < 0 ? times.slice() : this.#known[at];
    if (at !== 0) this.#known = [shared, ...this.#known.filter((other) => other !== shared)].slice(0, COLUMNS_KEPT);
    return shared;
  }
}

function equal(a: Float64Array, b: Float64Array): boolean {
  const last = a.length - 1;
  if (a.length !== b.length || a[0] !== b[0] || a[last] !== b[last]) return false;
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
