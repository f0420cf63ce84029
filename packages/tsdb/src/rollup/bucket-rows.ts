import { apart, bucketOf, coarser, SCHEMA_MAX } from './buckets.ts';
import { BUCKETS_WANTED, type BucketRow, type BucketSketch, type Sketch } from './sketch.ts';

/** Buckets of whatever schema, and what is counted beside them. */
export type Rows = Omit<BucketSketch, 'kind'>;

/** In the finest schema, of values that rise, NaN wherever it is, each as often as `counts` says. */
export function rowsOf(rising: Float64Array, counts: Float64Array): Rows {
  const rows = { schema: SCHEMA_MAX, nans: 0, leasts: 0, greatests: 0, zeros: 0 };
  let negatives = 0;
  let positives = 0;
  let first = -1;
  let firstPositive = -1;
  for (let i = 0; i < rising.length; i++) {
    const value = rising[i];
    if (value !== value) rows.nans += counts[i];
    else if (value === Number.NEGATIVE_INFINITY) rows.leasts += counts[i];
    else if (value === Number.POSITIVE_INFINITY) rows.greatests += counts[i];
    else if (value === 0) rows.zeros += counts[i];
    else if (value < 0) {
      if (negatives++ === 0) first = i;
    } else if (positives++ === 0) firstPositive = i;
  }
  return {
    ...rows,
    negative: rowOf(negatives, (i) => first + negatives - 1 - i, rising, counts),
    positive: rowOf(positives, (i) => firstPositive + i, rising, counts),
  };
}

/** Of the values at these positions, whose distance from 0 rises. */
function rowOf(size: number, positionOf: (i: number) => number, values: Float64Array, counts: Float64Array): BucketRow {
  const indexes = new Int32Array(size);
  const sums = new Float64Array(size);
  let filled = 0;
  for (let i = 0; i < size; i++) {
    const at = positionOf(i);
    const index = bucketOf(Math.abs(values[at]));
    if (filled === 0 || indexes[filled - 1] !== index) indexes[filled++] = index;
    sums[filled - 1] += counts[at];
  }
  return { indexes: indexes.subarray(0, filled), counts: sums.subarray(0, filled) };
}

/** In the coarser schema of both. */
export function sumOfRows(a: Rows, b: Rows): Rows {
  const schema = Math.min(a.schema, b.schema);
  const sum = (name: 'negative' | 'positive') => sumOfRow(coarserRow(a[name], a.schema - schema), coarserRow(b[name], b.schema - schema));
  return {
    schema,
    nans: a.nans + b.nans,
    leasts: a.leasts + b.leasts,
    greatests: a.greatests + b.greatests,
    zeros: a.zeros + b.zeros,
    negative: sum('negative'),
    positive: sum('positive'),
  };
}

function sumOfRow(a: BucketRow, b: BucketRow): BucketRow {
  if (a.indexes.length === 0) return b;
  if (b.indexes.length === 0) return a;
  const indexes = new Int32Array(a.indexes.length + b.indexes.length);
  const counts = new Float64Array(indexes.length);
  let size = 0;
  for (let i = 0, j = 0; i < a.indexes.length || j < b.indexes.length; size++) {
    const isA = j === b.indexes.length || (i < a.indexes.length && a.indexes[i] <= b.indexes[j]);
    const isB = i === a.indexes.length || (j < b.indexes.length && b.indexes[j] <= a.indexes[i]);
    indexes[size] = isA ? a.indexes[i] : b.indexes[j];
    counts[size] = (isA ? a.counts[i++] : 0) + (isB ? b.counts[j++] : 0);
  }
  return { indexes: indexes.subarray(0, size), counts: counts.subarray(0, size) };
}

/** In the finest schema that needs no more buckets than are wanted, or in the floor. Null for one bucket of the finest of all. */
export function sketchOfRows(rows: Rows, floor: number): Sketch | null {
  const { nans, leasts, greatests, zeros, negative, positive } = rows;
  const by = Math.min(coarserBy([negative, positive], zeros > 0 ? 1 : 0), Math.max(0, rows.schema - floor));
  const schema = rows.schema - by;
  const isOne = negative.indexes.length + positive.indexes.length === 1 && nans + leasts + greatests + zeros === 0;
  if (schema === SCHEMA_MAX && isOne) return null;
  const row = (all: BucketRow) => {
    const { indexes, counts } = coarserRow(all, by);
    return { indexes: indexes.slice(), counts: counts.slice() };
  };
  return { kind: 'buckets', ...rows, schema, negative: row(negative), positive: row(positive) };
}

/** By how much the schema must be lower for all rows to have as many buckets together as are wanted, besides `others`. */
function coarserBy(rows: readonly BucketRow[], others: number): number {
  let left = rows.reduce((sum, { indexes }) => sum + indexes.length, others);
  if (left <= BUCKETS_WANTED) return 0;
  // How many buckets go when the schema is lowered by so much.
  const going = new Uint32Array(33);
  for (const { indexes } of rows) {
    for (let i = 1; i < indexes.length; i++) going[apart(indexes[i - 1], indexes[i])]++;
  }
  let by = 0;
  while (left > BUCKETS_WANTED && by < 32) left -= going[++by];
  return by;
}

function coarserRow({ indexes, counts }: BucketRow, by: number): BucketRow {
  if (by === 0) return { indexes, counts };
  const into = new Int32Array(indexes.length);
  const sums = new Float64Array(indexes.length);
  let size = 0;
  for (let i = 0; i < indexes.length; i++) {
    const at = coarser(indexes[i], by);
    if (size === 0 || into[size - 1] !== at) into[size++] = at;
    sums[size - 1] += counts[i];
  }
  return { indexes: into.subarray(0, size), counts: sums.subarray(0, size) };
}
