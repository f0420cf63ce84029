/**
 * Where a column of values has a native histogram there stands a mark: a NaN whose lower 48 bits say which one, of a list beside
 * the column or of a heap. Whatever moves values without looking at them moves histograms.
 *
 *   bits := 7ffa  number:6 bytes, the lowest first      so that small numbers end in zeros, which a record leaves out
 *
 * A value that comes in from outside never has these bits: it becomes the usual NaN.
 */
export const MARK_TAG = 0x7ffa;

/** Numbers are below it. */
export const MARKS_MAX = 2 ** 48;

/** By the upper word of a value. */
export function isMark(high: number): boolean {
  return high >>> 16 === MARK_TAG;
}

export function markedNumber(high: number, low: number): number {
  return swapped16(high & 0xffff) + 0x1_0000 * swapped32(low);
}

export function markHigh(number: number): number {
  return (MARK_TAG << 16) | swapped16(number & 0xffff);
}

export function markLow(number: number): number {
  return swapped32(Math.floor(number / 0x1_0000));
}

/** Is a histogram at this position? */
export function isMarkAt(values: Float64Array, index: number): boolean {
  const value = values[index];
  if (value === value) return false; // Fast path: not a NaN.
  return isMark(new Uint32Array(values.buffer, values.byteOffset + 8 * index + 4, 1)[0]);
}

function swapped16(half: number): number {
  return ((half & 0xff) << 8) | (half >>> 8);
}

function swapped32(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
