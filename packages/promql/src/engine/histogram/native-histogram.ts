import { type NativeHistogram, upperBound } from '@tidemark/tsdb/model';
import { formatNumber } from '../../syntax/numbers.ts';

/** What there is to know of a native histogram by itself; storage has it as well, so the type is the engine's. */
export {
  type Buckets,
  bucketsOf,
  type CounterHint,
  CUSTOM_SCHEMA,
  isCustom,
  mapCounts,
  type NativeHistogram,
  sameHistogram,
  upperBound,
} from '@tidemark/tsdb/model';

export interface BucketBounds {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Every bucket from the lowest to the highest, the zero bucket between them, unless it has less than nothing: as Prometheus goes through them. */
export function allBuckets(histogram: NativeHistogram): BucketBounds[] {
  return bucketsWith(histogram, histogram.zeroCount > 0);
}

function bucketsWith({ zeroCount, zeroThreshold, ...histogram }: NativeHistogram, hasZero: boolean): BucketBounds[] {
  const { negative, positive } = histogram;
  const buckets: BucketBounds[] = [];
  for (const [index, count] of [...negative].reverse()) {
    buckets.push({ lower: -upperBound(histogram, index), upper: -upperBound(histogram, index - 1), count });
  }
  if (hasZero) buckets.push({ lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount });
  for (const [index, count] of positive) {
    buckets.push({ lower: upperBound(histogram, index - 1), upper: upperBound(histogram, index), count });
  }
  return buckets;
}

/** As Prometheus prints: `{count:3, sum:2, (0.5,1]:1, (1,2]:2}`. */
export function formatHistogram(histogram: NativeHistogram): string {
  const parts = [`count:${formatNumber(histogram.count)}`, `sum:${formatNumber(histogram.sum)}`];
  for (const { lower, upper, count } of bucketsWith(histogram, histogram.zeroCount !== 0)) {
    const open = lower < 0 ? '[' : '(';
    const close = upper > 0 ? ']' : ')';
    parts.push(`${open}${formatNumber(lower)},${formatNumber(upper)}${close}:${formatNumber(count)}`);
  }
  return `{${parts.join(', ')}}`;
}
