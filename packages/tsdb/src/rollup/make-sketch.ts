import { type Rows, rowsOf, sketchOfRows, sumOfRows } from './bucket-rows.ts';
import { type BucketSketch, type Sketch, type Sketched, VALUES_MAX, type ValueList } from './sketch.ts';

/** Of `values[from … to)`. */
export function sketchOf(values: Float64Array, from: number, to: number, floor: number): Sketch | null {
  const different = differentOf(values.slice(from, to).sort());
  if (different.values.length === 1) return null;
  return different.values.length <= VALUES_MAX ? listOf(different) : sketchOfRows(rowsOf(different.values, different.counts), floor);
}

/** What `sketchOf` gives of the values of all windows. */
export function mergeSketches(windows: readonly Sketched[], floor: number): Sketch | null {
  if (windows.every(isExact)) {
    const list = mergeLists(windows);
    if (list !== null) return list.values.length > 1 ? list : null;
  }
  return sketchOfRows(windows.map(rowsOfWindow).reduce(sumOfRows), floor);
}

/** Are the values themselves known? */
export function isExact({ sketch, min, max }: Sketched): boolean {
  return sketch === null ? !(min < max) : sketch.kind === 'values';
}

type Values = Pick<ValueList, 'values' | 'counts'>;

/** The different values of a window of which they are known, with how often each comes. */
export function valuesOf({ sketch, count, min }: Sketched): Values {
  return sketch?.kind === 'values' ? sketch : { values: Float64Array.of(min), counts: Float64Array.of(count) };
}

function rowsOfWindow(window: Sketched): Rows {
  const { sketch, count, min } = window;
  if (isExact(window)) {
    const { values, counts } = valuesOf(window);
    return rowsOf(values, counts);
  }
  return sketch === null ? rowsOf(Float64Array.of(min), Float64Array.of(count)) : (sketch as BucketSketch);
}

/** Of sorted values, NaN last: each value once. */
function differentOf(rising: Float64Array): Values {
  const values = new Float64Array(rising.length);
  const counts = new Float64Array(rising.length);
  let size = 0;
  for (let i = 0; i < rising.length; i++) {
    const value = rising[i];
    if (size === 0 || !isSame(value, values[size - 1])) values[size++] = value + 0;
    counts[size - 1]++;
  }
  return { values: values.subarray(0, size), counts: counts.subarray(0, size) };
}

/** NaN comes first. */
function listOf({ values, counts }: Values): ValueList {
  const last = values.length - 1;
  if (!Number.isNaN(values[last])) return { kind: 'values', values: values.slice(), counts: counts.slice() };
  const order = [last, ...values.subarray(0, last).keys()];
  return { kind: 'values', values: Float64Array.from(order, (i) => values[i]), counts: Float64Array.from(order, (i) => counts[i]) };
}

/** Null when they are too many. */
function mergeLists(windows: readonly Sketched[]): ValueList | null {
  const counts = new Map<number, number>();
  for (const window of windows) {
    const list = valuesOf(window);
    for (let i = 0; i < list.values.length; i++) counts.set(list.values[i], (counts.get(list.values[i]) ?? 0) + list.counts[i]);
    if (counts.size > VALUES_MAX) return null;
  }
  const values = Float64Array.from(counts.keys()).sort();
  return listOf({ values, counts: Float64Array.from(values, (value) => counts.get(value) as number) });
}

function isSame(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b);
}
