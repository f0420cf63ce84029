import { apart, bucketOf, coarser, SCHEMA_MAX } from './buckets.ts';
import { BUCKETS_WANTED, type BucketRow, type BucketSketch, type Sketch, type Sketched, VALUES_MAX, type ValueList } from './sketch.ts';

/** Of `values[from … to)`. */
export function sketchOf(values: Float64Array, from: number, to: number, floor: number): Sketch | null {
  const rising = values.slice(from, to).sort();
  const list = listOf(rising);
  if (list !== null) return list.values.length > 1 ? list : null;
  const buckets = new BucketSum();
  for (let i = 0, next = 0; i < rising.length; i = next) {
    for (next = i + 1; next < rising.length && isSame(rising[next], rising[i]); ) next++;
    buckets.addValue(rising[i], next - i);
  }
  return buckets.finish(floor);
}

/** What `sketchOf` gives of the values of all windows. */
export function mergeSketches(windows: readonly Sketched[], floor: number): Sketch | null {
  if (windows.every(isExact)) {
    const list = mergeLists(windows);
    if (list !== null) return list.values.length > 1 ? list : null;
  }
  const buckets = new BucketSum();
  for (const window of windows) buckets.add(window);
  return buckets.finish(floor);
}

/** Are the values themselves known? */
export function isExact({ sketch, min, max }: Sketched): boolean {
  return sketch === null ? !(min < max) : sketch.kind === 'values';
}

/** The different values of a window of which they are known, with how often each comes. */
export function valuesOf({ sketch, count, min }: Sketched): Pick<ValueList, 'values' | 'counts'> {
  return sketch?.kind === 'values' ? sketch : { values: Float64Array.of(min), counts: Float64Array.of(count) };
}

/** Of sorted values: -0 before 0, NaN last. Null when they are too many. */
function listOf(rising: Float64Array): ValueList | null {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of rising) {
    const last = values.length - 1;
    if (last >= 0 && isSame(value, values[last])) counts[last]++;
    else if (values.length === VALUES_MAX) return null;
    else {
      values.push(value + 0);
      counts.push(1);
    }
  }
  if (Number.isNaN(values[values.length - 1])) {
    values.unshift(values.pop() as number);
    counts.unshift(counts.pop() as number);
  }
  return { kind: 'values', values: Float64Array.from(values), counts: Float64Array.from(counts) };
}

function mergeLists(windows: readonly Sketched[]): ValueList | null {
  const counts = new Map<number, number>();
  for (const window of windows) {
    const list = valuesOf(window);
    for (const [i, value] of list.values.entries()) counts.set(value, (counts.get(value) ?? 0) + list.counts[i]);
    if (counts.size > VALUES_MAX) return null;
  }
  const rising = [...counts].sort(([a], [b]) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a < b ? -1 : 1));
  return { kind: 'values', values: Float64Array.from(rising, ([value]) => value), counts: Float64Array.from(rising, ([, count]) => count) };
}

function isSame(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b);
}

/** Counts in buckets of the finest schema that all parts have. */
class BucketSum {
  #schema = SCHEMA_MAX;
  #nans = 0;
  #leasts = 0;
  #greatests = 0;
  #zeros = 0;
  #negative = new Map<number, number>();
  #positive = new Map<number, number>();

  add(window: Sketched): void {
    const { sketch, count, min } = window;
    if (isExact(window)) {
      const { values, counts } = valuesOf(window);
      for (const [i, value] of values.entries()) this.addValue(value, counts[i]);
    } else if (sketch === null) this.addValue(min, count);
    else this.#addBuckets(sketch as BucketSketch);
  }

  addValue(value: number, count: number): void {
    if (value !== value) this.#nans += count;
    else if (value === 0) this.#zeros += count;
    else if (value === Number.NEGATIVE_INFINITY) this.#leasts += count;
    else if (value === Number.POSITIVE_INFINITY) this.#greatests += count;
    else this.#addBucket(value < 0 ? this.#negative : this.#positive, bucketOf(Math.abs(value)), SCHEMA_MAX, count);
  }

  finish(floor: number): Sketch | null {
    const negative = risingRow(this.#negative);
    const positive = risingRow(this.#positive);
    const by = Math.min(coarserBy([negative, positive], this.#zeros > 0 ? 1 : 0), Math.max(0, this.#schema - floor));
    const schema = this.#schema - by;
    const [nans, leasts, greatests, zeros] = [this.#nans, this.#leasts, this.#greatests, this.#zeros];
    const oneBucket = schema === SCHEMA_MAX && nans + leasts + greatests + zeros === 0;
    if (oneBucket && negative.indexes.length + positive.indexes.length === 1) return null;
    return {
      kind: 'buckets',
      schema,
      nans,
      leasts,
      greatests,
      zeros,
      negative: coarserRow(negative, by),
      positive: coarserRow(positive, by),
    };
  }

  #addBuckets({ schema, nans, leasts, greatests, zeros, negative, positive }: BucketSketch): void {
    if (schema < this.#schema) this.#coarsen(schema);
    this.#nans += nans;
    this.#leasts += leasts;
    this.#greatests += greatests;
    this.#zeros += zeros;
    for (const [i, index] of negative.indexes.entries()) this.#addBucket(this.#negative, index, schema, negative.counts[i]);
    for (const [i, index] of positive.indexes.entries()) this.#addBucket(this.#positive, index, schema, positive.counts[i]);
  }

  #addBucket(into: Map<number, number>, index: number, schema: number, count: number): void {
    const at = coarser(index, schema - this.#schema);
    into.set(at, (into.get(at) ?? 0) + count);
  }

  #coarsen(schema: number): void {
    const by = this.#schema - schema;
    this.#schema = schema;
    const [negative, positive] = [this.#negative, this.#positive];
    this.#negative = new Map();
    this.#positive = new Map();
    for (const [index, count] of negative) this.#addBucket(this.#negative, coarser(index, by), schema, count);
    for (const [index, count] of positive) this.#addBucket(this.#positive, coarser(index, by), schema, count);
  }
}

function risingRow(buckets: ReadonlyMap<number, number>): BucketRow {
  const indexes = Int32Array.from(buckets.keys()).sort();
  return { indexes, counts: Float64Array.from(indexes, (index) => buckets.get(index) as number) };
}

/** By how much the schema must be lower for all rows to have as many buckets together as are wanted, besides `others`. */
function coarserBy(rows: readonly BucketRow[], others: number): number {
  // How many buckets go when the schema is lowered by so much.
  const going = new Uint32Array(33);
  let left = others;
  for (const { indexes } of rows) {
    left += indexes.length;
    for (let i = 1; i < indexes.length; i++) going[apart(indexes[i - 1], indexes[i])]++;
  }
  let by = 0;
  while (left > BUCKETS_WANTED && by < 32) left -= going[++by];
  return by;
}

function coarserRow({ indexes, counts }: BucketRow, by: number): BucketRow {
  if (by === 0) return { indexes, counts };
  const into: number[] = [];
  const sums: number[] = [];
  for (const [i, index] of indexes.entries()) {
    const at = coarser(index, by);
    if (into[into.length - 1] === at) sums[sums.length - 1] += counts[i];
    else {
      into.push(at);
      sums.push(counts[i]);
    }
  }
  return { indexes: Int32Array.from(into), counts: Float64Array.from(sums) };
}
