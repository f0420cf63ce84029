import { lowerBoundOf, midpointOf, SCHEMA_MAX, upperBoundOf } from './buckets.ts';
import { isExact, valuesOf } from './make-sketch.ts';
import type { BucketSketch, Sketched } from './sketch.ts';

/**
 * The q-quantile by linear interpolation between ranks, as Prometheus has it: NaN is below all numbers. Exact where the values are known;
 * else each of the two values that it lies between is off by at most `errorOf(schema)` of itself, and within min and max.
 */
export function quantileOfSketch(window: Sketched, q: number): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const rank = q * (window.count - 1);
  const below = Math.floor(rank);
  const above = Math.min(window.count - 1, below + 1);
  const weight = rank - below;
  const stretches = stretchesOf(window);
  return valueAt(stretches, below, window) * (1 - weight) + valueAt(stretches, above, window) * weight;
}

/** How many values are greater than `limit`, at least and at most. */
export function countAbove(window: Sketched, limit: number): { readonly least: number; readonly most: number } {
  let least = 0;
  let most = 0;
  for (const { lower, upper, count } of stretchesOf(window)) {
    if (lower > limit) least += count;
    if (upper > limit) most += count;
  }
  return { least, most };
}

/** Values next to each other in rank, all taken for `value`, between `lower` and `upper`. */
export interface Stretch {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** All values, rising; NaN first. */
export function stretchesOf(window: Sketched): Stretch[] {
  const { sketch, count, min, max } = window;
  if (isExact(window)) {
    const { values, counts } = valuesOf(window);
    return Array.from(values, (value, i) => ({ value, lower: value, upper: value, count: counts[i] }));
  }
  if (sketch === null) return [{ value: min + (max - min) / 2, lower: min, upper: max, count }];
  return bucketStretches(sketch as BucketSketch).map(({ value, lower, upper, count }) => ({
    value: within(value, min, max),
    lower: within(lower, min, max),
    upper: within(upper, min, max),
    count,
  }));
}

function bucketStretches({ schema, nans, leasts, greatests, zeros, negative, positive }: BucketSketch): Stretch[] {
  const stretches: Stretch[] = [];
  const addOne = (value: number, count: number) => {
    if (count > 0) stretches.push({ value, lower: value, upper: value, count });
  };
  addOne(Number.NaN, nans);
  addOne(Number.NEGATIVE_INFINITY, leasts);
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const index = negative.indexes[i];
    const bounds = { lower: -upperBoundOf(index, schema), upper: -lowerBoundOf(index, schema) };
    stretches.push({ value: -midpointOf(index, schema), ...bounds, count: negative.counts[i] });
  }
  addOne(0, zeros);
  for (const [i, index] of positive.indexes.entries()) {
    const bounds = { lower: lowerBoundOf(index, schema), upper: upperBoundOf(index, schema) };
    stretches.push({ value: midpointOf(index, schema), ...bounds, count: positive.counts[i] });
  }
  addOne(Number.POSITIVE_INFINITY, greatests);
  return stretches;
}

function valueAt(stretches: readonly Stretch[], rank: number, { count, min, max }: Sketched): number {
  if (rank === count - 1) return max;
  if (rank === 0 && !Number.isNaN(stretches[0].value)) return min;
  let left = rank;
  for (const { value, count } of stretches) {
    if (left < count) return value;
    left -= count;
  }
  return max;
}

function within(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}

/** The schema that a window's error follows from; null where it is exact. */
export function schemaOf(window: Sketched): number | null {
  if (isExact(window)) return null;
  return window.sketch === null ? SCHEMA_MAX : (window.sketch as BucketSketch).schema;
}
