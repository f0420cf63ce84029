import { type Labels, writeStaleAt } from '@tidemark/tsdb/model';

/** Samples on their way into a batch: columns that grow. */
export class ColumnsBuilder {
  readonly series: Labels[] = [];
  #times: Float64Array;
  #values: Float64Array;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  add(series: Labels, timeMs: number, value: number): void {
    const at = this.#push(series, timeMs);
    this.#values[at] = value;
  }

  /** The series ends at `timeMs`. */
  addStale(series: Labels, timeMs: number): void {
    writeStaleAt(this.#values, this.#push(series, timeMs));
  }

  get length(): number {
    return this.series.length;
  }

  /** Forgets what was added, as if nothing had been. */
  clear(): void {
    this.series.length = 0;
  }

  times(): Float64Array {
    return this.#times.subarray(0, this.length);
  }

  values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }

  #push(series: Labels, timeMs: number): number {
    const at = this.series.push(series) - 1;
    if (at === this.#times.length) {
      this.#times = grown(this.#times);
      this.#values = grown(this.#values);
    }
    this.#times[at] = timeMs;
    return at;
  }
}

/** Copied as bytes: a stale marker's bits survive. */
function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(Math.max(64, column.length * 2));
  larger.set(column);
  return larger;
}
