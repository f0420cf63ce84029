import { type Chunk, encodeChunk, spanOf } from '../codec/chunk.ts';
import { type ColumnBuffer, lowerBound } from '../codec/columns.ts';
import type { TimeRange } from '../model/time-range.ts';
import { ColumnPool } from './column-pool.ts';

/**
 * The newest samples of every series, in rising times, until they are sealed. Each series of a head has a place; what is
 * known of it lies in typed arrays by place, so that a steady append touches no object of its series:
 *
 *   place → time of the newest sample, number of samples (0: closed), slot of the pool
 *
 * Places of series that have left are taken again many at a time, and `generation` rises: whoever remembers places of
 * series forgets them then.
 */
export class OpenColumns {
  readonly #pool = new ColumnPool();
  #lastMs = new Float64Array(FIRST_PLACES);
  #counts = new Uint8Array(FIRST_PLACES);
  #slots = new Uint32Array(FIRST_PLACES);
  #used = 0;
  #left: number[] = [];
  #free: number[] = [];
  generation = 0;

  /** A place for a new series. */
  takePlace(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#left.length * REUSED_SHARE > this.#used) {
      this.#free = this.#left;
      this.#left = [];
      this.generation++;
      return this.#free.pop() as number;
    }
    if (this.#used === this.#counts.length) this.#growPlaces();
    return this.#used++;
  }

  /** Its series has left; nothing is open there. */
  leavePlace(place: number): void {
    this.#left.push(place);
  }

  /** Adds a sample if it is the next one of an open window that has room: what nearly all are. `windowMs` is the time's window. */
  pushSteady(place: number, timeMs: number, windowMs: number, high: number, low: number): boolean {
    const last = this.#lastMs[place];
    const count = this.#counts[place];
    if (count === 0 || timeMs <= last || last < windowMs) return false;
    const slot = this.#slots[place];
    const page = this.#pool.pageOf(slot);
    const { capacity, words } = page;
    if (count === capacity) return false;
    const at = this.#pool.startOf(slot) + count;
    page.doubles[at] = timeMs;
    words[2 * (at + capacity)] = low;
    words[2 * (at + capacity) + 1] = high;
    this.#lastMs[place] = timeMs;
    this.#counts[place] = count + 1;
    return true;
  }

  isOpen(place: number): boolean {
    return this.#counts[place] !== 0;
  }

  firstMs(place: number): number {
    const slot = this.#slots[place];
    return this.#pool.pageOf(slot).doubles[this.#pool.startOf(slot)];
  }

  lastMs(place: number): number {
    return this.#lastMs[place];
  }

  count(place: number): number {
    return this.#counts[place];
  }

  /** Opens the place with its first sample. */
  begin(place: number, timeMs: number, high: number, low: number): void {
    this.#slots[place] = this.#pool.take(0);
    this.push(place, timeMs, high, low);
  }

  /** At the end; makes room. */
  push(place: number, timeMs: number, high: number, low: number): void {
    this.#makeRoom(place);
    const { doubles, words, capacity, at } = this.#at(place);
    const end = at + this.#counts[place]++;
    doubles[end] = timeMs;
    words[2 * (end + capacity)] = low;
    words[2 * (end + capacity) + 1] = high;
    this.#lastMs[place] = timeMs;
  }

  /** In its place before the last; makes room. The time must be new. */
  insert(place: number, timeMs: number, high: number, low: number): void {
    this.#makeRoom(place);
    const { doubles, words, capacity, at: from } = this.#at(place);
    const end = from + this.#counts[place]++;
    const at = lowerBound(doubles, from, end, timeMs);
    doubles.copyWithin(at + 1, at, end);
    doubles.copyWithin(at + capacity + 1, at + capacity, end + capacity);
    doubles[at] = timeMs;
    words[2 * (at + capacity)] = low;
    words[2 * (at + capacity) + 1] = high;
  }

  /** Null when no sample has this time. */
  hasBits(place: number, timeMs: number, high: number, low: number): boolean | null {
    const { doubles, words, capacity, at: from } = this.#at(place);
    const end = from + this.#counts[place];
    const at = lowerBound(doubles, from, end, timeMs);
    if (at === end || doubles[at] !== timeMs) return null;
    return words[2 * (at + capacity)] === low && words[2 * (at + capacity) + 1] === high;
  }

  /** Valid until the next encoding. */
  encode(place: number): Chunk {
    const { doubles, words, capacity, at } = this.#at(place);
    return encodeChunk(doubles, at, words, at + capacity, this.#counts[place]);
  }

  /** Forgets what is open there: it has been encoded. */
  close(place: number): void {
    this.#pool.give(this.#slots[place]);
    this.#counts[place] = 0;
  }

  hasSamples(place: number, range: TimeRange): boolean {
    const { doubles, at } = this.#at(place);
    const end = at + this.#counts[place];
    const first = lowerBound(doubles, at, end, range.fromMs);
    return first < end && doubles[first] <= range.toMs;
  }

  read(place: number, range: TimeRange, into: ColumnBuffer): void {
    const { doubles, capacity, at } = this.#at(place);
    const [from, to] = spanOf(doubles, at, at + this.#counts[place], range);
    into.merge(doubles.subarray(from, to), doubles.subarray(from + capacity, to + capacity));
  }

  /** Appends the newest sample of `range` to `into`, if there is one. */
  readNewest(place: number, range: TimeRange, into: ColumnBuffer): void {
    const { doubles, words, capacity, at } = this.#at(place);
    let last = at + this.#counts[place] - 1;
    if (doubles[last] > range.toMs) last = lowerBound(doubles, at, last, range.toMs + 1) - 1;
    if (last < at || doubles[last] < range.fromMs) return;
    into.push(doubles[last], words[2 * (last + capacity) + 1], words[2 * (last + capacity)]);
  }

  /** Where an open place's times begin, and its values `capacity` further. */
  #at(place: number): { doubles: Float64Array; words: Uint32Array; capacity: number; at: number } {
    const slot = this.#slots[place];
    const { doubles, words, capacity } = this.#pool.pageOf(slot);
    return { doubles, words, capacity, at: this.#pool.startOf(slot) };
  }

  /** Moves to a larger slot when this one is full. A loop: two views on so few samples would cost more than copying them. */
  #makeRoom(place: number): void {
    const count = this.#counts[place];
    const before = this.#slots[place];
    if (count < this.#pool.pageOf(before).capacity) return;
    const from = this.#at(place);
    this.#slots[place] = this.#pool.take(count);
    const to = this.#at(place);
    for (let i = 0; i < count; i++) to.doubles[to.at + i] = from.doubles[from.at + i];
    const fromWord = 2 * (from.at + from.capacity);
    const toWord = 2 * (to.at + to.capacity);
    for (let i = 0; i < 2 * count; i++) to.words[toWord + i] = from.words[fromWord + i];
    this.#pool.give(before);
  }

  #growPlaces(): void {
    const places = this.#used * 2;
    const [lastMs, counts, slots] = [this.#lastMs, this.#counts, this.#slots];
    this.#lastMs = new Float64Array(places);
    this.#counts = new Uint8Array(places);
    this.#slots = new Uint32Array(places);
    this.#lastMs.set(lastMs);
    this.#counts.set(counts);
    this.#slots.set(slots);
  }
}

const FIRST_PLACES = 1024;

/** Places are taken again when one in so many has been left. */
const REUSED_SHARE = 4;
