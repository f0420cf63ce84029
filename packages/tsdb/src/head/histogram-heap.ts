import { assert, type Millis } from '@tidemark/base';
import { wordsOf } from '../codec/columns.ts';
import { windowOf } from '../limits.ts';
import type { SampleGroup } from '../model/batch.ts';
import { decodeHistogram } from '../model/histogram-bytes.ts';
import { isMark, isMarkAt, markedNumber, markHigh, markLow } from '../model/histogram-mark.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';

/**
 * The native histograms of one tenant that are not in blocks. In the head's columns stand marks, whose numbers are addresses here.
 *
 *   address := page · 2^16 + offset         page: of 64 KiB, of one window of two hours, written one behind the other
 *   page    := (bytes:u32 histogram)*       docs/format/histogram.md
 *
 * What has been written stays where it is, and goes with its page, once the window is in a block. A histogram that was stored and whose sample
 * was not taken stays until then.
 */
export class HistogramPage {
  readonly number: number;
  readonly windowMs: Millis;
  readonly bytes = new Uint8Array(PAGE_BYTES);
  /** What of it is written. Rises with each change. */
  used = 0;

  constructor(number: number, windowMs: Millis) {
    this.number = number;
    this.windowMs = windowMs;
  }
}

export class HistogramHeap {
  readonly #pages = new Map<number, HistogramPage>();
  /** By window: the page that is written to. */
  readonly #open = new Map<Millis, HistogramPage>();
  #nextNumber = 0;

  get isEmpty(): boolean {
    return this.#pages.size === 0;
  }

  get bytes(): number {
    return PAGE_BYTES * this.#pages.size;
  }

  all(): IterableIterator<HistogramPage> {
    return this.#pages.values();
  }

  /** A page of another life. */
  restore(page: HistogramPage): void {
    this.#pages.set(page.number, page);
    this.#nextNumber = Math.max(this.#nextNumber, page.number + 1);
  }

  /** Stores a histogram of a sample in the window that begins at `windowMs`; returns its address. */
  put(windowMs: Millis, histogram: Uint8Array): number {
    const length = HEADER_BYTES + histogram.length;
    assert(length <= PAGE_BYTES, 'a histogram fits in a page');
    let page = this.#open.get(windowMs);
    if (page === undefined || page.used + length > PAGE_BYTES) {
      page = new HistogramPage(this.#nextNumber++, windowMs);
      this.#pages.set(page.number, page);
      this.#open.set(windowMs, page);
    }
    const offset = page.used;
    new DataView(page.bytes.buffer).setUint32(offset, histogram.length, true);
    page.bytes.set(histogram, offset + HEADER_BYTES);
    page.used += length;
    return page.number * PAGE_BYTES + offset;
  }

  /** Its bytes, as they lie here; null when there are none at this address. */
  bytesAt(address: number): Uint8Array | null {
    const page = this.#pages.get(Math.floor(address / PAGE_BYTES));
    const offset = address % PAGE_BYTES;
    if (page === undefined || offset + HEADER_BYTES > page.used) return null;
    const from = offset + HEADER_BYTES;
    const length = new DataView(page.bytes.buffer).getUint32(offset, true);
    return from + length > page.used ? null : page.bytes.subarray(from, from + length);
  }

  /** Of marks that are addresses here, in place: a list of their histograms, by whose numbers they name them from now on. None, no list. */
  resolve(values: Float64Array): NativeHistogram[] | null {
    if (this.isEmpty) return null;
    let histograms: NativeHistogram[] | null = null;
    for (let i = 0; i < values.length; i++) {
      if (!isMarkAt(values, i)) continue;
      const words = wordsOf(values);
      const bytes = this.bytesAt(markedNumber(words[2 * i + 1], words[2 * i]));
      if (bytes === null) {
        values[i] = Number.NaN; // Somebody's number that looks like a mark: an old log may have one.
        continue;
      }
      histograms ??= [];
      const number = histograms.push(decodeHistogram(bytes)) - 1;
      words[2 * i] = markLow(number);
      words[2 * i + 1] = markHigh(number);
    }
    return histograms;
  }

  /** Samples of a batch as they are kept: with addresses here in place of numbers in the batch's list. */
  stored(group: SampleGroup, histograms: readonly Uint8Array[]): SampleGroup {
    const windowMs = windowOf(group.timeMs);
    let values: Float64Array | null = null;
    for (let i = 0; i < group.values.length; i++) {
      if (!isMarkAt(group.values, i)) continue;
      values ??= group.values.slice();
      const words = wordsOf(values);
      const address = this.put(windowMs, histograms[markedNumber(words[2 * i + 1], words[2 * i])]);
      words[2 * i] = markLow(address);
      words[2 * i + 1] = markHigh(address);
    }
    return values === null ? group : { ...group, values };
  }

  /** Are both values histograms, and the same ones? By their words. */
  areSame(high: number, low: number, otherHigh: number, otherLow: number): boolean {
    if (!isMark(high) || !isMark(otherHigh)) return false;
    const bytes = this.bytesAt(markedNumber(high, low));
    const others = this.bytesAt(markedNumber(otherHigh, otherLow));
    return bytes !== null && others !== null && Buffer.compare(bytes, others) === 0;
  }

  /** The pages of a window that have been written to until now: nothing more will be. */
  closeWindow(windowMs: Millis): HistogramPage[] {
    this.#open.delete(windowMs);
    return [...this.#pages.values()].filter((page) => page.windowMs === windowMs);
  }

  /** What is on them is in a block. */
  release(pages: readonly HistogramPage[]): void {
    for (const { number } of pages) this.#pages.delete(number);
  }
}

const PAGE_BYTES = 2 ** 16;
const HEADER_BYTES = 4;
