import { type Chunk, chunkHasSamples, decodeChunk, readChunks, spanOf } from '../codec/chunk.ts';
import { ColumnBuffer, lowerBound } from '../codec/columns.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { CHUNK_SAMPLES_MAX, LATE_SAMPLES_MAX, SLOW_CHUNK_MS, SLOW_CHUNK_SAMPLES, WINDOW_MS, windowOf } from '../limits.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import { grown } from '../postings/word-arena.ts';
import { eraseFromChunks } from '../tombstones/erase.ts';
import { BLOCK_SAMPLES, OpenBlocks } from './open-blocks.ts';
import { OpenColumns } from './open-columns.ts';
import { RunReader } from './run-reader.ts';
import { SealedChunks } from './sealed-chunks.ts';

export type Placed = 'appended' | 'repeated' | 'conflicting_value';

/** What all tenants of an engine share. */
export class HeadMemory {
  readonly blocks = new OpenBlocks();
  readonly chunks = new SealedChunks();

  /** What samples take. */
  get bytes(): number {
    return this.blocks.bytes + this.chunks.bytes;
  }
}

/**
 * The samples of one tenant's series, by their places: sealed chunks, late samples, and the open columns that steady appends go to.
 *
 * - No time of a series is here twice; every open time is above every sealed and every late one.
 * - A chunk, and what is open, never crosses the end of a window: a block takes chunks as they are.
 * - Chunks made of late samples overlap others in time.
 */
export class HeadColumns {
  readonly open: OpenColumns;
  readonly #sealed: SealedChunks;
  readonly #runs: RunReader;
  /** The chunk that was sealed last, 0 for none. */
  #newest = new Uint32Array(FIRST_PLACES);
  /** No open sample is at or before this; 0 before the first chunk. */
  #closedMs = new Float64Array(FIRST_PLACES);
  /** What was closed up to here was in another life, 0 when there was none: of all series at once. */
  #restoredToMs = 0;
  readonly #late = new Map<number, ColumnBuffer>();

  constructor(memory: HeadMemory) {
    this.open = new OpenColumns(memory.blocks);
    this.#sealed = memory.chunks;
    this.#runs = new RunReader(memory.chunks, this.open);
  }

  /** Where each series was when the memory is saved: `newestChunk` of the places below `end`. */
  newestChunks(end: number): Uint32Array {
    return this.#newest.slice(0, end);
  }

