import { type Labels, markHigh, markLow, writeStaleAt } from '@tidemark/tsdb/model';
import type { IncomingBatch } from '../publish/publisher.ts';
import type { SeriesNumbers } from '../publish/series-numbers.ts';

/** Samples on their way into a batch: columns that grow. */
export class ColumnsBuilder {
  readonly #series: SeriesNumbers;
  readonly #table: IncomingBatch['table'];
  #numbers: Uint32Array;
  #times: Float64Array;
  #values: Float64Array;
  #length = 0;
  #histograms: Uint8Array[] = [];

  constructor(series: SeriesNumbers, capacity: number) {
    this.#series = series;
    this.#table = series.table;
    this.#numbers = new Uint32Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  add(series: Labels, timeMs: number, value: number): void {
    this.addNumber(this.#series.numberOf(series), timeMs, value);
  }

  /** `number`: the series', in the table. */
  addNumber(number: number, timeMs: number, value: number): void {
    const at = this.#push(number, timeMs);
    this.#values[at] = value;
  }

  /** A native histogram, as `encodeHistogram` writes it. */
  addHistogram(number: number, timeMs: number, histogram: Uint8Array): void {
    const at = this.#push(number, timeMs);
    const marked = this.#histograms.push(histogram) - 1;
    new Uint32Array(this.#values.buffer, 8 * at, 2).set([markLow(marked), markHigh(marked)]);
  }

  /** The series ends at `timeMs`. */
  addStale(series: Labels, timeMs: number): void {
    const at = this.#push(this.#series.numberOf(series), timeMs); // First: it may replace the columns.
    writeStaleAt(this.#values, at);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was added, as if nothing had been. */
  clear(): void {
    this.#length = 0;
    this.#histograms = [];
  }

  columns(): Pick<IncomingBatch, 'table' | 'numbers' | 'timesMs' | 'values' | 'histograms'> {
    return {
      table: this.#table,
      numbers: this.#numbers.subarray(0, this.#length),
      timesMs: this.#times.subarray(0, this.#length),
      values: this.#values.subarray(0, this.#length),
      ...(this.#histograms.length > 0 && { histograms: this.#histograms }),
    };
  }

  #push(number: number, timeMs: number): number {
    const at = this.#length++;
    if (at === this.#times.length) this.#grow(Math.max(64, at * 2));
    this.#numbers[at] = number;
    this.#times[at] = timeMs;
    return at;
  }

  #grow(capacity: number): void {
    const numbers = new Uint32Array(capacity);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#times = grown(this.#times, capacity);
    this.#values = grown(this.#values, capacity);
  }
}

/** Copied as bytes: a stale marker's bits survive. */
function grown(column: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
}
