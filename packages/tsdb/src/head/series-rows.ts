import { spanOf } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import type { HeadKernel } from '../kernel/head-kernel.ts';
import { CHUNK_SAMPLES_MAX, WINDOW_MS } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';

/**
 * What the kernel knows of a tenant's series, by their places: the newest samples in rising times of one window, until they are sealed,
 * and where the series' chunks end. A place is a row in the kernel's memory (kernel/head/rows.ts).
 */
export class SeriesRows {
  readonly #kernel: HeadKernel;
  /** Addresses, by so many places. */
  readonly #pages: number[] = [];

  constructor(kernel: HeadKernel) {
    this.#kernel = kernel;
  }

  /** Makes room for places below `end`. */
  reserve(end: number): void {
    while (this.#pages.length * ROWS_PER_PAGE < end) this.#pages.push(this.#kernel.takePage());
  }

  /** Its address. */
  of(place: number): number {
    return this.#pages[place >>> ROW_BITS] + ROW_BYTES * (place & (ROWS_PER_PAGE - 1));
  }

  /** Puts the rows of `numbers` from position `from` on to the kernel's input, up to position `to` of it. `places` has a number's place and one. */
  putRows(places: Uint32Array, numbers: Uint32Array, from: number, at: number, to: number): void {
    const { inputRows } = this.#kernel;
    const pages = this.#pages;
    for (let i = at; i < to; i++) {
      const place = places[numbers[from + i]] - 1;
      inputRows[i] = place < 0 ? 0 : pages[place >>> ROW_BITS] + ROW_BYTES * (place & (ROWS_PER_PAGE - 1));
    }
  }

  /** A series has come to the place. */
  enter(place: number): void {
    this.#kernel.words[this.#at(place) + PLACE] = place + 1;
  }

  /** Its series has left, without samples. */
  leave(place: number): void {
    this.#kernel.words[this.#at(place) + PLACE] = 0;
    this.#kernel.doubles[this.#at(place) >>> 1] = 0;
  }

  /** Of another life. */
  restore(place: number, newest: number, closedMs: number): void {
    this.setNewest(place, newest);
    this.#kernel.doubles[this.#at(place) >>> 1] = closedMs;
  }

  /** No open sample is at or before this; 0 before the first chunk. */
  closedMs(place: number): number {
    return this.#kernel.doubles[this.#at(place) >>> 1];
  }

  /** The chunk that was sealed last, 0 for none. */
  newest(place: number): number {
    return this.#kernel.words[this.#at(place) + NEWEST];
  }

  setNewest(place: number, chunk: number): void {
    this.#kernel.words[this.#at(place) + NEWEST] = chunk;
  }

  isOpen(place: number): boolean {
    return this.count(place) !== 0;
  }

  /** Of open samples. */
  count(place: number): number {
    return this.#kernel.words[this.#at(place) + STATE] >>> OFFSET_BITS;
  }

  lastMs(place: number): number {
    return this.windowMs(place) + (this.#kernel.words[this.#at(place) + STATE] & OFFSET_MASK);
  }

  firstMs(place: number): number {
    return this.windowMs(place) + this.#kernel.words[this.#at(place) + FIRST];
  }

  /** The window that all of it lies in. */
  windowMs(place: number): number {
    return (this.#kernel.words[this.#at(place) + WINDOW] | 0) * WINDOW_MS;
  }

  /** What is open, to position `to` of the columns and behind; the values to another, if it is given. Returns how many. */
  copyOut(place: number, times: Float64Array, words: Uint32Array, to = 0, wordsTo = to): number {
    const { words: memory, blockSamples, blockTimesAt, blockBeforeAt, valueRowBytes, timeRowBytes } = this.#kernel;
    const count = this.count(place);
    const windowMs = this.windowMs(place);
    let block = memory[this.#at(place) + BLOCK];
    for (let from = (count - 1) & -blockSamples; from >= 0; from -= blockSamples) {
      const column = (block & 0xffff) >>> 3;
      const page = (block & ~0xffff) >>> 0;
      const end = Math.min(count, from + blockSamples);
      let value = block >>> 2;
      let time = ((page + blockTimesAt) >>> 2) + column;
      for (let i = from; i < end; i++) {
        times[to + i] = windowMs + memory[time];
        words[2 * (wordsTo + i)] = memory[value];
        words[2 * (wordsTo + i) + 1] = memory[value + 1];
        value += valueRowBytes >>> 2;
        time += timeRowBytes >>> 2;
      }
      block = memory[((page + blockBeforeAt) >>> 2) + column];
    }
    return count;
  }

  hasSamples(place: number, range: TimeRange): boolean {
    const [from, to] = this.#spanOf(place, range);
    return from < to;
  }

  read(place: number, range: TimeRange, into: ColumnBuffer): void {
    const [from, to] = this.#spanOf(place, range);
    into.merge(scratch.times, scratch.values, from, to);
  }

  /** Appends the newest open sample of `range` to `into`, if there is one. */
  readNewest(place: number, range: TimeRange, into: ColumnBuffer): void {
    const last = this.lastMs(place);
    if (last <= range.toMs) {
      if (last < range.fromMs) return;
      const { words, blockSamples, valueRowBytes } = this.#kernel;
      const at = (words[this.#at(place) + BLOCK] + ((this.count(place) - 1) & (blockSamples - 1)) * valueRowBytes) >>> 2;
      into.push(last, words[at + 1], words[at]);
      return;
    }
    const [from, to] = this.#spanOf(place, range);
    if (from < to) into.push(scratch.times[to - 1], scratch.words[2 * to - 1], scratch.words[2 * to - 2]);
  }

  /** Where those of `range` are in `scratch`. */
  #spanOf(place: number, range: TimeRange): [number, number] {
    return spanOf(scratch.times, 0, this.copyOut(place, scratch.times, scratch.words), range);
  }

  /** The row's first word. */
  #at(place: number): number {
    return this.of(place) >>> 2;
  }
}

const ROW_BYTES = 32;
const ROW_BITS = 11;
/** 64 KiB of them. */
const ROWS_PER_PAGE = 1 << ROW_BITS;

/** Words of a row. The time when it was closed is its first double. */
const STATE = 2;
const WINDOW = 3;
const BLOCK = 4;
const FIRST = 5;
const NEWEST = 6;
const PLACE = 7;

/** The state's lower bits: the time of the newest open sample since the window's start. How many are open is above. */
const OFFSET_BITS = 23;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;

const scratch = new ColumnBuffer(CHUNK_SAMPLES_MAX);
