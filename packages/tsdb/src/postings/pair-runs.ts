import type { IdLists } from './id-lists.ts';

/**
 * Series as they come one after another, which mostly carry the pairs of the one before: a pair's list is given the ids of all that came with it
 * at once.
 */
export class PairRuns {
  readonly #lists: IdLists;
  /** By position among a series' pairs: the pair that the last series has there, and since which id. */
  #pairs = new Uint32Array(64);
  #since = new Float64Array(64);
  #size = 0;
  #nextId = 0;

  constructor(lists: IdLists) {
    this.#lists = lists;
  }

  /** A series with the pairs `[from, to)`. `id` follows the last one's, unless `end` was called after it. */
  add(id: number, pairs: ArrayLike<number>, from: number, to: number): void {
    const size = to - from;
    if (size > this.#pairs.length) this.#grow(size);
    const own = this.#pairs;
    for (let at = 0; at < size; at++) {
      const pair = pairs[from + at];
      if (at < this.#size && own[at] === pair) continue;
      if (at < this.#size) this.#end(at);
      own[at] = pair;
      this.#since[at] = id;
    }
    for (let at = size; at < this.#size; at++) this.#end(at);
    this.#size = size;
    this.#nextId = id + 1;
  }

  /** The lists have all ids then. */
  end(): void {
    for (let at = 0; at < this.#size; at++) this.#end(at);
    this.#size = 0;
  }

  #end(at: number): void {
    this.#lists.pushRun(this.#pairs[at], this.#since[at], this.#nextId);
  }

  #grow(size: number): void {
    const [pairs, since] = [this.#pairs, this.#since];
    this.#pairs = new Uint32Array(2 * size);
    this.#since = new Float64Array(2 * size);
    this.#pairs.set(pairs);
    this.#since.set(since);
  }
}
