import { type Chunk, chunkHasSamples, decodeChunk, encodeChunk, readChunk, spanOf } from '../codec/chunk.ts';
import { ColumnBuffer, lowerBound } from '../codec/columns.ts';
import { CHUNK_SAMPLES_MAX, LATE_SAMPLES_MAX, WINDOW_MS, windowOf } from '../limits.ts';
import type { Labels } from '../model/labels.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { ChunkArena } from './chunk-arena.ts';
import type { ColumnPool, ColumnSlot } from './column-pool.ts';

/**
 * One series in memory: sealed chunks, late samples, and the open columns that steady appends go to.
 *
 * - No time is here twice; every open time is above every sealed and every late one.
 * - A chunk, and the open columns, never cross the end of a window: a block takes chunks as they are.
 * - Chunks made of late samples overlap others in time.
 */
export type Placed = 'appended' | 'repeated' | 'conflicting_value';

/** What all series of an engine share. */
export interface HeadMemory {
  readonly pool: ColumnPool;
  readonly arena: ChunkArena;
}

export class HeadSeries {
  readonly id: number;
  readonly hash: number;
  readonly labels: Labels;
  /** The next series whose labels have the same hash. */
  sameHash: HeadSeries | null = null;
  /** Out of the head: whoever still holds it must look the labels up again. */
  removed = false;
  #slot: ColumnSlot | null = null;
  #count = 0;
  #chunks: Chunk[] = NO_CHUNKS;
  #late: ColumnBuffer | null = null;
  /** No open sample is at or before this. */
  #closedMs = Number.NEGATIVE_INFINITY;

  constructor(id: number, hash: number, labels: Labels) {
    this.id = id;
    this.hash = hash;
    this.labels = labels;
  }

  get empty(): boolean {
    return this.#count === 0 && this.#chunks.length === 0 && this.#late === null;
  }

