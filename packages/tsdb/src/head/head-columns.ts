import { type Chunk, chunkHasSamples, decodeChunk, readChunks, spanOf } from '../codec/chunk.ts';
import { ColumnBuffer, lowerBound } from '../codec/columns.ts';
import { HeadKernel } from '../kernel/head-kernel.ts';
import { APPENDED_AT_ONCE_MAX, CHUNK_SAMPLES_MAX, LATE_SAMPLES_MAX, WINDOW_MS, windowOf } from '../limits.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import { eraseFromChunks } from '../tombstones/erase.ts';
import { RunReader } from './run-reader.ts';
import { SealedChunks } from './sealed-chunks.ts';
import { SeriesRows } from './series-rows.ts';

export type Placed = 'appended' | 'repeated' | 'conflicting_value';

/** What all tenants of an engine share. */
export class HeadMemory {
  readonly kernel = new HeadKernel();
  readonly chunks = new SealedChunks(this.kernel, 'live');

  /** For what is to be saved: chunks that follow those of now. One at a time. */
  unsealedChunks(): SealedChunks {
    return new SealedChunks(this.kernel, 'saved', this.chunks.pages.numbersEnd);
  }

  /** What samples take. */
  get bytes(): number {
    return this.kernel.openBytes + this.chunks.bytes;
  }
}

/** Where each series was when the memory is saved. */
export interface CapturedChains {
  /** By place: the chunk that was sealed last. */
  readonly newest: Uint32Array;
  /** Samples that were not in chunks. */
  readonly unsealedSamples: number;
}

/**
 * The samples of one tenant's series, by their places: sealed chunks, late samples, and the open ones that steady appends go to.
 *
 * - No time of a series is here twice; every open time is above every sealed and every late one.
 * - A chunk, and what is open, never crosses the end of a window: a block takes chunks as they are.
 * - Chunks made of late samples overlap others in time.
 */
export class HeadColumns {
  readonly #kernel: HeadKernel;
  readonly #rows: SeriesRows;
  readonly #sealed: SealedChunks;
  readonly #runs: RunReader;
  /** What was closed up to here was in another life, 0 when there was none: of all series at once. */
  #restoredToMs = 0;
  readonly #late = new Map<number, ColumnBuffer>();

  constructor(memory: HeadMemory) {
    this.#kernel = memory.kernel;
    this.#rows = new SeriesRows(memory.kernel);
    this.#sealed = memory.chunks;
    this.#runs = new RunReader(memory.chunks, this.#rows);
  }

