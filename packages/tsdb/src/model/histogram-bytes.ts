import { ByteReader, ByteWriter } from '@tidemark/base';
import { HISTOGRAM_BUCKETS_MAX } from './limits.ts';
import {
  type Buckets,
  type CounterHint,
  CUSTOM_SCHEMA,
  type NativeHistogram,
  SCHEMA_MAX,
  SCHEMA_MIN,
  spansOf,
} from './native-histogram.ts';

/**
 * One native histogram as bytes: in the log's record and in the head. Histograms that are equal, sums bit by bit, are equal bytes.
 *
 *   histogram := flags:u8  (custom | shape)  sum:f64  counts
 *   flags     := hint: 0 unknown  1 reset  2 not reset  3 gauge; 4 more when counts are no integers, 8 more with custom bounds
 *   custom    := bounds:varint f64{bounds}  spans
 *   shape     := schema:i8  threshold:f64  positive:spans  negative:spans
 *   spans     := spans:varint (gap:zigzag length:varint){spans}     from the end of the span before; the first from bucket 0
 *   counts    := count zero positive{} negative{}                   varints, or f64 each; no zero with custom bounds
 *
 * No bucket is empty. docs/format/histogram.md has examples, which a test decodes.
 */
export function encodeHistogram(histogram: NativeHistogram): Uint8Array {
  out.reset();
  writeHistogram(out, histogram);
  return out.view().slice();
}

export function writeHistogram(to: ByteWriter, histogram: NativeHistogram): void {
  const { schema, bounds, zeroThreshold, zeroCount, count, sum, positive, negative, hint } = histogram;
  const isCustom = schema === CUSTOM_SCHEMA;
  const areIntegers = hasIntegers(histogram);
  to.u8(HINTS.indexOf(hint) | (areIntegers ? 0 : FLOATS) | (isCustom ? CUSTOM : 0));
  if (isCustom) {
    to.varint(bounds.length);
    for (const bound of bounds) to.f64(bound);
    writeSpans(to, positive);
  } else {
    to.u8(schema & 0xff);
    to.f64(zeroThreshold);
    writeSpans(to, positive);
    writeSpans(to, negative);
  }
  to.f64(sum);
  const write = areIntegers ? (value: number) => to.varint(value) : (value: number) => to.f64(value);
  write(count);
  if (!isCustom) write(zeroCount);
  for (const value of positive.values()) write(value);
  if (!isCustom) for (const value of negative.values()) write(value);
}

/** Throws `RangeError` when `bytes` are no histogram. */
export function decodeHistogram(bytes: Uint8Array): NativeHistogram {
  const reader = new ByteReader(bytes);
  const histogram = readHistogram(reader);
  if (reader.remaining !== 0) throw new RangeError('bytes behind a histogram');
  return histogram;
}

/** Throws `RangeError` when `bytes` are no histogram: as `decodeHistogram`, which makes one. */
export function checkHistogram(bytes: Uint8Array): void {
  const reader = new ByteReader(bytes);
  const { isCustom, areFloats, positive, negative } = readShape(reader);
  const others = isCustom ? 1 : 2;
  const counts = others + positive.length + negative.length;
  for (let i = 0; i < counts; i++) {
    const count = areFloats ? reader.f64() : reader.varint();
    if (count === 0 && i >= others) throw new RangeError('an empty bucket');
  }
  if (reader.remaining !== 0) throw new RangeError('bytes behind a histogram');
}

/** Throws `RangeError` when what follows is none. */
function readHistogram(reader: ByteReader): NativeHistogram {
  const { isCustom, areFloats, positive, negative, ...shape } = readShape(reader);
  const read = areFloats ? () => reader.f64() : () => reader.varint();
  const count = read();
  const zeroCount = isCustom ? 0 : read();
  return { ...shape, count, zeroCount, positive: readBuckets(positive, read), negative: readBuckets(negative, read) };
}

