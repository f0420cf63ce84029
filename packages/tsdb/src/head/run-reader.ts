import { decodeSharedTimes, type SharedTimes, spanOf } from '../codec/chunk.ts';
import { codecKernel } from '../kernel/codec-kernel.ts';
import { KERNEL_SAMPLES_MAX } from '../limits.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { SealedChunks } from './sealed-chunks.ts';
import type { SeriesRows } from './series-rows.ts';

/**
 * Reads a series whose chunks follow each other, as those of steady series do, without copying: values are decoded behind each other in the
 * kernel's run. Series that were scraped together get the very same column of times.
 */
export class RunReader {
  readonly #sealed: SealedChunks;
  readonly #open: SeriesRows;
  /** All chunks of the series that was read last, the newest first: where they are, and their times. */
  readonly #chain: number[] = [];
  readonly #chainTimes: SharedTimes[] = [];
  /** Those of the range, in the chain from `#first` up to, not including, `#end`. */
  #first = 0;
  #end = 0;
  /** Those whose times `#times` has, the newest first, and how many open ones come behind. */
  #shared: SharedTimes[] = [];
  #openCount = 0;
  #times = new Float64Array(0);
  /** Of `#times` what was asked for last. */
  #part = new Float64Array(0);
  #partFrom = 0;

  constructor(sealed: SealedChunks, open: SeriesRows) {
    this.#sealed = sealed;
    this.#open = open;
  }

  /** Valid until the codec's kernel is used again. Null when chunks overlap, or are too many. */
  read(place: number, newest: number, range: TimeRange): SampleColumns | null {
    if (!this.#collect(newest, range)) return null;
    const isOpen = this.#open.isOpen(place) && this.#open.firstMs(place) <= range.toMs;
    const openCount = isOpen ? this.#open.count(place) : 0;
    const kernel = codecKernel();
    let count = openCount;
    for (let i = this.#first; i < this.#end; i++) count += this.#chainTimes[i].count;
    if (count > KERNEL_SAMPLES_MAX) return null;
    for (let i = this.#first; i < this.#end; i++) decodeSharedTimes(this.#chainTimes[i]); // Those that are new use the kernel.
    let filled = 0;
    // In this order: decoding writes a little behind the last value.
    for (let i = this.#end - 1; i >= this.#first; i--) {
      const chunk = this.#chainTimes[i].count;
      this.#sealed.decodeValues(this.#chain[i], chunk, filled);
      filled += chunk;
    }
    if (openCount > 0) this.#open.copyOut(place, kernel.times, kernel.runWords, 0, filled);
    const times = this.#timesOf(filled, openCount);
    const [from, to] = spanOf(times, 0, times.length, range);
    return { times: this.#partOf(times, from, to), values: kernel.run.subarray(from, to) };
  }

  /** False when they do not follow each other. */
  #collect(newest: number, range: TimeRange): boolean {
    const chain = this.#chain;
    const chainTimes = this.#chainTimes;
    let nextMs = Number.POSITIVE_INFINITY;
    let length = 0;
    this.#first = 0;
    this.#end = 0;
    for (let address = newest; address !== 0; address = this.#sealed.before(address)) {
      const times = this.#sealed.times(address, chainTimes[length]);
      if (times.maxMs >= nextMs) return false;
      nextMs = times.minMs;
      chain[length] = address;
      chainTimes[length++] = times;
      if (times.minMs > range.toMs) this.#first = length;
      if (times.maxMs >= range.fromMs) this.#end = length;
    }
    this.#end = Math.max(this.#first, this.#end);
    return true;
  }

  /** The times of the chunks, which are `filled`, and behind them the open ones that the kernel has. */
  #timesOf(filled: number, openCount: number): Float64Array<ArrayBuffer> {
    const open = codecKernel().times;
    if (this.#hasTimes(openCount) && endsWith(this.#times, open, openCount)) return this.#times;
    const shared = this.#chainTimes.slice(this.#first, this.#end);
    const all = new Float64Array(filled + openCount);
    let at = filled;
    for (const times of shared) {
      at -= times.count;
      all.set(decodeSharedTimes(times), at);
    }
    all.set(open.subarray(0, openCount), filled);
    this.#shared = shared;
    this.#openCount = openCount;
    this.#times = all;
    this.#part = all;
    this.#partFrom = 0;
    return all;
  }

  /** Does `#times` begin with those of the chunks, with as many open ones behind? */
  #hasTimes(openCount: number): boolean {
    const shared = this.#shared;
    if (openCount !== this.#openCount || shared.length !== this.#end - this.#first) return false;
    for (let i = 0; i < shared.length; i++) if (shared[i] !== this.#chainTimes[this.#first + i]) return false;
    return true;
  }

  #partOf(times: Float64Array<ArrayBuffer>, from: number, to: number): Float64Array {
    if (from !== this.#partFrom || to !== from + this.#part.length) {
      this.#part = times.subarray(from, to);
      this.#partFrom = from;
    }
    return this.#part;
  }
}

function endsWith(times: Float64Array, open: Float64Array, count: number): boolean {
  const from = times.length - count;
  for (let i = 0; i < count; i++) if (times[from + i] !== open[i]) return false;
  return true;
}
