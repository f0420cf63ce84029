/**
 * The points of one query, growing at the end as the live stream brings them and dropped at the front as they leave the window.
 *
 *   capacity   |....|=====window=====|........|      columns of equal length on one grid of times
 *                   first            end
 *
 * Appending writes in place. Only when the end of the columns is reached is the window copied to the front of new ones; a frame
 * handed out earlier keeps the old ones, so it never changes in the part that it shows.
 */
import type { LabelSet, Stretch } from '@tidemark/rpc';
import { type Frame, type FrameSeries, labelsText } from '../frame.ts';
import type { DecodedMatrix, DecodedSeries, Spread } from '../matrix.ts';

interface Column {
  readonly labels: LabelSet;
  values: Float64Array;
  /** Live points have none. */
  spread: Spread | undefined;
  /** Index of the last point that is not NaN; below `first` the series has left the window. */
  last: number;
}

export class LiveColumns {
  readonly stepMs: number;
  #times: Float64Array;
  #columns = new Map<string, Column>();
  #first = 0;
  #end = 0;

  /** `pointsMax` is what the window can hold; what is older is dropped. */
  constructor(stepMs: number, pointsMax: number) {
    this.stepMs = stepMs;
    this.#times = new Float64Array(pointsMax * 2);
  }

  /** The first point that is not here yet, or null while there is none at all. */
  get nextMs(): number | null {
    return this.#end === 0 ? null : this.#times[this.#end - 1] + this.stepMs;
  }

  /** Points at times that are already here replace them; a gap before the new ones is NaN; what is before the first is dropped. */
  append(matrix: DecodedMatrix): void {
    const count = matrix.times.length;
    if (count === 0) return;
    const at = this.#end === 0 ? 0 : this.#first + Math.round((matrix.times[0] - this.#times[this.#first]) / this.stepMs);
    if (this.#end === 0 || at + count - this.#windowMax >= this.#end) {
      // Nothing of what is here would stay in the window.
      this.#begin(matrix);
      return;
    }
    if (at + count <= this.#first) return;
    const moved = this.#makeRoom(at + count);
    const skip = Math.max(0, this.#first + moved - at);
    this.#growTimes(at + count - moved);
    for (const series of matrix.series) this.#write(series, skip, at + skip - moved);
    this.#first = Math.max(this.#first, this.#end - this.#windowMax);
  }

  /** What lies in the window, with views into the columns: nothing is copied. `stretches`: what its points are made of. */
  frame(fromMs: number, toMs: number, stretches?: readonly Stretch[]): Frame {
    while (this.#first < this.#end - 1 && this.#times[this.#first + 1] <= fromMs) this.#first++;
    const times = this.#times.subarray(this.#first, this.#end);
    const series: FrameSeries[] = [];
    for (const [key, column] of this.#columns) {
      if (column.last < this.#first) this.#columns.delete(key);
      else
        series.push({
          labels: column.labels,
          name: labelsText(column.labels),
          times,
          values: column.values.subarray(this.#first, this.#end),
          spread: column.spread && ofEach(column.spread, (part) => part.subarray(this.#first, this.#end)),
          stretches,
        });
    }
    return { stepMs: this.stepMs, fromMs, toMs, series };
  }

  get #windowMax(): number {
    return this.#times.length / 2;
  }

  #begin(matrix: DecodedMatrix): void {
    this.#columns.clear();
    this.#first = 0;
    const skip = Math.max(0, matrix.times.length - this.#windowMax);
    this.#times.set(matrix.times.subarray(skip));
    this.#end = matrix.times.length - skip;
    for (const series of matrix.series) this.#write(series, skip, 0);
  }

  /** Returns by how much indexes moved to the front. */
  #makeRoom(needed: number): number {
    if (needed <= this.#times.length) return 0;
    const keepFrom = Math.max(this.#first, Math.min(this.#end, needed - this.#windowMax));
    const moved = (column: Float64Array, fill: number) => {
      const next = new Float64Array(column.length).fill(fill);
      next.set(column.subarray(keepFrom, this.#end));
      return next;
    };
    this.#times = moved(this.#times, 0);
    for (const column of this.#columns.values()) {
      column.values = moved(column.values, Number.NaN);
      column.spread = column.spread && ofEach(column.spread, (part) => moved(part, Number.NaN));
      column.last -= keepFrom;
    }
    this.#end -= keepFrom;
    this.#first = 0;
    return keepFrom;
  }

  #empty(): Float64Array {
    return new Float64Array(this.#times.length).fill(Number.NaN);
  }

  #growTimes(end: number): void {
    for (; this.#end < end; this.#end++) this.#times[this.#end] = this.#times[this.#end - 1] + this.stepMs;
  }

  #write({ labels, values, spread }: DecodedSeries, skip: number, at: number): void {
    const key = keyOf(labels);
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = { labels, values: this.#empty(), spread: undefined, last: -1 };
      this.#columns.set(key, column);
    }
    column.values.set(skip === 0 ? values : values.subarray(skip), at);
    if (spread !== undefined) {
      column.spread ??= { min: this.#empty(), max: this.#empty(), avg: this.#empty() };
      for (const name of ['min', 'max', 'avg'] as const) column.spread[name].set(spread[name].subarray(skip), at);
    }
    for (let i = values.length - 1; i >= skip; i--) {
      if (!Number.isNaN(values[i])) {
        column.last = Math.max(column.last, at + i - skip);
        break;
      }
    }
  }
}

function ofEach({ min, max, avg }: Spread, change: (part: Float64Array) => Float64Array): Spread {
  return { min: change(min), max: change(max), avg: change(avg) };
}

function keyOf(labels: LabelSet): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}\u0000${labels[name]}`)
    .join('\u0001');
}
