import { grown } from '../postings/word-arena.ts';

/**
 * Series that are looked for together, as those that a record announces: by the numbers of their pairs, one series' after another's. Tables
 * of a million series are in no cache, and what many series need of them is fetched at once.
 */
export class SoughtSeries {
  count = 0;
  /** By series: its number in its table, its pairs' hash, and where its pairs end. */
  readonly numbers = new Uint32Array(SOUGHT_TOGETHER);
  readonly hashes = new Uint32Array(SOUGHT_TOGETHER);
  readonly ends = new Uint32Array(SOUGHT_TOGETHER);
  /** By series: what was found. */
  readonly places = new Uint32Array(SOUGHT_TOGETHER);
  /** May be another array after `reserve`. */
  pairs = new Uint32Array(16 * SOUGHT_TOGETHER);
  #end = 0;

  get isFull(): boolean {
    return this.count === SOUGHT_TOGETHER;
  }

  clear(): void {
    this.count = 0;
    this.#end = 0;
  }

  /** Makes room for the next series' pairs; where they are to be put before `add`. */
  reserve(size: number): number {
    const end = this.#end;
    if (end + size > this.pairs.length) this.pairs = grown(this.pairs, end + size);
    return end;
  }

  /** Its pairs are there. */
  add(number: number, size: number): void {
    const at = this.count++;
    this.numbers[at] = number;
    this.hashes[at] = hashOf(this.pairs, this.#end, this.#end + size);
    this.#end += size;
    this.ends[at] = this.#end;
  }

  startOf(at: number): number {
    return at === 0 ? 0 : this.ends[at - 1];
  }
}

/** Of pairs by their numbers: good for one life of the process. */
export function hashOf(pairs: Uint32Array, from: number, to: number): number {
  let hash = to - from;
  for (let i = from; i < to; i++) {
    hash = Math.imul(hash ^ pairs[i], 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca77);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** What they need of tables is 64 KB, which stays in a core's cache meanwhile. */
const SOUGHT_TOGETHER = 512;
