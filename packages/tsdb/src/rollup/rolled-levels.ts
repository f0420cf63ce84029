import type { ByteReader, ByteWriter } from '@tidemark/base';
import { digitsOf, fromDigits, PLACES_MAX, placesOf } from './decimal-columns.ts';
import { readNumbers, writeNumbers } from './number-columns.ts';
import type { RolledColumns } from './rolled-columns.ts';

/**
 * The first, last, least and greatest values of windows, in the form that is shortest.
 *
 *   0 one value    numbers                                              for all of them
 *   1 rising       places:u8  first - last:zigzag  last:numbers  gap:numbers
 *                  ff         last:numbers  first:numbers               of what is no decimal
 *   2 decimals     places:u8  min:numbers  max - min:numbers  first - min:numbers  max - last:numbers
 *   3 any          min:numbers  max:numbers  first:numbers  last:numbers
 *
 * Of decimals these are digits: differences are exact. A gap is from the last value of the window before to the first one. Of windows
 * that rise the first value is the least and the last the greatest, where nothing was reset.
 */
export interface LevelsForm {
  readonly kind: LevelsKind;
  /** Null where they are no decimals, or one value. */
  readonly places: number | null;
}

export type LevelsKind = typeof ONE_VALUE | typeof RISING | typeof DECIMALS | typeof ANY;

export const ONE_VALUE = 0;
export const RISING = 1;
export const DECIMALS = 2;
export const ANY = 3;

type Column = Float64Array;

export interface Levels {
  readonly places: number | null;
  readonly first: Column;
  readonly last: Column;
  /** As if nothing was reset, where they rise. */
  readonly min: Column;
  readonly max: Column;
}

export function formOf(columns: Pick<RolledColumns, 'first' | 'last' | 'min' | 'max' | 'resets'>): LevelsForm {
  const { first, last, min, max } = columns;
  const all = [first, last, min, max];
  if (all.every((column) => column.every((value) => Object.is(value, first[0])))) return { kind: ONE_VALUE, places: null };
  const places = placesOf(all);
  if (isRising(columns)) return { kind: RISING, places };
  return { kind: places === null ? ANY : DECIMALS, places };
}

function isRising({ first, last, min, max, resets }: Parameters<typeof formOf>[0]): boolean {
  return resets !== null && first.every((value, i) => resets[i] !== 0 || (Object.is(min[i], value) && Object.is(max[i], last[i])));
}

export function writeLevels(
  out: ByteWriter,
  { kind, places }: LevelsForm,
  { first, last, min, max }: Pick<RolledColumns, 'first' | 'last' | 'min' | 'max'>,
): void {
  if (kind === RISING || kind === DECIMALS) out.u8(places ?? NO_PLACES);
  if (kind === ONE_VALUE) writeNumbers(out, first.subarray(0, 1));
  else if (kind === ANY) for (const column of [min, max, first, last]) writeNumbers(out, column);
  else if (places === null) for (const column of [last, first]) writeNumbers(out, column);
  else {
    const [firsts, lasts] = [first, last].map((column) => column.map((value) => digitsOf(value, places)));
    if (kind === RISING) {
      out.zigzag(firsts[0] - lasts[0]);
      writeNumbers(out, lasts);
      writeNumbers(out, difference(firsts.subarray(1), lasts));
      return;
    }
    const [mins, maxs] = [min, max].map((column) => column.map((value) => digitsOf(value, places)));
    for (const column of [mins, difference(maxs, mins), difference(firsts, mins), difference(maxs, lasts)]) writeNumbers(out, column);
  }
}

/** Throws `RangeError` on damage. */
export function readLevels(reader: ByteReader, kind: LevelsKind, length: number): Levels {
  if (kind === ONE_VALUE) {
    const value = new Float64Array(length).fill(readNumbers(reader, 1)[0]);
    return { places: null, first: value, last: value, min: value, max: value };
  }
  if (kind === ANY) {
    const [min, max, first, last] = [0, 1, 2, 3].map(() => readNumbers(reader, length));
    return { places: null, first, last, min, max };
  }
  const places = reader.u8();
  if (kind === RISING) return readRising(reader, places, length);
  if (places > PLACES_MAX) throw new RangeError('places beyond 12');
  const [mins, heights, starts, ends] = [0, 1, 2, 3].map(() => readNumbers(reader, length));
  return {
    places,
    min: mins.map((digits) => fromDigits(digits, places)),
    max: mins.map((digits, i) => fromDigits(digits + heights[i], places)),
    first: mins.map((digits, i) => fromDigits(digits + starts[i], places)),
    last: mins.map((digits, i) => fromDigits(digits + heights[i] - ends[i], places)),
  };
}

function readRising(reader: ByteReader, places: number, length: number): Levels {
  if (places === NO_PLACES) {
    const last = readNumbers(reader, length);
    const first = readNumbers(reader, length);
    return { places: null, first, last, min: first, max: last };
  }
  if (places > PLACES_MAX) throw new RangeError('places beyond 12');
  const start = reader.zigzag();
  const lasts = readNumbers(reader, length);
  const gaps = readNumbers(reader, length - 1);
  // A loop of its own: it runs for each window of most queries.
  const first = new Float64Array(length);
  const last = lasts;
  let before = lasts[0];
  first[0] = fromDigits(before + start, places);
  last[0] = fromDigits(before, places);
  for (let i = 1; i < length; i++) {
    first[i] = fromDigits(before + gaps[i - 1], places);
    before = lasts[i];
    last[i] = fromDigits(before, places);
  }
  return { places, first, last, min: first, max: last };
}

const NO_PLACES = 255;

function difference(more: Column, less: Column): Column {
  return more.map((value, i) => value - less[i]);
}
