import { shareBelow } from './estimate.ts';
import { type BucketBounds, type Buckets, bucketsOf, isCustom, type NativeHistogram, upperBound } from './native-histogram.ts';

/**
 * `histogram </ x` keeps the observations up to x, `histogram >/ x` those above it, as far as buckets tell. A bucket that x cuts is
 * divided as quantiles are interpolated; one without an end is kept as a whole by `>/`, and given up by `</`. The sum is estimated from the middles of
 * what is left, unless nothing was cut.
 */
export function trimHistogram(histogram: NativeHistogram, at: number, keep: 'below' | 'above'): NativeHistogram {
  const linear = isCustom(histogram);
  const trimmed = { count: 0, sum: 0, isCut: false };
  const take = (bucket: BucketBounds, sign: 1 | -1): number => {
    const part = partOf(bucket, at, keep, sign, linear);
    trimmed.count += part.count;
    trimmed.sum += part.middle * part.count;
    trimmed.isCut ||= part.count !== bucket.count;
    return part.count;
  };
  const positive = eachBucket(histogram.positive, (index, count) =>
    take({ lower: upperBound(histogram, index - 1), upper: upperBound(histogram, index), count }, 1),
  );
  const negative = eachBucket(histogram.negative, (index, count) =>
    take({ lower: -upperBound(histogram, index), upper: -upperBound(histogram, index - 1), count }, -1),
  );
  let { zeroCount } = histogram;
  if (zeroCount > 0) {
    const part = partOfZero(histogram, at, keep);
    trimmed.count += part.count;
    trimmed.sum += part.middle * part.count;
    trimmed.isCut ||= part.count !== zeroCount;
    zeroCount = part.count;
  }
  return trimmed.isCut ? { ...histogram, positive, negative, zeroCount, count: trimmed.count, sum: trimmed.sum } : histogram;
}

function eachBucket(buckets: Buckets, change: (index: number, count: number) => number): Buckets {
  return bucketsOf([...buckets].map(([index, count]) => [index, change(index, count)] as const));
}

/** What is kept of a bucket, and the middle of it. */
interface Part {
  readonly count: number;
  readonly middle: number;
}

function partOf(bucket: BucketBounds, at: number, keep: 'below' | 'above', sign: 1 | -1, linear: boolean): Part {
  const { lower, upper, count } = bucket;
  const isWhole = keep === 'below' ? upper <= at : lower >= at;
  if (isWhole) return { count, middle: middleOf(lower, upper, sign, linear) };
  const isGone = keep === 'below' ? lower >= at : upper <= at;
  if (isGone) return { count: 0, middle: 0 };
  if (lower === Number.NEGATIVE_INFINITY) return partWithoutStart(bucket, at, keep);
  if (upper === Number.POSITIVE_INFINITY) return keep === 'below' ? { count: 0, middle: 0 } : { count, middle: at };
  const below = count * shareBelow(at, lower, upper, linear);
  if (keep === 'below') return { count: below, middle: middleOf(lower, at, sign, linear) };
  return { count: count - below, middle: middleOf(at, upper, sign, linear) };
}

/** The first custom bucket. With a positive bound it is taken to begin at zero; otherwise nobody knows where its observations lie. */
function partWithoutStart({ upper, count }: BucketBounds, at: number, keep: 'below' | 'above'): Part {
  const startsAtZero = upper > 0 && upper !== Number.POSITIVE_INFINITY;
  if (keep === 'below') {
    if (startsAtZero && at > 0) return { count: (count * at) / upper, middle: at / 2 };
    return upper <= 0 ? { count, middle: at } : { count: 0, middle: 0 };
  }
  return startsAtZero && at >= 0 ? { count: count * (1 - at / upper), middle: (at + upper) / 2 } : { count: 0, middle: 0 };
}

/** Without buckets on one side the zero bucket ends at zero there. */
function partOfZero({ zeroCount, zeroThreshold, positive, negative }: NativeHistogram, at: number, keep: 'below' | 'above'): Part {
  const lower = positive.size > 0 && negative.size === 0 ? 0 : -zeroThreshold;
  const upper = negative.size > 0 && positive.size === 0 ? 0 : zeroThreshold;
  const cut = Math.min(Math.max(at, lower), upper);
  const [from, to] = keep === 'below' ? [lower, cut] : [cut, upper];
  const count = from < to ? (zeroCount * (to - from)) / (upper - lower) : 0;
  return { count, middle: (from + to) / 2 };
}

function middleOf(lower: number, upper: number, sign: 1 | -1, linear: boolean): number {
  if (lower === Number.NEGATIVE_INFINITY) return Number.isFinite(upper) ? (upper > 0 ? upper / 2 : upper) : 0;
  if (upper === Number.POSITIVE_INFINITY) return lower;
  return linear ? (lower + upper) / 2 : sign * Math.sqrt(Math.abs(lower * upper));
}