  /** `windowMs` is the window of `timeMs`: known once for a whole scrape. */
  append(timeMs: number, windowMs: number, high: number, low: number, memory: HeadMemory): Placed {
    const slot = this.#slot;
    if (slot !== null && this.#count > 0) {
      const { doubles } = slot.page;
      if (timeMs > doubles[slot.at + this.#count - 1]) {
        // Fast path: the next sample of the open columns.
        if (doubles[slot.at] >= windowMs && this.#count < slot.capacity) return this.#push(slot, timeMs, high, low);
        if (doubles[slot.at] < windowMs || this.#count === CHUNK_SAMPLES_MAX) this.#sealOpen(memory);
        return this.#push(this.#roomier(memory), timeMs, high, low);
      }
      if (timeMs > this.#closedMs && windowOf(doubles[slot.at]) === windowMs) return this.#insertOpen(timeMs, high, low, memory);
    } else if (timeMs > this.#closedMs) {
      return this.#push(this.#roomier(memory), timeMs, high, low);
    }
    return this.#insertLate(timeMs, high, low, memory);
  }

  /** Closes what lies before `endMs`, so that it is in chunks. */
  seal(endMs: number, memory: HeadMemory): void {
    if (this.#slot !== null && this.#count > 0 && this.#slot.page.doubles[this.#slot.at] < endMs) this.#sealOpen(memory);
    if (this.#late !== null && this.#late.times[0] < endMs) this.#sealLate(memory);
  }

  /** Sealed chunks of the window that begins at `windowMs`. Call `seal` first. */
  chunksOf(windowMs: number): Chunk[] {
    return this.#chunks.filter((chunk) => chunk.minMs >= windowMs && chunk.minMs < windowMs + WINDOW_MS);
  }

  /** They are in a block now. */
  drop(chunks: readonly Chunk[]): void {
    const left = this.#chunks.filter((chunk) => !chunks.includes(chunk));
    this.#chunks = left.length === 0 ? NO_CHUNKS : left;
  }

  hasSamples(range: TimeRange): boolean {
    if (this.#slot !== null && this.#count > 0) {
      const { at, page } = this.#slot;
      const first = lowerBound(page.doubles, at, at + this.#count, range.fromMs);
      if (first < at + this.#count && page.doubles[first] <= range.toMs) return true;
    }
    if (this.#late !== null) {
      const first = lowerBound(this.#late.times, 0, this.#late.length, range.fromMs);
      if (first < this.#late.length && this.#late.times[first] <= range.toMs) return true;
    }
    return this.#chunks.some((chunk) => chunkHasSamples(chunk, range));
  }

  /** Merges the samples of `range` into `into`. */
  read(range: TimeRange, into: ColumnBuffer): void {
    for (const chunk of this.#chunks) readChunk(chunk, range, into);
    if (this.#late !== null) into.merge(this.#late.times, this.#late.values, ...spanOf(this.#late.times, 0, this.#late.length, range));
    if (this.#slot === null || this.#count === 0) return;
    const { at, capacity, page } = this.#slot;
    const [from, to] = spanOf(page.doubles, at, at + this.#count, range);
    const times = page.doubles.subarray(from, to);
    into.merge(times, page.doubles.subarray(from + capacity, to + capacity));
  }

  /** Puts the newest sample of `range` at the end of `into`; false when there is none. */
  readNewest(range: TimeRange, into: ColumnBuffer): boolean {
    if (this.#slot !== null && this.#count > 0) {
      const { at, capacity, page } = this.#slot;
      let last = at + this.#count - 1;
      if (page.doubles[last] > range.toMs) last = lowerBound(page.doubles, at, last, range.toMs + 1) - 1;
      if (last >= at) {
        // Fast path: open samples are the newest ones.
        if (page.doubles[last] < range.fromMs) return false;
        const word = 2 * (last + capacity);
        into.push(page.doubles[last], page.words[word + 1], page.words[word]);
        return true;
      }
    }
    const found = newestScratch;
    found.clear();
    this.read(range, found);
    if (found.length === 0) return false;
    const last = found.length - 1;
    into.push(found.times[last], found.words[2 * last + 1], found.words[2 * last]);
    return true;
  }

  #push(slot: ColumnSlot, timeMs: number, high: number, low: number): Placed {
    const at = slot.at + this.#count++;
    slot.page.doubles[at] = timeMs;
    const word = 2 * (at + slot.capacity);
    slot.page.words[word] = low;
    slot.page.words[word + 1] = high;
    return 'appended';
  }

  /** The slot, with room for one more sample. */
  #roomier(memory: HeadMemory): ColumnSlot {
    const old = this.#slot;
    if (old !== null && this.#count < old.capacity) return old;
    const slot = memory.pool.take(this.#count);
    if (old !== null) {
      const { doubles } = old.page;
      slot.page.doubles.set(doubles.subarray(old.at, old.at + this.#count), slot.at);
      slot.page.doubles.set(doubles.subarray(old.at + old.capacity, old.at + old.capacity + this.#count), slot.at + slot.capacity);
      memory.pool.give(old);
    }
    this.#slot = slot;
    return slot;
  }

  /** Not the newest, but of the open columns' time. */
  #insertOpen(timeMs: number, high: number, low: number, memory: HeadMemory): Placed {
    let slot = this.#slot as ColumnSlot;
    const at = lowerBound(slot.page.doubles, slot.at, slot.at + this.#count, timeMs);
    if (slot.page.doubles[at] === timeMs) return compare(slot.page.words, at + slot.capacity, high, low);
    if (this.#count === CHUNK_SAMPLES_MAX) {
      this.#sealOpen(memory);
      return this.#insertLate(timeMs, high, low, memory);
    }
    const index = at - slot.at;
    slot = this.#roomier(memory);
    const { doubles, words } = slot.page;
    const values = slot.at + slot.capacity;
    doubles.copyWithin(slot.at + index + 1, slot.at + index, slot.at + this.#count);
    doubles.copyWithin(values + index + 1, values + index, values + this.#count);
    doubles[slot.at + index] = timeMs;
    words[2 * (values + index)] = low;
    words[2 * (values + index) + 1] = high;
    this.#count++;
    return 'appended';
  }

  #insertLate(timeMs: number, high: number, low: number, memory: HeadMemory): Placed {
    for (const chunk of this.#chunks) {
      if (timeMs < chunk.minMs || timeMs > chunk.maxMs) continue;
      const decoded = decodeChunk(chunk);
      const at = lowerBound(decoded.times, 0, decoded.length, timeMs);
      if (decoded.times[at] === timeMs) return compare(decoded.words, at, high, low);
    }
    this.#late ??= new ColumnBuffer(4);
    const at = lowerBound(this.#late.times, 0, this.#late.length, timeMs);
    if (at < this.#late.length && this.#late.times[at] === timeMs) return compare(this.#late.words, at, high, low);
    this.#late.insert(at, timeMs, high, low);
    if (this.#late.length === LATE_SAMPLES_MAX) this.#sealLate(memory);
    return 'appended';
  }

  #sealOpen(memory: HeadMemory): void {
    const slot = this.#slot as ColumnSlot;
    const values = slot.at + slot.capacity;
    const chunk = encodeChunk(slot.page.doubles, slot.at, slot.page.words, values, this.#count);
    this.#closedMs = chunk.maxMs;
    this.#keep(memory.arena.store(chunk));
    memory.pool.give(slot);
    this.#slot = null;
    this.#count = 0;
  }

  #sealLate(memory: HeadMemory): void {
    const { times, words, length } = this.#late as ColumnBuffer;
    for (let from = 0; from < length; ) {
      const to = lowerBound(times, from, length, windowOf(times[from]) + WINDOW_MS);
      this.#keep(memory.arena.store(encodeChunk(times, from, words, from, to - from)));
      from = to;
    }
    this.#closedMs = Math.max(this.#closedMs, times[length - 1]);
    this.#late = null;
  }

  #keep(chunk: Chunk): void {
    if (this.#chunks === NO_CHUNKS) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }
}

const NO_CHUNKS: Chunk[] = [];
const newestScratch = new ColumnBuffer(CHUNK_SAMPLES_MAX);

function compare(words: Uint32Array, at: number, high: number, low: number): Placed {
  return words[2 * at] === low && words[2 * at + 1] === high ? 'repeated' : 'conflicting_value';
}
