import { KahanSum } from '../kahan.ts';
import { allBuckets, type BucketBounds, isCustom, type NativeHistogram } from './native-histogram.ts';

/** What the buckets let one say of the observations within, as Prometheus estimates it. */

export function nativeQuantile(q: number, histogram: NativeHistogram): number {
  if (Number.isNaN(q) || histogram.count === 0) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  // From the nearer end, for the least rounding. NaN observations lie in no bucket: they count as above all.
  const forward = Number.isNaN(histogram.sum) || q < 0.5;
  const buckets = forward ? usableBuckets(histogram) : usableBuckets(histogram).reverse();
  const rank = (forward ? q : 1 - q) * histogram.count;
  let reached = 0;
  for (const [i, bucket] of buckets.entries()) {
    reached += bucket.count;
    if (reached < rank && i < buckets.length - 1) continue;
    if (reached < rank && Number.isNaN(histogram.sum)) return Number.NaN;
    const within = forward ? rank - (reached - bucket.count) : reached - rank;
    return valueAt(Math.min(within / bucket.count, 1), bucket, isCustom(histogram));
  }
  return Number.NaN;
}

/** Observations that are NaN are counted, and lie in no bucket. */
export function hasNaN(histogram: NativeHistogram): boolean {
  if (!Number.isNaN(histogram.sum)) return false;
  return allBuckets(histogram).reduce((sum, { count }) => sum + count, 0) < histogram.count;
}

function valueAt(share: number, bucket: BucketBounds, custom: boolean): number {
  let { lower } = bucket;
  const { upper } = bucket;
  if (lower === Number.NEGATIVE_INFINITY) {
    if (upper <= 0) return upper;
    lower = 0;
  }
  if (upper === Number.POSITIVE_INFINITY) return lower;
  if (custom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * share;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  return lower > 0 ? 2 ** (logLower + (logUpper - logLower) * share) : -(2 ** (logUpper + (logLower - logUpper) * (1 - share)));
}

/** The zero bucket reaches only to where observations can be. */
function usableBuckets(histogram: NativeHistogram): BucketBounds[] {
  const { positive, negative } = histogram;
  return allBuckets(histogram).map((bucket) => {
    if (isCustom(histogram) || bucket.lower >= 0 || bucket.upper <= 0) return bucket;
    if (negative.size === 0 && positive.size > 0) return { ...bucket, lower: 0 };
    if (positive.size === 0 && negative.size > 0) return { ...bucket, upper: 0 };
    return bucket;
  });
}

export function nativeFraction(lower: number, upper: number, histogram: NativeHistogram): number {
  return fractionOf(lower, upper, usableBuckets(histogram), histogram.count, isCustom(histogram));
}

/** The share of `count` observations that lie between two values. */
export function fractionOf(lower: number, upper: number, buckets: readonly BucketBounds[], count: number, linear: boolean): number {
  if (count === 0 || Number.isNaN(count) || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const rankOf = (value: number) => Math.min(rankAt(value, buckets, linear), count);
  return (rankOf(upper) - rankOf(lower)) / count;
}

/** Observations up to `value`. Within a bucket without end nothing is interpolated. */
function rankAt(value: number, buckets: readonly BucketBounds[], linear: boolean): number {
  let rank = 0;
  for (const { lower, upper, count } of buckets) {
    if (value <= lower) return rank;
    if (value < upper) {
      if (upper === Number.POSITIVE_INFINITY) return rank;
      if (lower !== Number.NEGATIVE_INFINITY) return rank + count * shareBelow(value, lower, upper, linear);
      if (upper <= 0) return rank + count;
      return value <= 0 ? rank : rank + (count * value) / upper;
    }
    rank += count;
  }
  return rank;
}

/** Of a bucket's observations, as they are taken to be spread in it. */
export function shareBelow(value: number, lower: number, upper: number, linear: boolean): number {
  if (linear || (lower <= 0 && upper >= 0)) return (value - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  return (Math.log2(Math.abs(value)) - logLower) / (Math.log2(Math.abs(upper)) - logLower);
}

/** Population variance, each observation taken to lie in the middle of its bucket. */
export function nativeVariance(histogram: NativeHistogram): number {
  const mean = histogram.sum / histogram.count;
  const squares = new KahanSum();
  for (const { lower, upper, count } of allBuckets(histogram)) {
    const delta = middle(lower, upper, isCustom(histogram)) - mean;
    squares.add(count * delta * delta);
  }
  return squares.total / histogram.count;
}

function middle(lower: number, upper: number, custom: boolean): number {
  if (custom) return (lower + upper) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  return Math.sign(upper) * Math.sqrt(lower * upper);
}
