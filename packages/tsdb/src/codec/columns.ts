import { assert } from '@tidemark/base';
import { isMark, markedNumber, markHigh, markLow } from '../model/histogram-mark.ts';
import { type NativeHistogram, sameHistogram } from '../model/native-histogram.ts';
import type { SampleColumns } from '../model/sample.ts';
import { sameBits, sameTimes } from './same-times.ts';

/**
 * Growing sample columns in rising time. Values are moved as 32-bit words (low word first, as the
 * platform's memory has them), so that a signalling NaN such as the stale marker stays what it is.
 */
assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'a little-endian machine is needed');

export class ColumnBuffer {
  times: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
  /** The words of `values`: low at 2i, high at 2i + 1. */
  words: Uint32Array<ArrayBuffer>;
  length = 0;
  /** What marks among the values stand for; none in the head, whose marks are addresses. */
  histograms: NativeHistogram[] = [];
  /** Samples that were not taken in since a sample of the same time with another value was there. */
  conflicts = 0;

  constructor(capacity = 128) {
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = new Uint32Array(this.values.buffer);
  }

  clear(): void {
    this.length = 0;
    this.conflicts = 0;
    if (this.histograms.length > 0) this.histograms = [];
  }

  /** At the end, whatever its time. */
  push(timeMs: number, high: number, low: number): void {
    this.reserve(1);
    const at = this.length++;
    this.times[at] = timeMs;
    this.words[2 * at] = low;
    this.words[2 * at + 1] = high;
  }

  insert(at: number, timeMs: number, high: number, low: number): void {
    this.reserve(1);
    this.times.copyWithin(at + 1, at, this.length);
    this.words.copyWithin(2 * at + 2, 2 * at, 2 * this.length);
    this.length++;
    this.times[at] = timeMs;
    this.words[2 * at] = low;
    this.words[2 * at + 1] = high;
  }

  /** Takes the samples `[from, to)` in; where a time is here already, what is here stays. `histograms` are what marks among them stand for. */
  merge(times: Float64Array, values: Float64Array, from = 0, to = times.length, histograms = NO_HISTOGRAMS): void {
    if (from >= to) return;
    if (histograms.length > 0) {
      this.merge(times.subarray(from, to), this.#withOwnMarks(values.slice(from, to), histograms));
      return;
    }
    if (this.length > 0 && times[from] <= this.times[this.length - 1]) this.#interleave(times, values, from, to);
    else this.#append(times, values, from, to);
  }

  /** From position `from` on; valid until the next change. */
  view(from = 0): SampleColumns {
    return { times: this.times.subarray(from, this.length), values: this.values.subarray(from, this.length), ...this.#marked() };
  }

  /** A copy. */
  columns(from = 0, to = this.length): SampleColumns {
    return { times: this.times.slice(from, to), values: this.values.slice(from, to), ...this.#marked() };
  }

  #marked(): Pick<SampleColumns, 'histograms'> | null {
    return this.histograms.length === 0 ? null : { histograms: this.histograms };
  }

  /** Takes in what they stand for. */
  #withOwnMarks(values: Float64Array, histograms: readonly NativeHistogram[]): Float64Array {
    const words = wordsOf(values);
    const before = this.histograms.length;
    for (const histogram of histograms) this.histograms.push(histogram);
    for (let i = 0; i < words.length; i += 2) {
      if (!isMark(words[i + 1])) continue;
      const number = before + markedNumber(words[i + 1], words[i]);
      words[i] = markLow(number);
      words[i + 1] = markHigh(number);
    }
    return values;
  }

  #isSame(high: number, low: number, otherHigh: number, otherLow: number): boolean {
    if (high === otherHigh && low === otherLow) return true;
    if (!isMark(high) || !isMark(otherHigh) || this.histograms.length === 0) return false;
    return sameHistogram(this.histograms[markedNumber(high, low)], this.histograms[markedNumber(otherHigh, otherLow)]);
  }

  #append(times: Float64Array, values: Float64Array, from: number, to: number): void {
    this.reserve(to - from);
    this.times.set(times.subarray(from, to), this.length);
    this.values.set(values.subarray(from, to), this.length);
    this.length += to - from;
  }

  #interleave(times: Float64Array, values: Float64Array, from: number, to: number): void {
    const start = lowerBound(this.times, 0, this.length, times[from]);
    // Fast path: the same samples from two places, as after a restart, and what came since behind them.
    const known = from + Math.min(this.length - start, to - from);
    if (this.#has(start, times, values, from, known)) {
      if (known < to) this.#append(times, values, known, to);
      return;
    }
    const own = this.columns(start);
    const ownWords = wordsOf(own.values);
    const words = wordsOf(values);
    this.length = start;
    this.reserve(own.times.length + to - from);
    let left = 0;
    let right = from;
    while (left < own.times.length || right < to) {
      if (right >= to || (left < own.times.length && own.times[left] <= times[right])) {
        if (right < to && own.times[left] === times[right]) {
          if (!this.#isSame(ownWords[2 * left + 1], ownWords[2 * left], words[2 * right + 1], words[2 * right])) this.conflicts++;
          right++;
        }
        this.push(own.times[left], ownWords[2 * left + 1], ownWords[2 * left]);
        left++;
      } else {
        this.push(times[right], words[2 * right + 1], words[2 * right]);
        right++;
      }
    }
  }

  /** The very samples `[from, to)`, bit by bit, from position `at` on? */
  #has(at: number, times: Float64Array, values: Float64Array, from: number, to: number): boolean {
    const end = at + to - from;
    return (
      sameTimes(this.times.subarray(at, end), times.subarray(from, to)) &&
      sameBits(this.values.subarray(at, end), values.subarray(from, to))
    );
  }

  reserve(extra: number): void {
    const wanted = this.length + extra;
    if (wanted <= this.times.length) return;
    const capacity = Math.max(wanted, this.times.length * 2);
    const { times, values } = this;
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = new Uint32Array(this.values.buffer);
    this.times.set(times.subarray(0, this.length));
    this.values.set(values.subarray(0, this.length));
  }
}

const NO_HISTOGRAMS: readonly NativeHistogram[] = [];

export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** Is there a histogram in `[from, to)`? */
export function hasMarks(words: Uint32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (isMark(words[2 * i + 1])) return true;
  return false;
}

/** The first position in `[from, to)` whose time is `target` or later, else `to`. */
export function lowerBound(times: Float64Array, from: number, to: number, target: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