interface Shape extends Pick<NativeHistogram, 'schema' | 'bounds' | 'zeroThreshold' | 'sum' | 'hint'> {
  readonly isCustom: boolean;
  readonly areFloats: boolean;
  /** The indexes of their buckets. */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

/** What comes before the counts. */
function readShape(reader: ByteReader): Shape {
  const flags = reader.u8();
  if (flags > (CUSTOM | FLOATS | HINT_MASK)) throw new RangeError('flags of a histogram');
  const isCustom = (flags & CUSTOM) !== 0;
  const bounds = isCustom ? readBounds(reader) : NO_BOUNDS;
  const schema = isCustom ? CUSTOM_SCHEMA : (reader.u8() << 24) >> 24;
  if (!isCustom && (schema < SCHEMA_MIN || schema > SCHEMA_MAX)) throw new RangeError(`a histogram of schema ${schema}`);
  const zeroThreshold = isCustom ? 0 : reader.f64();
  const positive = readSpans(reader);
  const negative = isCustom ? NO_INDEXES : readSpans(reader);
  if (positive.length + negative.length > HISTOGRAM_BUCKETS_MAX) throw new RangeError('a histogram of too many buckets');
  if (isCustom && positive.length > 0 && (positive[0] < 0 || positive[positive.length - 1] > bounds.length))
    throw new RangeError('a bucket without bounds');
  const sum = reader.f64();
  const areFloats = (flags & FLOATS) !== 0;
  return { isCustom, areFloats, schema, bounds, zeroThreshold, positive, negative, sum, hint: HINTS[flags & HINT_MASK] };
}

/** May its counts be written as integers? What comes back are the same numbers. */
export function hasIntegers({ count, zeroCount, positive, negative }: NativeHistogram): boolean {
  if (!isCount(count) || !isCount(zeroCount)) return false;
  for (const value of positive.values()) if (!isCount(value)) return false;
  for (const value of negative.values()) if (!isCount(value)) return false;
  return true;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
}

function writeSpans(to: ByteWriter, buckets: Buckets): void {
  const spans = spansOf(buckets);
  to.varint(spans.length);
  for (const { offset, length } of spans) {
    to.zigzag(offset);
    to.varint(length);
  }
}

/** The indexes, which rise. */
function readSpans(reader: ByteReader): readonly number[] {
  const indexes: number[] = [];
  let end = 0;
  for (let spans = reader.varint(), i = 0; i < spans; i++) {
    const from = end + reader.zigzag();
    const length = reader.varint();
    if (length === 0 || (i > 0 && from <= end) || !(Math.abs(from) + length <= INDEX_MAX)) throw new RangeError('spans that do not rise');
    if (indexes.length + length > HISTOGRAM_BUCKETS_MAX) throw new RangeError('a histogram of too many buckets');
    end = from + length;
    for (let index = from; index < end; index++) indexes.push(index);
  }
  return indexes;
}

function readBuckets(indexes: readonly number[], read: () => number): Buckets {
  const buckets = new Map<number, number>();
  for (const index of indexes) {
    const count = read();
    if (count === 0) throw new RangeError('an empty bucket');
    buckets.set(index, count);
  }
  return buckets;
}

function readBounds(reader: ByteReader): number[] {
  const count = reader.varint();
  if (count > HISTOGRAM_BUCKETS_MAX) throw new RangeError('too many bounds');
  const bounds: number[] = [];
  for (let i = 0; i < count; i++) {
    bounds.push(reader.f64());
    if (i > 0 && !(bounds[i] > bounds[i - 1])) throw new RangeError('bounds that do not rise');
  }
  return bounds;
}

export const HINTS: readonly CounterHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];

const HINT_MASK = 3;
const FLOATS = 4;
const CUSTOM = 8;
const NO_BOUNDS: readonly number[] = [];
const NO_INDEXES: readonly number[] = [];

/** Bucket indexes are of 32 bits, as those that are sent. */
const INDEX_MAX = 2 ** 31;

const out = new ByteWriter(1024);
