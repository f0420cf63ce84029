import { type Buckets, bucketsOf, CUSTOM_SCHEMA, type NativeHistogram } from '@tidemark/tsdb/model';
import { formatNumber } from '../../syntax/numbers.ts';

/** What there is to know of a native histogram by itself; storage has it as well, so the type is the engine's. */
export { type Buckets, bucketsOf, type CounterHint, CUSTOM_SCHEMA, type NativeHistogram, sameHistogram } from '@tidemark/tsdb/model';

export function isCustom(histogram: NativeHistogram): boolean {
  return histogram.schema === CUSTOM_SCHEMA;
}

export interface BucketBounds {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Every bucket from the lowest to the highest, the zero bucket between them. */
export function allBuckets(histogram: NativeHistogram): BucketBounds[] {
  const { negative, positive, zeroCount, zeroThreshold } = histogram;
  const buckets: BucketBounds[] = [];
  for (const [index, count] of [...negative].reverse()) {
    buckets.push({ lower: -upperBound(histogram, index), upper: -upperBound(histogram, index - 1), count });
  }
  if (zeroCount !== 0) buckets.push({ lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount });
  for (const [index, count] of positive) {
    buckets.push({ lower: upperBound(histogram, index - 1), upper: upperBound(histogram, index), count });
  }
  return buckets;
}

export function upperBound({ schema, bounds }: NativeHistogram, index: number): number {
  if (schema !== CUSTOM_SCHEMA) return 2 ** (index * 2 ** -schema);
  if (index < 0) return Number.NEGATIVE_INFINITY;
  return index < bounds.length ? bounds[index] : Number.POSITIVE_INFINITY;
}

export function mapCounts(histogram: NativeHistogram, change: (count: number) => number): NativeHistogram {
  const each = (buckets: Buckets) => bucketsOf([...buckets].map(([index, count]) => [index, change(count)] as const));
  return {
    ...histogram,
    zeroCount: change(histogram.zeroCount),
    count: change(histogram.count),
    sum: change(histogram.sum),
    positive: each(histogram.positive),
    negative: each(histogram.negative),
  };
}

/** As Prometheus prints: `{count:3, sum:2, (0.5,1]:1, (1,2]:2}`. */
export function formatHistogram(histogram: NativeHistogram): string {
  const parts = [`count:${formatNumber(histogram.count)}`, `sum:${formatNumber(histogram.sum)}`];
  for (const { lower, upper, count } of allBuckets(histogram)) {
    const open = lower < 0 ? '[' : '(';
    const close = upper > 0 ? ']' : ')';
    parts.push(`${open}${formatNumber(lower)},${formatNumber(upper)}${close}:${formatNumber(count)}`);
  }
  return `{${parts.join(', ')}}`;
}
