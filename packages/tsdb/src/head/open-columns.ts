import { assert } from '@tidemark/base';
import { spanOf } from '../codec/chunk.ts';
import { ColumnBuffer, lowerBound } from '../codec/columns.ts';
import { CHUNK_SAMPLES_MAX, windowOf } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { grown } from '../postings/word-arena.ts';
import { BLOCK_SAMPLES, type BlockPage, COLUMN_BITS, COLUMN_MASK, type OpenBlocks, ROW } from './open-blocks.ts';

/**
 * The newest samples of every series of a tenant, in rising times of one window, until they are sealed:
 *
 *   place → time of the newest sample, number of samples (0: closed), block of the newest sample, time of the first since the window's start
 */
export class OpenColumns {
  /** Of all places. */
  samples = 0;
  readonly #blocks: OpenBlocks;
  #lastMs = new Float64Array(FIRST_PLACES);
  #counts = new Uint8Array(FIRST_PLACES);
  #block = new Uint32Array(FIRST_PLACES);
  #firstMs = new Uint32Array(FIRST_PLACES);

  constructor(blocks: OpenBlocks) {
    this.#blocks = blocks;
  }

  /** Makes room for places below `end`. */
  reserve(end: number): void {
    if (end <= this.#counts.length) return;
    this.#lastMs = grown(this.#lastMs, end);
    this.#counts = grown(this.#counts, end);
    this.#block = grown(this.#block, end);
    this.#firstMs = grown(this.#firstMs, end);
  }

  /**
   * Adds samples of one time, of the series `numbers` from position `from` on, as long as each is the next one of an open window whose block
   * has room: what most are. `places` has a number's place and one. Returns the position of the first that is not.
   */
  pushSteady(places: Uint32Array, numbers: Uint32Array, from: number, timeMs: number, windowMs: number, values: Uint32Array): number {
    const lastMs = this.#lastMs;
    const counts = this.#counts;
    const blocks = this.#block;
    const offsetMs = timeMs - windowMs;
    let page: BlockPage | null = null;
    let times: Uint32Array = NO_WORDS;
    let words: Uint32Array = NO_WORDS;
    let i = from;
    for (; i < numbers.length; i++) {
      const place = places[numbers[i]] - 1;
      if (place < 0) break;
      const last = lastMs[place];
      const count = counts[place];
      const row = count & (BLOCK_SAMPLES - 1);
      if (row === 0 || timeMs <= last || last < windowMs) break;
      const block = blocks[place];
      if (page === null || page.number !== block >>> COLUMN_BITS) {
        page = this.#blocks.pageOf(block);
        times = page.times;
        words = page.words;
      }
      const at = row * ROW + (block & COLUMN_MASK);
      times[at] = offsetMs;
      words[2 * at] = values[2 * i];
      words[2 * at + 1] = values[2 * i + 1];
      lastMs[place] = timeMs;
      counts[place] = count + 1;
    }
    this.samples += i - from;
    return i;
  }

  isOpen(place: number): boolean {
    return this.#counts[place] !== 0;
  }

  count(place: number): number {
    return this.#counts[place];
  }

  lastMs(place: number): number {
    return this.#lastMs[place];
  }

  /** The window that all of it lies in. */
  windowMs(place: number): number {
    return windowOf(this.#lastMs[place]);
  }

  firstMs(place: number): number {
    return this.windowMs(place) + this.#firstMs[place];
  }

  /** At the end; opens it when it is closed. The time is of the same window as what is open. */
  push(place: number, timeMs: number, high: number, low: number): void {
    const count = this.#counts[place];
    const row = count & (BLOCK_SAMPLES - 1);
    if (row === 0) this.#block[place] = this.#blocks.take(this.#block[place]);
    const block = this.#block[place];
    const { times, words } = this.#blocks.pageOf(block);
    const at = row * ROW + (block & COLUMN_MASK);
    times[at] = timeMs - windowOf(timeMs);
    if (count === 0) this.#firstMs[place] = times[at];
    words[2 * at] = low;
    words[2 * at + 1] = high;
    this.#lastMs[place] = timeMs;
    this.#counts[place] = count + 1;
    this.samples++;
  }

  /** In its place before the last, unless a chunk of so many samples would be too long. */
  insert(place: number, timeMs: number, high: number, low: number): 'appended' | 'repeated' | 'conflicting_value' | 'full' {
    const { times, words } = scratch;
    const count = this.copyOut(place, times, words);
    const at = lowerBound(times, 0, count, timeMs);
    if (times[at] === timeMs) return words[2 * at] === low && words[2 * at + 1] === high ? 'repeated' : 'conflicting_value';
    if (count === CHUNK_SAMPLES_MAX) return 'full';
    this.#truncate(place, at);
    this.push(place, timeMs, high, low);
    for (let i = at; i < count; i++) this.push(place, times[i], words[2 * i + 1], words[2 * i]);
    return 'appended';
  }

  /** Its samples, to position `to` of the columns and behind; the values to another, if it is given. Returns how many. */
  copyOut(place: number, times: Float64Array, words: Uint32Array, to = 0, wordsTo = to): number {
    const count = this.#counts[place];
    const windowMs = this.windowMs(place);
    let block = this.#block[place];
    for (let from = (count - 1) & -BLOCK_SAMPLES; from >= 0; from -= BLOCK_SAMPLES) {
      const page = this.#blocks.pageOf(block);
      const column = block & COLUMN_MASK;
      const end = Math.min(count, from + BLOCK_SAMPLES);
      for (let i = from, at = column; i < end; i++, at += ROW) {
        times[to + i] = windowMs + page.times[at];
        words[2 * (wordsTo + i)] = page.words[2 * at];
        words[2 * (wordsTo + i) + 1] = page.words[2 * at + 1];
      }
      block = page.before[column];
    }
    return count;
  }

  /** Forgets what is open there. */
  close(place: number): void {
    this.#truncate(place, 0);
  }

  hasSamples(place: number, range: TimeRange): boolean {
    const count = this.copyOut(place, scratch.times, scratch.words);
    const [from, to] = spanOf(scratch.times, 0, count, range);
    return from < to;
  }

  read(place: number, range: TimeRange, into: ColumnBuffer): void {
    const count = this.copyOut(place, scratch.times, scratch.words);
    const [from, to] = spanOf(scratch.times, 0, count, range);
    into.merge(scratch.times, scratch.values, from, to);
  }

  /** Appends the newest sample of `range` to `into`, if there is one. */
  readNewest(place: number, range: TimeRange, into: ColumnBuffer): void {
    const last = this.#lastMs[place];
    if (last <= range.toMs) {
      if (last < range.fromMs) return;
      const { words } = this.#blocks.pageOf(this.#block[place]);
      const row = (this.#counts[place] - 1) & (BLOCK_SAMPLES - 1);
      const at = row * ROW + (this.#block[place] & COLUMN_MASK);
      into.push(last, words[2 * at + 1], words[2 * at]);
      return;
    }
    const count = this.copyOut(place, scratch.times, scratch.words);
    const [from, to] = spanOf(scratch.times, 0, count, range);
    if (from < to) into.push(scratch.times[to - 1], scratch.words[2 * to - 1], scratch.words[2 * to - 2]);
  }

  /** Leaves the first `count`, and the time of the last is for the next push to say. */
  #truncate(place: number, count: number): void {
    const blocksKept = Math.ceil(count / BLOCK_SAMPLES);
    for (let blocks = Math.ceil(this.#counts[place] / BLOCK_SAMPLES); blocks > blocksKept; blocks--) {
      const block = this.#block[place];
      this.#block[place] = this.#before(block);
      this.#blocks.give(block);
    }
    this.samples -= this.#counts[place] - count;
    this.#counts[place] = count;
  }

  #before(block: number): number {
    return this.#blocks.pageOf(block).before[block & COLUMN_MASK];
  }
}

const FIRST_PLACES = 64;
const NO_WORDS = new Uint32Array(0);
const scratch = new ColumnBuffer(CHUNK_SAMPLES_MAX);

assert(CHUNK_SAMPLES_MAX % BLOCK_SAMPLES === 0, 'steady samples fill a chunk only where they fill a block');
