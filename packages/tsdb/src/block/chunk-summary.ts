import { isStaleAt } from '../model/sample.ts';

/**
 * What many queries need of a chunk, so that its values are not decoded: of all values but the stale markers. It is there only where
 * it gives the very bits that the values would: there is no NaN among them, and no -0. Pages of the index have it: summary-page.ts.
 */
export interface ChunkSummary {
  /** Without stale markers. */
  readonly count: number;
  /** 0 when `count` is. */
  readonly min: number;
  readonly max: number;
  /** Null when adding up the values one by one may lose something. */
  readonly sum: number | null;
}

/** How a page has it; with `WITH_STALE` when there are stale markers among the values. */
export const UNKNOWN = 0;
export const INTEGERS = 1;
export const DECIMALS = 2;
export const BITS = 3;
export const ONLY_STALE = 4;
export const WITH_STALE = 0x80;

/** Of the values `[from, to)`. Null when they have to be asked themselves, and where all are equal: those are decoded as fast as this is read. */
export function summarize(values: Float64Array, from: number, to: number): ChunkSummary | null {
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let whole = true;
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (value !== value) {
      if (isStaleAt(values, i)) continue;
      return null;
    }
    if (value === 0 && Object.is(value, -0)) return null;
    if (value < min) min = value;
    if (value > max) max = value;
    if (whole && Number.isInteger(value)) sum += value;
    else whole = false;
    count++;
  }
  if (count === 0) return { count, min: 0, max: 0, sum: 0 };
  if (min === max && count === to - from) return null;
  return { count, min, max, sum: whole && isExact(count, min, max) ? sum : null };
}

/** Every sum of some of these integers is one of a double's. */
function isExact(count: number, min: number, max: number): boolean {
  return count * Math.max(Math.abs(min), Math.abs(max)) < WHOLE_MAX;
}

/** Twice as much is what a zigzag and a varint can say. */
export const WHOLE_MAX = 2 ** 51;
