import { exponentialBound } from './exponential-bounds.ts';

export { SCHEMA_MAX } from './exponential-bounds.ts';

/**
 * A native histogram: counts in buckets whose bounds follow from a schema, sparse, one sample of a series.
 *
 *   schema -4 … 8   bucket i holds (2^((i-1)/2^schema), 2^(i/2^schema)]; negative values mirrored; between them the
 *                   zero bucket [-zeroThreshold, zeroThreshold]
 *   schema -53      bucket i holds (bounds[i-1], bounds[i]], the last up to +Inf; nothing else
 *
 * Counts are numbers, not integers: rates are histograms too. Never changed once made.
 */
export interface NativeHistogram {
  readonly schema: number;
  /** Custom bounds, rising; empty unless the schema is `CUSTOM_SCHEMA`. */
  readonly bounds: readonly number[];
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  /** Index to count, without empty buckets, rising in index. */
  readonly positive: Buckets;
  readonly negative: Buckets;
  readonly hint: CounterHint;
}

export type Buckets = ReadonlyMap<number, number>;

/** What the source says about the sample before: a gauge has no resets. */
export type CounterHint = 'unknown' | 'reset' | 'not_reset' | 'gauge';

export const CUSTOM_SCHEMA = -53;
export const SCHEMA_MIN = -4;

/** Without empty buckets, rising. */
export function bucketsOf(entries: Iterable<readonly [number, number]>): Buckets {
  return new Map([...entries].filter(([, count]) => count !== 0).sort(([a], [b]) => a - b));
}

/** Buckets that follow each other: how far a span begins behind the end of the one before, the first behind bucket 0. */
export function spansOf(buckets: Buckets): { readonly offset: number; readonly length: number }[] {
  const spans: { offset: number; length: number }[] = [];
  let end = 0;
  for (const index of buckets.keys()) {
    if (spans.length > 0 && index === end) spans[spans.length - 1].length++;
    else spans.push({ offset: index - end, length: 1 });
    end = index + 1;
  }
  return spans;
}

/** The same observations, by everything but the hint. */
export function sameHistogram(a: NativeHistogram, b: NativeHistogram, same: (a: number, b: number) => boolean = Object.is): boolean {
  const sameBuckets = (left: Buckets, right: Buckets) =>
    left.size === right.size && [...left].every(([index, count]) => same(count, right.get(index) ?? Number.NaN));
  return (
    a.schema === b.schema &&
    a.bounds.length === b.bounds.length &&
    a.bounds.every((bound, i) => bound === b.bounds[i]) &&
    same(a.count, b.count) &&
    same(a.sum, b.sum) &&
    (a.schema === CUSTOM_SCHEMA || (same(a.zeroThreshold, b.zeroThreshold) && same(a.zeroCount, b.zeroCount))) &&
    sameBuckets(a.positive, b.positive) &&
    sameBuckets(a.negative, b.negative)
  );
}

export function isCustom(histogram: NativeHistogram): boolean {
  return histogram.schema === CUSTOM_SCHEMA;
}

export function upperBound({ schema, bounds }: Pick<NativeHistogram, 'schema' | 'bounds'>, index: number): number {
  if (schema !== CUSTOM_SCHEMA) return exponentialBound(schema, index);
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
