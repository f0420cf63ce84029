import { type Chunk, encodeChunk, spanOf } from '../codec/chunk.ts';
import { type ColumnBuffer, lowerBound } from '../codec/columns.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { ColumnPage, ColumnPool } from './column-pool.ts';

/** The newest samples of one series, in a slot of the pool: never empty, rising times. Release it when it has been encoded. */
export class OpenColumns {
  #page: ColumnPage;
  /** Where the times begin in the page. */
  #at: number;
  #count = 0;

  constructor(pool: ColumnPool) {
    this.#page = pool.pageFor(0);
    this.#at = pool.takeSlot(this.#page);
  }

  get firstMs(): number {
    return this.#page.doubles[this.#at];
  }

  get lastMs(): number {
    return this.#page.doubles[this.#at + this.#count - 1];
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#page.capacity;
  }

  /** At the end. There must be room. */
  push(timeMs: number, high: number, low: number): void {
    const at = this.#at + this.#count++;
    this.#page.doubles[at] = timeMs;
    this.#write(at + this.#page.capacity, high, low);
  }

  /** In its place. There must be room, and the time must be new. */
  insert(timeMs: number, high: number, low: number): void {
    const { doubles, capacity } = this.#page;
    const end = this.#at + this.#count;
    const at = lowerBound(doubles, this.#at, end, timeMs);
    doubles.copyWithin(at + 1, at, end);
    doubles.copyWithin(at + capacity + 1, at + capacity, end + capacity);
    doubles[at] = timeMs;
    this.#write(at + capacity, high, low);
    this.#count++;
  }

  /** Null when no sample has this time. */
  hasBits(timeMs: number, high: number, low: number): boolean | null {
    const { doubles, words, capacity } = this.#page;
    const at = lowerBound(doubles, this.#at, this.#at + this.#count, timeMs);
    if (at === this.#at + this.#count || doubles[at] !== timeMs) return null;
    return words[2 * (at + capacity)] === low && words[2 * (at + capacity) + 1] === high;
  }

  /** Moves to a larger slot. A loop: two views on so few samples would cost more than copying them. */
  grow(pool: ColumnPool): void {
    const from = this.#page;
    const page = pool.pageFor(this.#count);
    const at = pool.takeSlot(page);
    for (let i = 0; i < this.#count; i++) page.doubles[at + i] = from.doubles[this.#at + i];
    const fromWord = 2 * (this.#at + from.capacity);
    const word = 2 * (at + page.capacity);
    for (let i = 0; i < 2 * this.#count; i++) page.words[word + i] = from.words[fromWord + i];
    this.release(pool);
    this.#page = page;
    this.#at = at;
  }

  /** Valid until the next encoding. */
  encode(): Chunk {
    return encodeChunk(this.#page.doubles, this.#at, this.#page.words, this.#at + this.#page.capacity, this.#count);
  }

  release(pool: ColumnPool): void {
    pool.give(this.#page, this.#at);
  }

  hasSamples(range: TimeRange): boolean {
    const end = this.#at + this.#count;
    const first = lowerBound(this.#page.doubles, this.#at, end, range.fromMs);
    return first < end && this.#page.doubles[first] <= range.toMs;
  }

  read(range: TimeRange, into: ColumnBuffer): void {
    const { doubles, capacity } = this.#page;
    const [from, to] = spanOf(doubles, this.#at, this.#at + this.#count, range);
    into.merge(doubles.subarray(from, to), doubles.subarray(from + capacity, to + capacity));
  }

  /** Appends the newest sample of `range` to `into`, if there is one. */
  readNewest(range: TimeRange, into: ColumnBuffer): void {
    const { doubles, words, capacity } = this.#page;
    let last = this.#at + this.#count - 1;
    if (doubles[last] > range.toMs) last = lowerBound(doubles, this.#at, last, range.toMs + 1) - 1;
    if (last < this.#at || doubles[last] < range.fromMs) return;
    into.push(doubles[last], words[2 * (last + capacity) + 1], words[2 * (last + capacity)]);
  }

  #write(at: number, high: number, low: number): void {
    this.#page.words[2 * at] = low;
    this.#page.words[2 * at + 1] = high;
  }
}
