import { type Buckets, bucketsOf, type CounterHint, CUSTOM_SCHEMA, type NativeHistogram } from '../engine/histogram/native-histogram.ts';
import { parseSignedNumber } from '../syntax/numbers.ts';

/**
 * `{{schema:1 sum:15 count:10 z_bucket:2 z_bucket_w:0.001 buckets:[3 2 5] offset:1 n_buckets:[1] n_offset:0
 * custom_values:[1 2] counter_reset_hint:gauge}}`: a native histogram, each part with a default.
 */
export function parseHistogram(text: string): NativeHistogram {
  const parts = new Map<string, string>();
  for (const [, key, value] of text.matchAll(/(\w+):(\[[^\]]*\]|[^\s}]+)/g)) parts.set(key, value);
  const number = (key: string) => parseSignedNumber(parts.get(key) ?? '0') ?? Number.NaN;
  const numbers = (key: string) => (parts.get(key)?.match(/[^\s[\]]+/g) ?? []).map((word) => parseSignedNumber(word) ?? Number.NaN);
  const buckets = (key: string, offset: number): Buckets => bucketsOf(numbers(key).map((count, i) => [offset + i, count] as const));
  const schema = number('schema');
  return {
    schema,
    bounds: schema === CUSTOM_SCHEMA ? numbers('custom_values') : [],
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positive: buckets('buckets', number('offset')),
    negative: buckets('n_buckets', number('n_offset')),
    hint: (parts.get('counter_reset_hint') ?? 'unknown') as CounterHint,
  };
}