  /** Samples that are not in chunks. */
  unsealedSamples(): number {
    let count = this.open.samples;
    for (const { length } of this.#late.values()) count += length;
    return count;
  }

  closedMs(place: number): number {
    return this.open.isOpen(place) ? this.open.lastMs(place) : this.#closedMs[place];
  }

  /** Copies what has been sealed since `newest` was, and what is not sealed, to chunks of `into` that follow `newest`. */
  copyUnsealed(place: number, newest: number, into: SealedChunks): { readonly newest: number; readonly samples: number } {
    let samples = 0;
    let last = newest;
    const seal = (count: number) => {
      samples += count;
      last = into.seal(last, count);
    };
    for (const address of this.#chainOf(this.#newest[place], newest)) seal(toKernel(this.#sealed.chunk(address)));
    const late = this.#late.get(place);
    if (late !== undefined) sealByWindow(late, seal);
    const { times, words } = codecKernel();
    if (this.open.isOpen(place)) seal(this.open.copyOut(place, times, words));
    return { newest: last, samples };
  }

  /** A place of another life, where nothing has been yet. */
  restore(place: number, newest: number, closedMs: number): void {
    this.reserve(place + 1);
    this.#newest[place] = newest;
    this.#closedMs[place] = closedMs;
    this.#restoredToMs = Math.max(this.#restoredToMs, closedMs);
  }

  /** Makes room for places below `end`. */
  reserve(end: number): void {
    this.open.reserve(end);
    if (end <= this.#newest.length) return;
    this.#newest = grown(this.#newest, end);
    this.#closedMs = grown(this.#closedMs, end);
  }

  /** Its series has left, without samples. */
  leave(place: number): void {
    this.#closedMs[place] = 0;
  }

  isEmpty(place: number): boolean {
    return !this.open.isOpen(place) && this.#newest[place] === 0 && !this.#late.has(place);
  }

  /** A sample that is not simply the next one (`OpenColumns.pushSteady`). `windowMs` is the window of `timeMs`. */
  append(place: number, timeMs: number, windowMs: number, high: number, low: number): Placed {
    const { open } = this;
    if (!open.isOpen(place)) {
      if (timeMs <= this.#closedMs[place]) return this.#insertLate(place, timeMs, high, low);
      open.push(place, timeMs, high, low);
      return 'appended';
    }
    if (timeMs > open.lastMs(place)) {
      if (open.windowMs(place) < windowMs || this.#isComplete(place)) this.#sealOpen(place);
      open.push(place, timeMs, high, low);
      return 'appended';
    }
    if (timeMs <= this.#closedMs[place] || open.windowMs(place) !== windowMs) return this.#insertLate(place, timeMs, high, low);
    const placed = open.insert(place, timeMs, high, low);
    if (placed !== 'full') return placed;
    this.#sealOpen(place);
    return this.#insertLate(place, timeMs, high, low);
  }

  /** Closes what lies before `endMs`, so that it is in chunks. */
  seal(place: number, endMs: number): void {
    if (this.open.isOpen(place) && this.open.firstMs(place) < endMs) this.#sealOpen(place);
    const late = this.#late.get(place);
    if (late !== undefined && late.times[0] < endMs) this.#sealLate(place, late);
  }

  /** The chunk that was sealed last: it and those before stand for what there is, of sealed samples. */
  newestChunk(place: number): number {
    return this.#newest[place];
  }

  hasChunksOf(place: number, windowMs: number): boolean {
    for (let address = this.#newest[place]; address !== 0; address = this.#sealed.before(address)) {
      if (this.#isOf(address, windowMs)) return true;
    }
    return false;
  }

  /** Of `newest` and the chunks before it those of the window that begins at `windowMs`. In the order in which equal times are settled. */
  chunksOf(newest: number, windowMs: number): Chunk[] {
    const chunks: Chunk[] = [];
    for (const address of this.#chainOf(newest)) if (this.#isOf(address, windowMs)) chunks.push(this.#sealed.chunk(address));
    return chunks;
  }

  /** Lets go of them: they are in a block. Returns how many samples they had. */
  drop(place: number, newest: number, windowMs: number): number {
    let dropped = 0;
    let behind = true;
    let kept = 0;
    for (const address of this.#chainOf(this.#newest[place])) {
      // The chain is walked from its oldest on: what has been sealed since comes last.
      if (behind && this.#isOf(address, windowMs)) {
        dropped += this.#sealed.count(address);
        this.#sealed.release(address);
      } else {
        this.#sealed.setBefore(address, kept);
        kept = address;
      }
      if (address === newest) behind = false;
    }
    this.#newest[place] = kept;
    return dropped;
  }

  /** Takes the samples of `range` out, and says how many these were. */
  erase(place: number, range: TimeRange): number {
    if (this.open.isOpen(place) && this.open.hasSamples(place, range)) this.#sealOpen(place);
    const late = this.#late.get(place);
    if (late !== undefined) this.#sealLate(place, late);
    let erased = 0;
    const addresses = this.#chainOf(this.#newest[place]);
    this.#newest[place] = 0;
    for (const address of addresses) {
      const chunk = this.#sealed.chunk(address);
      const parts = eraseFromChunks([chunk], [range]);
      if (parts[0] === chunk) {
        this.#sealed.setBefore(address, this.#newest[place]);
        this.#newest[place] = address;
        continue;
      }
      erased += parts.reduce((count, part) => count - part.count, chunk.count);
      this.#sealed.release(address);
      for (const part of parts) this.#sealChunk(place, part);
    }
    return erased;
  }

  hasSamples(place: number, range: TimeRange): boolean {
    if (this.open.isOpen(place) && this.open.hasSamples(place, range)) return true;
    const late = this.#late.get(place);
    if (late !== undefined) {
      const [from, to] = spanOf(late.times, 0, late.length, range);
      if (from < to) return true;
    }
    for (let address = this.#newest[place]; address !== 0; address = this.#sealed.before(address)) {
      if (this.#sealed.minMs(address) > range.toMs || this.#sealed.maxMs(address) < range.fromMs) continue;
      if (chunkHasSamples(this.#sealed.chunk(address), range)) return true;
    }
    return false;
  }

  /** The samples of `range` of a series whose samples came in order, without copying; null when it is not such a one. */
  readRun(place: number, range: TimeRange): SampleColumns | null {
    return this.#late.has(place) ? null : this.#runs.read(place, this.#newest[place], range);
  }

  /** Merges the samples of `range` into `into`. */
  read(place: number, range: TimeRange, into: ColumnBuffer): void {
    const chunks: Chunk[] = [];
    for (let address = this.#newest[place]; address !== 0; address = this.#sealed.before(address)) {
      const chunk = this.#sealed.chunk(address);
      if (chunk.maxMs >= range.fromMs && chunk.minMs <= range.toMs) chunks.push(chunk);
    }
    readChunks(chunks.reverse(), range, into);
    const late = this.#late.get(place);
    if (late !== undefined) {
      const [from, to] = spanOf(late.times, 0, late.length, range);
      into.merge(late.times, late.values, from, to);
    }
    if (this.open.isOpen(place)) this.open.read(place, range, into);
  }

  /** Appends the newest sample of `range` to `into`, if there is one. */
  readNewest(place: number, range: TimeRange, into: ColumnBuffer): void {
    if (this.open.isOpen(place) && this.open.firstMs(place) <= range.toMs) {
      // Fast path: open samples are the newest ones.
      this.open.readNewest(place, range, into);
      return;
    }
    newest.clear();
    this.read(place, range, newest);
    if (newest.length > 0) into.merge(newest.times, newest.values, newest.length - 1, newest.length);
  }

  /**
   * Asked when another block would be taken. Slow series end a chunk after some time, so that few samples lie open; a series' first chunk
   * of a window, as of a life, ends earlier, so that not all series have long ones at once: all of them begin together. Neighbours go
   * together, so that their blocks stay neighbours.
   */
  #isComplete(place: number): boolean {
    const count = this.open.count(place);
    if (count % BLOCK_SAMPLES !== 0) return false;
    if (count >= CHUNK_SAMPLES_MAX) return true;
    if (count >= BLOCK_SAMPLES * (1 + ((place >>> 10) % FIRST_CHUNK_BLOCKS)) && this.#isFirstChunk(place)) return true;
    return count >= SLOW_CHUNK_SAMPLES && this.open.lastMs(place) - this.open.firstMs(place) >= SLOW_CHUNK_MS;
  }

  /** Has what is open there nothing before it in its window, or in this life? */
  #isFirstChunk(place: number): boolean {
    const closedMs = this.#closedMs[place];
    return closedMs <= this.#restoredToMs || closedMs < this.open.windowMs(place);
  }

  #insertLate(place: number, timeMs: number, high: number, low: number): Placed {
    for (let address = this.#newest[place]; address !== 0; address = this.#sealed.before(address)) {
      if (timeMs < this.#sealed.minMs(address) || timeMs > this.#sealed.maxMs(address)) continue;
      const { times, words, length } = decodeChunk(this.#sealed.chunk(address));
      const at = lowerBound(times, 0, length, timeMs);
      if (times[at] === timeMs) return compare(words, at, high, low);
    }
    let late = this.#late.get(place);
    if (late === undefined) {
      late = new ColumnBuffer(4);
      this.#late.set(place, late);
    }
    const at = lowerBound(late.times, 0, late.length, timeMs);
    if (at < late.length && late.times[at] === timeMs) return compare(late.words, at, high, low);
    late.insert(at, timeMs, high, low);
    if (late.length === LATE_SAMPLES_MAX) this.#sealLate(place, late);
    return 'appended';
  }

  #sealOpen(place: number): void {
    const { times, words } = codecKernel();
    const count = this.open.copyOut(place, times, words);
    this.#closedMs[place] = times[count - 1];
    this.#newest[place] = this.#sealed.seal(this.#newest[place], count);
    this.open.close(place);
  }

  #sealLate(place: number, late: ColumnBuffer): void {
    sealByWindow(late, (count) => {
      this.#newest[place] = this.#sealed.seal(this.#newest[place], count);
    });
    this.#late.delete(place);
  }

  #sealChunk(place: number, chunk: Chunk): void {
    this.#newest[place] = this.#sealed.seal(this.#newest[place], toKernel(chunk));
  }

  #isOf(address: number, windowMs: number): boolean {
    const minMs = this.#sealed.minMs(address);
    return minMs >= windowMs && minMs < windowMs + WINDOW_MS;
  }

  /** `newest` and the chunks before it, back to `end`, in the order in which they were sealed. */
  #chainOf(newest: number, end = 0): number[] {
    const chain: number[] = [];
    for (let address = newest; address !== end; address = this.#sealed.before(address)) chain.push(address);
    return chain.reverse();
  }
}

const FIRST_PLACES = 64;

/** A series' first chunk ends after one block, two, … so many. */
const FIRST_CHUNK_BLOCKS = 6;

/** Of samples in any windows: each window's to the kernel, and `seal` is told how many these are. */
function sealByWindow({ times, words, length }: ColumnBuffer, seal: (count: number) => void): void {
  const kernel = codecKernel();
  for (let from = 0; from < length; ) {
    const to = lowerBound(times, from, length, windowOf(times[from]) + WINDOW_MS);
    kernel.times.set(times.subarray(from, to));
    kernel.words.set(words.subarray(2 * from, 2 * to));
    seal(to - from);
    from = to;
  }
}

/** Returns how many samples there are. */
function toKernel(chunk: Chunk): number {
  const { times, length } = decodeChunk(chunk);
  const kernel = codecKernel();
  if (times !== kernel.times) kernel.times.set(times.subarray(0, length));
  return length;
}

const newest = new ColumnBuffer(CHUNK_SAMPLES_MAX);

function compare(words: Uint32Array, at: number, high: number, low: number): Placed {
  return words[2 * at] === low && words[2 * at + 1] === high ? 'repeated' : 'conflicting_value';
}
