import { allBuckets, type BucketBounds } from '@tidemark/promql';
import { CUSTOM_SCHEMA, type NativeHistogram } from '@tidemark/tsdb/model';
import { formatValue } from './number-format.ts';

/**
 * A native histogram as Prometheus' API writes it: buckets that have something, from the lowest to the highest, each
 *
 *   [ends, "lower", "upper", "count"]      which of its ends are in it: 0 the upper one, 1 the lower one, 2 neither, 3 both
 */
export function histogramJson(histogram: NativeHistogram): string {
  const buckets = allBuckets(histogram).map(
    (bucket) =>
      `[${endsOf(histogram, bucket)},"${formatValue(bucket.lower)}","${formatValue(bucket.upper)}","${formatValue(bucket.count)}"]`,
  );
  const counted = `{"count":"${formatValue(histogram.count)}","sum":"${formatValue(histogram.sum)}"`;
  return buckets.length === 0 ? `${counted}}` : `${counted},"buckets":[${buckets}]}`;
}

function endsOf({ schema, zeroThreshold }: NativeHistogram, { lower, upper }: BucketBounds): number {
  if (schema === CUSTOM_SCHEMA) return lower === Number.NEGATIVE_INFINITY ? BOTH : UPPER;
  if (lower === -zeroThreshold && upper === zeroThreshold) return BOTH;
  return upper > 0 ? UPPER : LOWER;
}

const UPPER = 0;
const LOWER = 1;
const BOTH = 3;
