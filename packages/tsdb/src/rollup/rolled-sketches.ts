import type { ByteReader, ByteWriter } from '@tidemark/base';
import { bucketOf, coarser, SCHEMA_MAX } from './buckets.ts';
import { digitsOf, fromDigits, isDecimal } from './decimal-columns.ts';
import { readNumbers, writeNumbers } from './number-columns.ts';
import type { BucketRow, BucketSketch, Sketch, Sketched, ValueList } from './sketch.ts';

/**
 * The sketches of the windows of a chunk, as streams of numbers for all of them. Drawn in docs/format/rolled-chunk.md.
 *
 *   sketches := (length:varint numbers){7}     kinds, sizes, schemas, gaps, steps, counts, values
 *
 * What min, max and count tell is left out: the least and the greatest value of a list, the outermost buckets, the last count.
 */
export function encodeSketches(out: ByteWriter, windows: readonly Sketched[], places: number | null): void {
  const streams = new Streams();
  for (const window of windows) {
    const { sketch } = window;
    if (sketch === null) streams.kinds.push(NONE);
    else if (sketch.kind === 'buckets') encodeBuckets(streams, sketch, window);
    else if (places !== null && sketch.values.every((value) => isDecimal(value, places))) encodeDecimals(streams, sketch, places);
    else encodeList(streams, sketch);
  }
  for (const name of STREAMS) {
    out.varint(streams[name].length);
    writeNumbers(out, Float64Array.from(streams[name]));
  }
}

/** Of windows whose sketches are not known yet. Throws `RangeError` on damage. */
export function decodeSketches(reader: ByteReader, windows: readonly Omit<Sketched, 'sketch'>[], places: number | null): (Sketch | null)[] {
  const streams = StreamReader.of(reader);
  return windows.map((window) => {
    switch (streams.next('kinds')) {
      case NONE:
        return null;
      case DECIMALS:
        if (places === null) break;
        return decodeDecimals(streams, window, places);
      case LIST:
        return decodeList(streams, window);
      case BUCKETS:
        return decodeBuckets(streams, window);
      case ALL_BUCKETS:
        return decodeAllBuckets(streams);
    }
    throw new RangeError('a sketch of a kind that is not known');
  });
}

const NONE = 0;
/** A list of decimals, told as steps from min to max. */
const DECIMALS = 1;
const LIST = 2;
const BUCKETS = 3;
/** With NaN or infinities: min and max tell little. */
const ALL_BUCKETS = 4;

const STREAMS = ['kinds', 'sizes', 'schemas', 'gaps', 'steps', 'counts', 'values'] as const;
type StreamName = (typeof STREAMS)[number];

/** More numbers than the sketches of a chunk can have. */
const STREAM_MAX = 2 ** 24;

class Streams implements Record<StreamName, number[]> {
  /** What kind each window's is. */
  readonly kinds: number[] = [];
  /** Values of a list, buckets. */
  readonly sizes: number[] = [];
  readonly schemas: number[] = [];
  /** Empty buckets between two. */
  readonly gaps: number[] = [];
  /** Digits from one value of a list to the next. */
  readonly steps: number[] = [];
  /** One less than how often, but for what need not be there. */
  readonly counts: number[] = [];
  /** Of lists that are no decimals. */
  readonly values: number[] = [];
}

class StreamReader {
  readonly #numbers: Record<StreamName, Float64Array>;
  readonly #at: Record<StreamName, number>;

  private constructor(numbers: Record<StreamName, Float64Array>) {
    this.#numbers = numbers;
    this.#at = { kinds: 0, sizes: 0, schemas: 0, gaps: 0, steps: 0, counts: 0, values: 0 };
  }

  static of(reader: ByteReader): StreamReader {
    const numbers = STREAMS.map((name): [StreamName, Float64Array] => {
      const length = reader.varint();
      if (length > STREAM_MAX) throw new RangeError('more numbers than sketches have');
      return [name, readNumbers(reader, length)];
    });
    return new StreamReader(Object.fromEntries(numbers) as Record<StreamName, Float64Array>);
  }

  next(name: StreamName): number {
    const numbers = this.#numbers[name];
    const at = this.#at[name]++;
    if (at >= numbers.length) throw new RangeError('a sketch that is cut off');
    return numbers[at];
  }

  /** How many of something come: they are all there. */
  size(): number {
    const size = this.next('sizes');
    if (!Number.isInteger(size) || size < 0 || size > STREAM_MAX) throw new RangeError('a sketch of a size that cannot be');
    return size;
  }
}

function encodeDecimals(streams: Streams, { values, counts }: ValueList, places: number): void {
  streams.kinds.push(DECIMALS);
  streams.sizes.push(values.length);
  for (let i = 1; i < values.length - 1; i++) streams.steps.push(digitsOf(values[i], places) - digitsOf(values[i - 1], places));
  pushCounts(streams, counts);
}

function decodeDecimals(streams: StreamReader, { count, min, max }: Omit<Sketched, 'sketch'>, places: number): ValueList {
  const size = streams.size();
  const values = new Float64Array(size);
  let digits = digitsOf(min, places);
  values[0] = min + 0;
  for (let i = 1; i < size - 1; i++) {
    digits += streams.next('steps');
    values[i] = fromDigits(digits, places);
  }
  values[size - 1] = max + 0;
  return { kind: 'values', values, counts: nextCounts(streams, size, count) };
}