  /** Of the places below `end`, all at once. */
  capture(end: number): CapturedChains {
    const newest = new Uint32Array(end);
    let unsealedSamples = 0;
    for (let place = 0; place < end; place++) {
      newest[place] = this.#rows.newest(place);
      unsealedSamples += this.#rows.count(place);
    }
    for (const { length } of this.#late.values()) unsealedSamples += length;
    return { newest, unsealedSamples };
  }

  closedMs(place: number): number {
    return this.#rows.isOpen(place) ? this.#rows.lastMs(place) : this.#rows.closedMs(place);
  }

  /** Copies what has been sealed since `newest` was, and what is not sealed, to chunks of `into` that follow `newest`. */
  copyUnsealed(place: number, newest: number, into: SealedChunks): { readonly newest: number; readonly samples: number } {
    let samples = 0;
    let last = newest;
    const seal = (count: number) => {
      samples += count;
      last = into.seal(last, count);
    };
    if (this.#rows.newest(place) !== newest)
      for (const address of this.#chainOf(this.#rows.newest(place), newest)) seal(this.#toKernel(this.#sealed.chunk(address)));
    const late = this.#late.get(place);
    if (late !== undefined) this.#byWindow(late, seal);
    if (this.#rows.isOpen(place)) {
      samples += this.#rows.count(place);
      last = into.sealCopy(this.#rows.of(place), last);
    }
    return { newest: last, samples };
  }

  /** A place of another life, where nothing has been yet. */
  restore(place: number, newest: number, closedMs: number): void {
    this.reserve(place + 1);
    this.#rows.restore(place, newest, closedMs);
    this.#restoredToMs = Math.max(this.#restoredToMs, closedMs);
  }

  /** Makes room for places below `end`. */
  reserve(end: number): void {
    this.#rows.reserve(end);
  }

  /** A series has come to the place: it takes samples from now on. */
  enter(place: number): void {
    this.reserve(place + 1);
    this.#rows.enter(place);
  }

  /** Its series has left, without samples. */
  leave(place: number): void {
    this.#rows.leave(place);
  }

  isEmpty(place: number): boolean {
    return !this.#rows.isOpen(place) && this.#rows.newest(place) === 0 && !this.#late.has(place);
  }

  /**
   * Takes samples of one time, of the series `numbers` from position `from` on, so that they can be appended: as many as there is room
   * for. `places` has a number's place and one, 0 where it is not known.
   */
  take(places: Uint32Array, numbers: Uint32Array, values: Float64Array, from: number): number {
    const count = Math.min(numbers.length - from, APPENDED_AT_ONCE_MAX);
    this.#rows.putRows(places, numbers, from, 0, count);
    this.#kernel.inputValues.set(count === values.length ? values : values.subarray(from, from + count));
    return count;
  }

  /** What was taken from position `at` on is of these places: series have come since. */
  retake(places: Uint32Array, numbers: Uint32Array, from: number, at: number, to: number): void {
    this.#rows.putRows(places, numbers, from, at, to);
  }

  /**
   * Appends what was taken, from position `at` up to `to`, as long as each sample is a series' next one: what most are. Returns the
   * position of the first that is not, or whose place is not known.
   */
  appendNext(at: number, to: number, timeMs: number, windowMs: number): number {
    const { exports } = this.#kernel;
    for (let from = at; ; ) {
      const stop = exports.append(from, to, windowMs / WINDOW_MS, timeMs - windowMs, this.#restoredToMs);
      from = stop & POSITION_MASK;
      const reason = stop >>> REASON_BITS;
      if (reason === WANTS_PAGE) this.#sealed.nextPage();
      else if (reason === WANTS_BLOCKS) this.#kernel.addBlocks();
      else {
        this.#sealed.look();
        return from;
      }
    }
  }

  /** A sample that is not its series' next one. */
  appendOther(place: number, timeMs: number, windowMs: number, high: number, low: number): Placed {
    const rows = this.#rows;
    if (!rows.isOpen(place) || timeMs <= rows.closedMs(place) || rows.windowMs(place) !== windowMs)
      return this.#insertLate(place, timeMs, high, low);
    for (;;) {
      const inserted = INSERTED[this.#kernel.exports.insert(rows.of(place), timeMs - windowMs, low, high)];
      if (inserted === 'wants blocks') this.#kernel.addBlocks();
      else if (inserted === 'full') {
        this.#sealOpen(place);
        return this.#insertLate(place, timeMs, high, low);
      } else return inserted;
    }
  }

  /** Closes what lies before `endMs`, so that it is in chunks. */
  seal(place: number, endMs: number): void {
    if (this.#rows.isOpen(place) && this.#rows.firstMs(place) < endMs) this.#sealOpen(place);
    const late = this.#late.get(place);
    if (late !== undefined && late.times[0] < endMs) this.#sealLate(place, late);
  }

  /** The chunk that was sealed last: it and those before stand for what there is, of sealed samples. */
  newestChunk(place: number): number {
    return this.#rows.newest(place);
  }

  hasChunksOf(place: number, windowMs: number): boolean {
    for (let address = this.#rows.newest(place); address !== 0; address = this.#sealed.before(address)) {
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
    for (const address of this.#chainOf(this.#rows.newest(place))) {
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
    this.#rows.setNewest(place, kept);
    return dropped;
  }

  /** Takes the samples of `range` out, and says how many these were. */
  erase(place: number, range: TimeRange): number {
    if (this.#rows.isOpen(place) && this.#rows.hasSamples(place, range)) this.#sealOpen(place);
    const late = this.#late.get(place);
    if (late !== undefined) this.#sealLate(place, late);
    let erased = 0;
    const addresses = this.#chainOf(this.#rows.newest(place));
    this.#rows.setNewest(place, 0);
    for (const address of addresses) {
      const chunk = this.#sealed.chunk(address);
      const parts = eraseFromChunks([chunk], [range]);
      if (parts[0] === chunk) {
        this.#sealed.setBefore(address, this.#rows.newest(place));
        this.#rows.setNewest(place, address);
        continue;
      }
      erased += parts.reduce((count, part) => count - part.count, chunk.count);
      this.#sealed.release(address);
      for (const part of parts) this.#sealChunk(place, part);
    }
    return erased;
  }

  hasSamples(place: number, range: TimeRange): boolean {
    if (this.#rows.isOpen(place) && this.#rows.hasSamples(place, range)) return true;
    const late = this.#late.get(place);
    if (late !== undefined) {
      const [from, to] = spanOf(late.times, 0, late.length, range);
      if (from < to) return true;
    }
    for (let address = this.#rows.newest(place); address !== 0; address = this.#sealed.before(address)) {
      if (this.#sealed.minMs(address) > range.toMs || this.#sealed.maxMs(address) < range.fromMs) continue;
      if (chunkHasSamples(this.#sealed.chunk(address), range)) return true;
    }
    return false;
  }

  /** The samples of `range` of a series whose samples came in order, without copying; null when it is not such a one. */
  readRun(place: number, range: TimeRange): SampleColumns | null {
    return this.#late.has(place) ? null : this.#runs.read(place, this.#rows.newest(place), range);
  }

  /** Merges the samples of `range` into `into`. */
  read(place: number, range: TimeRange, into: ColumnBuffer): void {
    const chunks: Chunk[] = [];
    for (let address = this.#rows.newest(place); address !== 0; address = this.#sealed.before(address)) {
      const chunk = this.#sealed.chunk(address);
      if (chunk.maxMs >= range.fromMs && chunk.minMs <= range.toMs) chunks.push(chunk);
    }
    readChunks(chunks.reverse(), range, into);
    const late = this.#late.get(place);
    if (late !== undefined) {
      const [from, to] = spanOf(late.times, 0, late.length, range);
      into.merge(late.times, late.values, from, to);
    }
    if (this.#rows.isOpen(place)) this.#rows.read(place, range, into);
  }

  /** Appends the newest sample of `range` to `into`, if there is one. */
  readNewest(place: number, range: TimeRange, into: ColumnBuffer): void {
    if (this.#rows.isOpen(place) && this.#rows.firstMs(place) <= range.toMs) {
      // Fast path: open samples are the newest ones.
      this.#rows.readNewest(place, range, into);
      return;
    }
    newest.clear();
    this.read(place, range, newest);
    if (newest.length > 0) into.merge(newest.times, newest.values, newest.length - 1, newest.length);
  }

  #insertLate(place: number, timeMs: number, high: number, low: number): Placed {
    for (let address = this.#rows.newest(place); address !== 0; address = this.#sealed.before(address)) {
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
    while (this.#kernel.exports.seal(this.#rows.of(place)) === 0) this.#sealed.nextPage();
    this.#sealed.look();
  }

  #sealLate(place: number, late: ColumnBuffer): void {
    this.#byWindow(late, (count) => this.#rows.setNewest(place, this.#sealed.seal(this.#rows.newest(place), count)));
    this.#late.delete(place);
  }

  #sealChunk(place: number, chunk: Chunk): void {
    this.#rows.setNewest(place, this.#sealed.seal(this.#rows.newest(place), this.#toKernel(chunk)));
  }

  /** Of samples in any windows: each window's to the kernel, and `seal` is told how many these are. */
  #byWindow({ times, words, length }: ColumnBuffer, seal: (count: number) => void): void {
    const kernel = this.#kernel;
    for (let from = 0; from < length; ) {
      const to = lowerBound(times, from, length, windowOf(times[from]) + WINDOW_MS);
      kernel.times.set(times.subarray(from, to));
      kernel.valueWords.set(words.subarray(2 * from, 2 * to));
      seal(to - from);
      from = to;
    }
  }

  /** Returns how many samples there are. */
  #toKernel(chunk: Chunk): number {
    const { times, words, length } = decodeChunk(chunk);
    this.#kernel.times.set(times.subarray(0, length));
    this.#kernel.valueWords.set(words.subarray(0, 2 * length));
    return length;
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

/** Of what the kernel says when it stops: how far it came, and why no further (kernel/head/append.ts). */
const REASON_BITS = 28;
const POSITION_MASK = (1 << REASON_BITS) - 1;
const WANTS_PAGE = 2;
const WANTS_BLOCKS = 3;

/** What the kernel says of a sample that it inserts (kernel/head/insert.ts). */
const INSERTED = ['appended', 'repeated', 'conflicting_value', 'full', 'wants blocks'] as const;

const newest = new ColumnBuffer(CHUNK_SAMPLES_MAX);

function compare(words: Uint32Array, at: number, high: number, low: number): Placed {
  return words[2 * at] === low && words[2 * at + 1] === high ? 'repeated' : 'conflicting_value';
}
