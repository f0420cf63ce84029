import { decodeSharedTimes, type SharedTimes, spanOf } from '../codec/chunk.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { CODEC_SAMPLES_MAX } from '../limits.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { OpenColumns } from './open-columns.ts';
import type { SealedChunks } from './sealed-chunks.ts';

/**
 * Reads a series whose chunks follow each other, as those of steady series do, without copying: values are decoded behind each other in the
 * kernel's column. Series that were scraped together get the very same column of times.
 */
export class RunReader {
  readonly #sealed: SealedChunks;
  readonly #open: OpenColumns;
  /** The run's chunks, the newest first. */
  readonly #chain: number[] = [];
  /** Those whose times `#times` has, and how many open ones come behind. */
  #shared: SharedTimes[] = [];
  #openCount = 0;
  #times = new Float64Array(0);
  /** Of `#times` what was asked for last. */
  #part = new Float64Array(0);
  #partFrom = 0;

  constructor(sealed: SealedChunks, open: OpenColumns) {
    this.#sealed = sealed;
    this.#open = open;
  }

  /** Valid until the codec's kernel is used again. Null when chunks overlap, or are too many. */
  read(place: number, newest: number, range: TimeRange): SampleColumns | null {
    if (!this.#collect(newest, range)) return null;
    const isOpen = this.#open.isOpen(place) && this.#open.firstMs(place) <= range.toMs;
    const openCount = isOpen ? this.#open.count(place) : 0;
    const kernel = codecKernel();
    const shared = this.#chain.map((address) => this.#sealed.times(address)).reverse();
    if (shared.reduce((sum, { count }) => sum + count, openCount) > CODEC_SAMPLES_MAX) return null;
    for (const times of shared) decodeSharedTimes(times); // Those that are new use the kernel.
    let filled = 0;
    // In this order: decoding writes a little behind the last value.
    for (let i = 0; i < shared.length; i++) {
      this.#sealed.decodeValues(this.#chain[shared.length - 1 - i], filled);
      filled += shared[i].count;
    }
    if (openCount > 0) this.#open.copyOut(place, kernel.times, kernel.words, filled);
    const times = this.#timesOf(shared, filled, openCount);
    const [from, to] = spanOf(times, 0, times.length, range);
    return { times: this.#partOf(times, from, to), values: kernel.values.subarray(from, to) };
  }

  /** False when they do not follow each other. */
  #collect(newest: number, range: TimeRange): boolean {
    this.#chain.length = 0;
    let nextMs = Number.POSITIVE_INFINITY;
    for (let address = newest; address !== 0; address = this.#sealed.before(address)) {
      const minMs = this.#sealed.minMs(address);
      const maxMs = this.#sealed.maxMs(address);
      if (maxMs >= nextMs) return false;
      nextMs = minMs;
      if (minMs <= range.toMs && maxMs >= range.fromMs) this.#chain.push(address);
    }
    return true;
  }

  /** The times of the chunks, and behind them the open ones that the kernel has from position `filled` on. */
  #timesOf(shared: SharedTimes[], filled: number, openCount: number): Float64Array<ArrayBuffer> {
    const open = codecKernel().times;
    const isKnown =
      openCount === this.#openCount &&
      shared.length === this.#shared.length &&
      shared.every((times, i) => times === this.#shared[i]) &&
      areSame(this.#times, open, filled, filled + openCount);
    if (isKnown) return this.#times;
    const all = new Float64Array(filled + openCount);
    let at = 0;
    for (const times of shared) {
      all.set(decodeSharedTimes(times), at);
      at += times.count;
    }
    all.set(open.subarray(filled, filled + openCount), filled);
    this.#shared = shared;
    this.#openCount = openCount;
    this.#times = all;
    this.#part = all;
    this.#partFrom = 0;
    return all;
  }

  #partOf(times: Float64Array<ArrayBuffer>, from: number, to: number): Float64Array {
    if (from !== this.#partFrom || to !== from + this.#part.length) {
      this.#part = times.subarray(from, to);
      this.#partFrom = from;
    }
    return this.#part;
  }
}

function areSame(a: Float64Array, b: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (a[i] !== b[i]) return false;
  return true;
}