function encodeList(streams: Streams, { values, counts }: ValueList): void {
  streams.kinds.push(LIST);
  streams.sizes.push(values.length);
  streams.values.push(...values);
  pushCounts(streams, counts);
}

function decodeList(streams: StreamReader, { count }: Omit<Sketched, 'sketch'>): ValueList {
  const size = streams.size();
  const values = new Float64Array(size);
  for (let i = 0; i < size; i++) values[i] = streams.next('values');
  return { kind: 'values', values, counts: nextCounts(streams, size, count) };
}

/** The last one follows from how many samples there are. */
function pushCounts(streams: Streams, counts: ArrayLike<number>): void {
  for (let i = 0; i < counts.length - 1; i++) streams.counts.push(counts[i] - 1);
}

function nextCounts(streams: StreamReader, size: number, all: number): Float64Array {
  const counts = new Float64Array(size);
  let left = all;
  for (let i = 0; i < size - 1; i++) {
    counts[i] = streams.next('counts') + 1;
    left -= counts[i];
  }
  counts[size - 1] = left;
  return counts;
}

function encodeBuckets(streams: Streams, sketch: BucketSketch, { min, max }: Sketched): void {
  const { schema, nans, leasts, greatests, zeros, negative, positive } = sketch;
  if (nans + leasts + greatests > 0) {
    encodeAllBuckets(streams, sketch);
    return;
  }
  streams.kinds.push(BUCKETS);
  streams.schemas.push(schema);
  if (min < 0) streams.sizes.push(negative.indexes.length);
  if (max > 0) streams.sizes.push(positive.indexes.length);
  if (min < 0 && max > 0) streams.sizes.push(zeros > 0 ? 1 : 0);
  pushGaps(streams, negative.indexes, max < 0);
  pushGaps(streams, positive.indexes, min > 0);
  pushCounts(streams, [...(zeros > 0 ? [zeros] : []), ...negative.counts, ...positive.counts]);
}

function decodeBuckets(streams: StreamReader, { count, min, max }: Omit<Sketched, 'sketch'>): BucketSketch {
  const schema = streams.next('schemas');
  if (!(schema >= SCHEMA_MIN && schema <= SCHEMA_MAX)) throw new RangeError('a schema that is not known');
  const negatives = min < 0 ? streams.size() : 0;
  const positives = max > 0 ? streams.size() : 0;
  const hasZeros = min < 0 && max > 0 ? streams.size() === 1 : min <= 0 && max >= 0;
  const below = nextIndexes(streams, negatives, -min, max < 0 ? -max : null, schema);
  const above = nextIndexes(streams, positives, max, min > 0 ? min : null, schema);
  const counts = nextCounts(streams, (hasZeros ? 1 : 0) + negatives + positives, count);
  const zeros = hasZeros ? counts[0] : 0;
  const from = hasZeros ? 1 : 0;
  const negative = { indexes: below, counts: counts.slice(from, from + negatives) };
  const positive = { indexes: above, counts: counts.slice(from + negatives) };
  return { kind: 'buckets', schema, nans: 0, leasts: 0, greatests: 0, zeros, negative, positive };
}

const SCHEMA_MIN = -4;

/** From the outermost inward; the innermost one is left out when its value is known. */
function pushGaps(streams: Streams, indexes: Int32Array, innermostIsKnown: boolean): void {
  for (let i = indexes.length - 2; i >= (innermostIsKnown ? 1 : 0); i--) streams.gaps.push(indexes[i + 1] - indexes[i] - 1);
}

/** `outermost` and `innermost` are the distances from 0 of values in these buckets. */
function nextIndexes(streams: StreamReader, size: number, outermost: number, innermost: number | null, schema: number): Int32Array {
  const indexes = new Int32Array(size);
  if (size === 0) return indexes;
  const by = SCHEMA_MAX - schema;
  indexes[size - 1] = coarser(bucketOf(outermost), by);
  for (let i = size - 2; i >= (innermost === null ? 0 : 1); i--) indexes[i] = indexes[i + 1] - streams.next('gaps') - 1;
  if (innermost !== null && size > 1) indexes[0] = coarser(bucketOf(innermost), by);
  return indexes;
}

function encodeAllBuckets(streams: Streams, { schema, nans, leasts, greatests, zeros, negative, positive }: BucketSketch): void {
  streams.kinds.push(ALL_BUCKETS);
  streams.schemas.push(schema);
  streams.counts.push(nans, leasts, greatests, zeros);
  for (const { indexes, counts } of [negative, positive]) {
    streams.sizes.push(indexes.length);
    streams.gaps.push(...indexes);
    streams.counts.push(...counts);
  }
}

function decodeAllBuckets(streams: StreamReader): BucketSketch {
  const schema = streams.next('schemas');
  const [nans, leasts, greatests, zeros] = [0, 1, 2, 3].map(() => streams.next('counts'));
  const row = (): BucketRow => {
    const size = streams.size();
    const indexes = new Int32Array(size);
    const counts = new Float64Array(size);
    for (let i = 0; i < size; i++) indexes[i] = streams.next('gaps');
    for (let i = 0; i < size; i++) counts[i] = streams.next('counts');
    return { indexes, counts };
  };
  const negative = row();
  return { kind: 'buckets', schema, nans, leasts, greatests, zeros, negative, positive: row() };
}
