import { ProtobufWriter } from '@tidemark/base/wire';
import { hasIntegers } from '../model/histogram-bytes.ts';
import { type Buckets, CUSTOM_SCHEMA, type NativeHistogram, spansOf } from '../model/native-histogram.ts';

/**
 * `prometheus.Histogram` of remote write and remote read; of integers where all counts are such:
 *
 *   count_int = 1, count_float = 2, sum = 3, schema = 4, zero_threshold = 5, zero_count_int = 6, zero_count_float = 7,
 *   negative_spans = 8 {offset = 1, length = 2}, negative_deltas = 9, negative_counts = 10, positive_spans = 11,
 *   positive_deltas = 12, positive_counts = 13, reset_hint = 14, timestamp = 15, custom_values = 16
 */
export function writeHistogram(into: ProtobufWriter, timeMs: number, histogram: NativeHistogram): void {
  const { schema, bounds, zeroThreshold, zeroCount, count, sum, positive, negative, hint } = histogram;
  const areIntegers = hasIntegers(histogram);
  if (areIntegers) into.int64(1, count);
  else into.f64(2, count);
  into.f64(3, sum);
  into.sint64(4, schema);
  into.f64(5, zeroThreshold);
  if (areIntegers) into.int64(6, zeroCount);
  else into.f64(7, zeroCount);
  writeBuckets(into, 8, negative, areIntegers);
  writeBuckets(into, 11, positive, areIntegers);
  into.int64(14, HINTS.indexOf(hint));
  into.int64(15, timeMs);
  if (schema === CUSTOM_SCHEMA) into.doubles(16, bounds);
}

const HINTS: readonly NativeHistogram['hint'][] = ['unknown', 'reset', 'not_reset', 'gauge'];

/** Spans in `field`, deltas in the next, or counts in the one behind that. */
function writeBuckets(into: ProtobufWriter, field: number, buckets: Buckets, areIntegers: boolean): void {
  if (buckets.size === 0) return;
  const span = new ProtobufWriter();
  for (const { offset, length } of spansOf(buckets)) {
    span.reset();
    span.sint64(1, offset);
    span.int64(2, length);
    into.bytes(field, span.view());
  }
  const counts = [...buckets.values()];
  if (areIntegers)
    into.sint64s(
      field + 1,
      counts.map((each, i) => each - (i === 0 ? 0 : counts[i - 1])),
    );
  else into.doubles(field + 2, counts);
}
