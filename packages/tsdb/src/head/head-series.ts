import { type Chunk, chunkHasSamples, decodeChunk, encodeChunk, readChunks, spanOf } from '../codec/chunk.ts';
import { ColumnBuffer, lowerBound } from '../codec/columns.ts';
import { CHUNK_SAMPLES_MAX, LATE_SAMPLES_MAX, WINDOW_MS, windowOf } from '../limits.ts';
import type { Labels } from '../model/labels.ts';
import type { TimeRange } from '../model/time-range.ts';
import { eraseFromChunks } from '../tombstones/erase.ts';
import type { ChunkArena } from './chunk-arena.ts';
import { SLOT_CAPACITIES } from './column-pool.ts';
import type { OpenColumns } from './open-columns.ts';

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
  readonly open: OpenColumns;
  readonly arena: ChunkArena;
}

export class HeadSeries {
  readonly id: number;
  readonly hash: number;
  readonly labels: Labels;
  /** In the open columns. */
  readonly place: number;
  /** The next series whose labels have the same hash. */
  sameHash: HeadSeries | null = null;
  /** Out of the head: whoever still holds it must look the labels up again. */
  removed = false;
  #chunks: Chunk[] = NO_CHUNKS;
  #late: ColumnBuffer | null = null;
  readonly #memory: HeadMemory;
  /** No open sample is at or before this. */
  #closedMs = Number.NEGATIVE_INFINITY;

  constructor(id: number, hash: number, labels: Labels, memory: HeadMemory) {
    this.id = id;
    this.hash = hash;
    this.labels = labels;
    this.place = memory.open.takePlace();
    this.#memory = memory;
  }

  get empty(): boolean {
    return !this.#memory.open.isOpen(this.place) && this.#chunks.length === 0 && this.#late === null;
  }

  /** A sample that is not simply the next one (`OpenColumns.pushSteady`). `windowMs` is the window of `timeMs`. */
  append(timeMs: number, windowMs: number, high: number, low: number): Placed {
    const { open } = this.#memory;
    const { place } = this;
    if (!open.isOpen(place)) {
      return timeMs > this.#closedMs ? this.#begin(timeMs, high, low) : this.#insertLate(timeMs, high, low);
    }
    if (timeMs > open.lastMs(place)) {
      if (open.firstMs(place) < windowMs || this.#isComplete()) {
        this.#sealOpen();
        return this.#begin(timeMs, high, low);
      }
      open.push(place, timeMs, high, low);
      return 'appended';
    }
    if (timeMs > this.#closedMs && windowOf(open.firstMs(place)) === windowMs) return this.#insertOpen(timeMs, high, low);
    return this.#insertLate(timeMs, high, low);
  }

  /** Closes what lies before `endMs`, so that it is in chunks. */
  seal(endMs: number): void {
    const { open } = this.#memory;
    if (open.isOpen(this.place) && open.firstMs(this.place) < endMs) this.#sealOpen();
    if (this.#late !== null && this.#late.times[0] < endMs) this.#sealLate(this.#late);
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

  /** Takes the samples of `range` out, and says how many these were. */
  erase(range: TimeRange): number {
    const { open, arena } = this.#memory;
    if (open.isOpen(this.place) && open.hasSamples(this.place, range)) this.#sealOpen();
    if (this.#late !== null) this.#sealLate(this.#late);
    let erased = 0;
    const left = this.#chunks.flatMap((chunk) => {
      const parts = eraseFromChunks([chunk], [range]);
      erased += parts.reduce((count, part) => count - part.count, chunk.count);
      return parts.map((part) => (part === chunk ? chunk : arena.store(part)));
    });
    this.#chunks = left.length === 0 ? NO_CHUNKS : left;
    return erased;
  }

  hasSamples(range: TimeRange): boolean {
    const { open } = this.#memory;
    if (open.isOpen(this.place) && open.hasSamples(this.place, range)) return true;
    if (this.#late !== null) {
      const [from, to] = spanOf(this.#late.times, 0, this.#late.length, range);
      if (from < to) return true;
    }
    return this.#chunks.some((chunk) => chunkHasSamples(chunk, range));
  }

  /** Merges the samples of `range` into `into`. */
  read(range: TimeRange, into: ColumnBuffer): void {
    readChunks(this.#chunks, range, into);
    if (this.#late !== null) {
      const [from, to] = spanOf(this.#late.times, 0, this.#late.length, range);
      into.merge(this.#late.times, this.#late.values, from, to);
    }
    const { open } = this.#memory;
    if (open.isOpen(this.place)) open.read(this.place, range, into);
  }

  /** Appends the newest sample of `range` to `into`, if there is one. */
  readNewest(range: TimeRange, into: ColumnBuffer): void {
    const { open } = this.#memory;
    if (open.isOpen(this.place) && open.firstMs(this.place) <= range.toMs) {
      // Fast path: open samples are the newest ones.
      open.readNewest(this.place, range, into);
      return;
    }
    newest.clear();
    this.read(range, newest);
    if (newest.length > 0) into.merge(newest.times, newest.values, newest.length - 1, newest.length);
  }

  #begin(timeMs: number, high: number, low: number): Placed {
    this.#memory.open.begin(this.place, timeMs, high, low);
    return 'appended';
  }

  /**
   * The largest slot is a chunk when it is full. A series' first chunk ends earlier, so that not all series need
   * large slots at once; neighbours go together, so that their slots stay neighbours.
   */
  #isComplete(): boolean {
    const count = this.#memory.open.count(this.place);
    if (count === CHUNK_SAMPLES_MAX) return true;
    return this.#closedMs === Number.NEGATIVE_INFINITY && count >= SLOT_CAPACITIES[(this.id >>> 10) % SLOT_CAPACITIES.length];
  }

  /** Not the newest, but of the open columns' time. */
  #insertOpen(timeMs: number, high: number, low: number): Placed {
    const { open } = this.#memory;
    const equal = open.hasBits(this.place, timeMs, high, low);
    if (equal !== null) return equal ? 'repeated' : 'conflicting_value';
    if (open.count(this.place) === CHUNK_SAMPLES_MAX) {
      this.#sealOpen();
      return this.#insertLate(timeMs, high, low);
    }
    open.insert(this.place, timeMs, high, low);
    return 'appended';
  }

  #insertLate(timeMs: number, high: number, low: number): Placed {
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
    if (this.#late.length === LATE_SAMPLES_MAX) this.#sealLate(this.#late);
    return 'appended';
  }

  #sealOpen(): void {
    const { arena, open } = this.#memory;
    const chunk = arena.store(open.encode(this.place));
    this.#closedMs = chunk.maxMs;
    this.#keep(chunk);
    open.close(this.place);
  }

  #sealLate({ times, words, length }: ColumnBuffer): void {
    for (let from = 0; from < length; ) {
      const to = lowerBound(times, from, length, windowOf(times[from]) + WINDOW_MS);
      this.#keep(this.#memory.arena.store(encodeChunk(times, from, words, from, to - from)));
      from = to;
    }
    this.#late = null;
  }

  #keep(chunk: Chunk): void {
    if (this.#chunks === NO_CHUNKS) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }
}

const NO_CHUNKS: Chunk[] = [];
const newest = new ColumnBuffer(CHUNK_SAMPLES_MAX);

function compare(words: Uint32Array, at: number, high: number, low: number): Placed {
  return words[2 * at] === low && words[2 * at + 1] === high ? 'repeated' : 'conflicting_value';
}
