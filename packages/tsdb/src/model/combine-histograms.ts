import { type Buckets, bucketsOf, CUSTOM_SCHEMA, isCustom, mapCounts, type NativeHistogram, upperBound } from './native-histogram.ts';

/** Sums and differences of native histograms, over the buckets that both can be expressed in. */

export type Combined =
  | {
      readonly kind: 'histogram';
      readonly histogram: NativeHistogram;
      readonly reconciled: boolean;
      /** One says that it begins again, the other that it goes on. */
      readonly collided: boolean;
    }
  | { readonly kind: 'incompatible' };

/** Exponential and custom buckets do not go together. `reconciled`: custom bounds that only one has were given up. */
export function combineHistograms(a: NativeHistogram, b: NativeHistogram, sign: 1 | -1): Combined {
  if (isCustom(a) !== isCustom(b)) return { kind: 'incompatible' };
  const [left, right, reconciled] = alignHistograms(a, b);
  const hint = sign === -1 || a.hint === 'gauge' || b.hint === 'gauge' ? 'gauge' : a.hint === b.hint ? a.hint : 'unknown';
  const collided = (a.hint === 'reset' && b.hint === 'not_reset') || (a.hint === 'not_reset' && b.hint === 'reset');
  const histogram = {
    ...left,
    hint,
    count: left.count + sign * right.count,
    sum: left.sum + sign * right.sum,
    zeroCount: left.zeroCount + sign * right.zeroCount,
    positive: together(left.positive, right.positive, sign),
    negative: together(left.negative, right.negative, sign),
  } satisfies NativeHistogram;
  return { kind: 'histogram', histogram, reconciled, collided };
}

/** Both in the buckets that they share; with custom bounds, whether some were given up. Both are of the same kind. */
export function alignHistograms(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram, boolean] {
  return isCustom(a) ? commonBounds(a, b) : [...commonResolution(a, b), false];
}

/** Did the counter start again between two samples? Both are compared in the buckets that they share. */
export function isReset(before: NativeHistogram, after: NativeHistogram): boolean {
  if (after.hint === 'reset') return true;
  if (after.hint === 'not_reset') return false;
  if (isCustom(before) !== isCustom(after) || after.count < before.count) return true;
  if (!isCustom(after) && (after.schema > before.schema || after.zeroThreshold < before.zeroThreshold)) return true;
  const [left, right] = alignHistograms(before, after);
  const fell = (was: Buckets, is: Buckets) => [...was].some(([index, count]) => (is.get(index) ?? 0) < count);
  return right.zeroCount < left.zeroCount || fell(left.positive, right.positive) || fell(left.negative, right.negative);
}

export function scaleHistogram(histogram: NativeHistogram, factor: number): NativeHistogram {
  const scaled = mapCounts(histogram, (count) => count * factor);
  return factor < 0 ? { ...scaled, hint: 'gauge' } : scaled;
}

/** Of nothing divided by zero nobody can say in how many buckets it would lie: they are given up, as Prometheus does. */
export function divideHistogram(histogram: NativeHistogram, divisor: number): NativeHistogram {
  if (divisor === 0) return { ...mapCounts(histogram, (count) => count / divisor), positive: bucketsOf([]), negative: bucketsOf([]) };
  const divided = mapCounts(histogram, (count) => count / divisor);
  return divisor < 0 ? { ...divided, hint: 'gauge' } : divided;
}

function together(a: Buckets, b: Buckets, sign: 1 | -1): Buckets {
  const counts = new Map(a);
  for (const [index, count] of b) counts.set(index, (counts.get(index) ?? 0) + sign * count);
  return bucketsOf(counts);
}

/** The coarser schema and the wider zero bucket of the two. */
export function commonResolution(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram] {
  const schema = Math.min(a.schema, b.schema);
  let left = coarser(a, schema);
  let right = coarser(b, schema);
  // Widening one to swallow a bucket that it cuts in two may widen it past the other: repeat until they agree.
  while (left.zeroThreshold !== right.zeroThreshold) {
    const threshold = Math.max(left.zeroThreshold, right.zeroThreshold);
    left = widerZero(left, threshold);
    right = widerZero(right, threshold);
  }
  return [left, right];
}

function coarser(histogram: NativeHistogram, schema: number): NativeHistogram {
  const shift = histogram.schema - schema;
  if (shift === 0) return histogram;
  const merge = (buckets: Buckets) => {
    const merged = new Map<number, number>();
    for (const [index, count] of buckets) {
      const target = ((index - 1) >> shift) + 1;
      merged.set(target, (merged.get(target) ?? 0) + count);
    }
    return bucketsOf(merged);
  };
  return { ...histogram, schema, positive: merge(histogram.positive), negative: merge(histogram.negative) };
}

function widerZero(histogram: NativeHistogram, threshold: number): NativeHistogram {
  if (threshold <= histogram.zeroThreshold) return histogram;
  let zeroThreshold = threshold;
  for (const index of [...histogram.positive.keys(), ...histogram.negative.keys()]) {
    const lower = upperBound(histogram, index - 1);
    if (lower < threshold) zeroThreshold = Math.max(zeroThreshold, upperBound(histogram, index));
  }
  let { zeroCount } = histogram;
  const beyond = (buckets: Buckets) => {
    const kept: [number, number][] = [];
    for (const [index, count] of buckets) {
      if (upperBound(histogram, index - 1) < zeroThreshold) zeroCount += count;
      else kept.push([index, count]);
    }
    return bucketsOf(kept);
  };
  const positive = beyond(histogram.positive);
  const negative = beyond(histogram.negative);
  return { ...histogram, positive, negative, zeroThreshold, zeroCount };
}

function commonBounds(a: NativeHistogram, b: NativeHistogram): [NativeHistogram, NativeHistogram, boolean] {
  const same = a.bounds.length === b.bounds.length && a.bounds.every((bound, i) => bound === b.bounds[i]);
  if (same) return [a, b, false];
  const bounds = a.bounds.filter((bound) => b.bounds.includes(bound));
  return [rebound(a, bounds), rebound(b, bounds), true];
}

function rebound(histogram: NativeHistogram, bounds: readonly number[]): NativeHistogram {
  const merged = new Map<number, number>();
  for (const [index, count] of histogram.positive) {
    const upper = upperBound(histogram, index);
    const found = bounds.findIndex((bound) => bound >= upper);
    const target = found === -1 ? bounds.length : found;
    merged.set(target, (merged.get(target) ?? 0) + count);
  }
  return { ...histogram, schema: CUSTOM_SCHEMA, bounds, positive: bucketsOf(merged) };
}
