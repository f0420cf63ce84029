/** Numbers over columns: the extent of an axis, the legend's figures, stacks, and the point nearest to an instant. Pure. */
import type { Threshold } from '@tidemark/rpc';
import type { FrameSeries } from '../lib/frame.ts';

export interface SeriesStats {
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly last: number;
}

/** All NaN for a series without a point. */
export function statsOf(values: Float64Array): SeriesStats {
  let [min, max, sum, count, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, Number.NaN];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count++;
    last = value;
  }
  if (count === 0) return { min: Number.NaN, max: Number.NaN, avg: Number.NaN, last };
  return { min, max, avg: sum / count, last };
}

/** What is drawn of one series: a line, and for stacks the line below. */
export interface DrawnColumn {
  readonly times: Float64Array;
  readonly top: Float64Array;
  readonly base: Float64Array | null;
}

/** Each series upon the sum of those before it. A missing point adds nothing and leaves a gap in its own line. */
export function stack(series: readonly FrameSeries[]): DrawnColumn[] {
  const sums = new Map<number, number>();
  return series.map(({ times, values }) => {
    const base = new Float64Array(values.length);
    const top = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const below = sums.get(times[i]) ?? 0;
      base[i] = below;
      top[i] = below + values[i];
      if (!Number.isNaN(values[i])) sums.set(times[i], top[i]);
    }
    return { times, top, base };
  });
}

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** The y extent before it is rounded to ticks. From zero unless the data lies far from it. */
export function extentOf(
  columns: readonly DrawnColumn[],
  fixed: { readonly min: number | null; readonly max: number | null },
  thresholds: readonly Threshold[],
  showAllThresholds: boolean,
): Extent {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { top, base } of columns) {
    for (let i = 0; i < top.length; i++) {
      const value = top[i];
      if (value - value !== 0) continue; // NaN and both infinities.
      if (value > high) high = value;
      if (value < low) low = value;
      if (base !== null && base[i] < low) low = base[i];
    }
  }
  if (low > high) [low, high] = [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  for (const { value } of thresholds) {
    // A threshold far above flat data would make it flatter still.
    if (!showAllThresholds && Math.abs(value) > size * 3) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low >= 0 && low < high * 0.6) low = 0;
  if (high <= 0 && high > low * 0.6) high = 0;
  if (low === high) {
    const around = low === 0 ? 1 : Math.abs(low) * 0.1;
    [low, high] = [low === 0 ? 0 : low - around, high + around];
  }
  const min = fixed.min ?? (low === 0 ? 0 : low - (high - low) * 0.05);
  const max = fixed.max ?? (high === 0 ? 0 : high + (high - low) * 0.05);
  return max > min ? { min, max } : { min, max: min + 1 };
}

/** Index of the point nearest to `atMs` and not further than one step, or -1. */
export function nearestIndex(times: Float64Array, atMs: number, stepMs: number): number {
  const after = lowerBound(times, atMs);
  let nearest = after;
  if (after === times.length || (after > 0 && atMs - times[after - 1] <= times[after] - atMs)) nearest = after - 1;
  return nearest >= 0 && Math.abs(times[nearest] - atMs) <= stepMs ? nearest : -1;
}

/** Index of the first time not before `atMs`. */
export function lowerBound(times: Float64Array, atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
