/**
 * A native histogram as protobuf messages have it, and what becomes of it: the same in remote write and in scrapes. What Prometheus
 * refuses is refused: spans that do not fit the counts, counts below 0, observations that are not in the buckets.
 */
import {
  bucketsOf,
  type CounterHint,
  CUSTOM_SCHEMA,
  encodeHistogram,
  HISTOGRAM_BUCKETS_MAX,
  isStaleAt,
  type NativeHistogram,
  SCHEMA_MAX,
  SCHEMA_MIN,
} from '@tidemark/tsdb/model';

export interface SentHistogram {
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  count: number;
  /** In a column, so that a stale marker stays one. */
  readonly sum: Float64Array;
  readonly bounds: number[];
  readonly positive: SentBuckets;
  readonly negative: SentBuckets;
  hint: CounterHint;
  /** Its counts are doubles, and need not add up to the last bit. */
  isFloat: boolean;
}

export interface SentBuckets {
  /** Offset, length, offset, length … */
  readonly spans: number[];
  /** Integers: each less the one before. */
  readonly deltas: number[];
  /** Doubles. */
  readonly counts: number[];
}

export type CheckedHistogram =
  | { readonly kind: 'histogram'; readonly bytes: Uint8Array }
  /** Its series has ended. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly reason: string };

export function newHistogram(): SentHistogram {
  const buckets = (): SentBuckets => ({ spans: [], deltas: [], counts: [] });
  return {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: new Float64Array(1),
    bounds: [],
    positive: buckets(),
    negative: buckets(),
    hint: 'unknown',
    isFloat: false,
  };
}

export function checkSent(sent: SentHistogram): CheckedHistogram {
  if (isStaleAt(sent.sum, 0)) return { kind: 'stale' };
  const sentAs = histogramOf(sent);
  if (typeof sentAs === 'string') return refused(sentAs);
  const histogram = withinLimit(sentAs);
  if (histogram === null) return refused(`has more than ${HISTOGRAM_BUCKETS_MAX} buckets`);
  return { kind: 'histogram', bytes: encodeHistogram(histogram) };
}

/** Schemas above are taken, at the resolution of `SCHEMA_MAX`. */
const SENT_SCHEMA_MAX = 52;

/** Or what is wrong with it. */
function histogramOf(sent: SentHistogram): NativeHistogram | string {
  const { schema, bounds, zeroThreshold, zeroCount, count, isFloat, hint } = sent;
  const isCustom = schema === CUSTOM_SCHEMA;
  if (!isCustom && (schema < SCHEMA_MIN || schema > SENT_SCHEMA_MAX)) return `has schema ${schema}`;
  if (isCustom) {
    if (bounds.length > HISTOGRAM_BUCKETS_MAX) return `has ${bounds.length} custom bounds, ${HISTOGRAM_BUCKETS_MAX} are allowed`;
    if (bounds.some((bound, i) => !Number.isFinite(bound) || (i > 0 && !(bound > bounds[i - 1]))))
      return 'has custom bounds that do not rise';
    if (zeroCount !== 0 || zeroThreshold !== 0) return 'has custom bounds, and a zero bucket as well';
    if (sent.negative.spans.length > 0 || sent.negative.deltas.length > 0 || sent.negative.counts.length > 0)
      return 'has custom bounds, and negative buckets as well';
  } else if (bounds.length > 0) return `has schema ${schema}, and custom bounds as well`;
  const positive = entriesOf(sent.positive, isFloat, isCustom ? bounds.length : null);
  if (typeof positive === 'string') return positive;
  const negative = entriesOf(sent.negative, isFloat, null);
  if (typeof negative === 'string') return negative;
  if (!(zeroThreshold >= 0)) return `has a zero bucket up to ${zeroThreshold}`;
  if (!(zeroCount >= 0)) return `has ${zeroCount} observations in its zero bucket`;
  if (!(count >= 0)) return `has ${count} observations`;
  const inBuckets = [...positive, ...negative].reduce((all, [, each]) => all + each, zeroCount);
  const sum = sent.sum[0];
  // What is no number is in no bucket, and makes the sum none.
  if (!isFloat && (Number.isNaN(sum) ? inBuckets > count : inBuckets !== count))
    return `has ${count} observations, and ${inBuckets} of them in buckets`;
  return { schema, bounds, zeroThreshold, zeroCount, count, sum, positive: bucketsOf(positive), negative: bucketsOf(negative), hint };
}

/** Index and count of each bucket, in rising order; or what is wrong. `boundsMax`: of custom bounds, how many there are. */
function entriesOf({ spans, deltas, counts }: SentBuckets, isFloat: boolean, boundsMax: number | null): [number, number][] | string {
  const given = isFloat ? counts : deltas;
  let length = 0;
  for (let at = 1; at < spans.length; at += 2) length += spans[at];
  if (length !== given.length) return `has spans of ${length} buckets, and ${given.length} counts`;
  const entries: [number, number][] = [];
  let index = 0;
  let before = 0;
  for (let at = 0; at < spans.length; at += 2) {
    if (at > 0 && spans[at] < 0) return `has a span with the offset ${spans[at]}`;
    index += spans[at];
    for (let end = index + spans[at + 1]; index < end; index++) {
      const count = isFloat ? given[entries.length] : before + given[entries.length];
      before = count;
      if (!(count >= 0)) return `has a bucket of ${count} observations`;
      if (!Number.isFinite(index) || Math.abs(index) > INDEX_MAX) return `has a bucket with the index ${index}`;
      if (boundsMax !== null && (index < 0 || index > boundsMax)) return `has ${boundsMax} custom bounds, and a bucket ${index}`;
      entries.push([index, count]);
    }
  }
  return entries;
}

const INDEX_MAX = 2 ** 30;

/** At a lower resolution, where it is too large; null when that does not help. */
function withinLimit(histogram: NativeHistogram): NativeHistogram | null {
  let fitting = histogram;
  const isTooLarge = () => fitting.positive.size + fitting.negative.size > HISTOGRAM_BUCKETS_MAX;
  while (fitting.schema > SCHEMA_MAX || isTooLarge()) {
    if (fitting.schema <= SCHEMA_MIN) return null;
    fitting = {
      ...fitting,
      schema: fitting.schema - 1,
      positive: halved(fitting.positive),
      negative: halved(fitting.negative),
    };
  }
  return fitting;
}

/** Two buckets at a time become one. */
function halved(buckets: NativeHistogram['positive']): NativeHistogram['positive'] {
  const wider = new Map<number, number>();
  for (const [index, count] of buckets) {
    const into = Math.ceil(index / 2);
    wider.set(into, (wider.get(into) ?? 0) + count);
  }
  return wider;
}

function refused(reason: string): CheckedHistogram {
  return { kind: 'refused', reason };
}
