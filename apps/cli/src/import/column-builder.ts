import { markHigh, markLow, STALE_HIGH, STALE_LOW } from '@tidemark/tsdb/model';
import type { SeriesPart } from './source.ts';

/** Gathers samples of one series; bits of values are kept. Of equal times the first one stays. */
export class ColumnBuilder {
  #times = new Float64Array(256);
  #words = new Uint32Array(512);
  #length = 0;
  #isRising = true;
  #histograms: Uint8Array[] = [];

  get length(): number {
    return this.#length;
  }

  /** The value that stands at `i` in `values`. */
  add(timeMs: number, values: Float64Array, i: number): void {
    const words = new Uint32Array(values.buffer, values.byteOffset + 8 * i, 2);
    this.#put(timeMs, words[0], words[1]);
  }

  /** As a message of remote write, with this time; null for the end of a series of histograms. */
  addHistogram(timeMs: number, message: Uint8Array | null): void {
    if (message === null) this.#put(timeMs, STALE_LOW, STALE_HIGH);
    else {
      const number = this.#histograms.push(message) - 1;
      this.#put(timeMs, markLow(number), markHigh(number));
    }
  }

  #put(timeMs: number, low: number, high: number): void {
    if (this.#length > 0 && timeMs <= this.#times[this.#length - 1]) this.#isRising = false;
    if (this.#length === this.#times.length) this.#grow();
    this.#times[this.#length] = timeMs;
    this.#words[2 * this.#length] = low;
    this.#words[2 * this.#length + 1] = high;
    this.#length++;
  }

  /** What was added, in rising time, as copies; then it is empty. */
  take(): Omit<SeriesPart, 'labels'> {
    // Chunks may overlap.
    if (!this.#isRising) this.#sort();
    const times = this.#times.slice(0, this.#length);
    const values = new Float64Array(this.#words.slice(0, 2 * this.#length).buffer);
    this.#length = 0;
    this.#isRising = true;
    const histograms = this.#histograms;
    this.#histograms = [];
    return { times, values, ...(histograms.length > 0 && { histograms }) };
  }

  #sort(): void {
    const [times, words] = [this.#times.slice(0, this.#length), this.#words.slice(0, 2 * this.#length)];
    const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
    this.#length = 0;
    for (const i of order) {
      if (this.#length > 0 && this.#times[this.#length - 1] === times[i]) continue;
      this.#times[this.#length] = times[i];
      this.#words[2 * this.#length] = words[2 * i];
      this.#words[2 * this.#length + 1] = words[2 * i + 1];
      this.#length++;
    }
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    const words = new Uint32Array(2 * this.#words.length);
    times.set(this.#times);
    words.set(this.#words);
    this.#times = times;
    this.#words = words;
  }
}
