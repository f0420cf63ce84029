import { assert } from '@tidemark/base';

/**
 * Many short stretches of 32-bit words in one array, so that none of them is an object. A stretch that is given back
 * is taken again by the next one of its size.
 */
export class WordArena {
  words = new Uint32Array(FIRST_WORDS);
  #used = 1;
  /** By size: where stretches are free. */
  readonly #free: (number[] | undefined)[] = [];

  /** Where `size` words begin; never 0. What they hold is left from before. `words` may be another array afterwards. */
  take(size: number): number {
    const free = this.#free[size]?.pop();
    if (free !== undefined) return free;
    const at = this.#used;
    this.#used += size;
    assert(this.#used < WORDS_MAX, 'an arena of less than 16 GiB');
    if (this.#used > this.words.length) this.words = grown(this.words, this.#used);
    return at;
  }

  give(at: number, size: number): void {
    const free = this.#free[size];
    if (free === undefined) this.#free[size] = [at];
    else free.push(at);
  }
}

type Words = Uint8Array | Uint32Array | Float64Array;

/** The same numbers in an array of at least twice the length. Memory that nothing has been written to is not resident. */
export function grown<Column extends Words>(column: Column, lengthMin: number): Column {
  const length = Math.max(lengthMin, 2 * column.length);
  const larger = new (column.constructor as new (length: number) => Column)(length);
  larger.set(column);
  return larger;
}

const FIRST_WORDS = 256;
const WORDS_MAX = 2 ** 32;
