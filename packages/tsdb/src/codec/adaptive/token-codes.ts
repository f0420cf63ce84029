import type { BitReader, BitRow } from './bit-row.ts';
import { CODE_BITS_MAX, type Code, type Coded, canonicalCodes } from './huffman.ts';

/**
 * Which symbols the tokens of a chunk have, and how long the code of each is. Small counts are short: a count is one more in binary, behind
 * as many zeros as it has digits below the first one.
 *
 *   codes := zero:1  signs:1  groups:count  group{groups}  (length:count){symbols}
 *   group := runs:count  first:count  more:count  (gap:count){more}            symbols with one class of run
 *
 * `zero`: symbol 0 is one of them. `signs`: some numbers are negative; else the classes of numbers are written without their lowest bit.
 * Classes of runs and numbers rise; `runs` and `gap` are the differences to the one before, less one. `first` is the difference to the first
 * one of the group before, `length` that to the code before, 5 for the first: both with a sign, as 0, -1, 1, -2, 2 … A single code has no length.
 * Of dense tokens there is one group, and neither `groups` nor `runs` is written.
 */
export const SYMBOLS_MAX = 512;

/** Run classes 0 to 13 with 256 classes of numbers each, behind symbol 0. */
const SYMBOLS_END = 1 + 14 * 256;
const FIRST_LENGTH = 5;

export function putCodes(row: BitRow, codes: readonly Coded[], dense: boolean): void {
  const hasZero = codes[0].symbol === 0;
  const each = (hasZero ? codes.slice(1) : codes).map(({ symbol }) => symbol - 1);
  const hasSigns = each.some((classes) => classes & 1);
  const groups = Map.groupBy(each, (classes) => classes >> 8);
  row.put(BigInt(hasZero), 1);
  row.put(BigInt(hasSigns), 1);
  if (!dense) row.putCount(groups.size);
  let lastRun = -1;
  let lastFirst = 0;
  for (const [run, group] of groups) {
    const numbers = group.map((classes) => (classes & 255) >> (hasSigns ? 0 : 1));
    if (!dense) row.putCount(run - lastRun - 1);
    row.putCount(signed(numbers[0] - lastFirst));
    row.putCount(numbers.length - 1);
    for (let i = 1; i < numbers.length; i++) row.putCount(numbers[i] - numbers[i - 1] - 1);
    lastRun = run;
    lastFirst = numbers[0];
  }
  if (codes.length === 1) return;
  let last = FIRST_LENGTH;
  for (const { length } of codes) {
    row.putCount(signed(length - last));
    last = length;
  }
}

/** Throws `RangeError` on damage. */
export function takeCodes(bits: BitReader, dense: boolean): Code[] {
  const symbols = bits.take(1) === 1n ? [0] : [];
  const shift = bits.take(1) === 1n ? 0 : 1;
  let run = -1;
  let first = 0;
  for (let left = dense ? 1 : bits.takeCount(); left > 0; left--) {
    run += dense ? 1 : bits.takeCount() + 1;
    first += unsigned(bits.takeCount());
    let number = first;
    symbols.push(symbolOf(run, number << shift));
    for (let more = bits.takeCount(); more > 0; more--) {
      number += bits.takeCount() + 1;
      symbols.push(symbolOf(run, number << shift));
      if (symbols.length > SYMBOLS_MAX) break;
    }
    if (symbols.length > SYMBOLS_MAX) throw new RangeError('too many symbols');
  }
  let length = FIRST_LENGTH;
  const lengths = symbols.map((symbol) => {
    length = symbols.length === 1 ? 0 : length + unsigned(bits.takeCount());
    return { symbol, length };
  });
  return checked(lengths);
}

/** As version 3 of blocks has them: `(gap length:4){symbols}`; the gaps between symbols, less one, in groups of three bits, each with a fourth that says whether more follow. */
export function takeListedCodes(bits: BitReader, symbols: number): Code[] {
  if (symbols === 0 || symbols > SYMBOLS_MAX) throw new RangeError('symbols that cannot be');
  const lengths: Coded[] = [];
  let symbol = -1;
  for (let i = 0; i < symbols; i++) {
    symbol += bits.takeGap() + 1;
    lengths.push({ symbol, length: Number(bits.take(4)) });
  }
  if (symbol >= SYMBOLS_END) throw new RangeError('symbols that cannot be');
  return checked(lengths);
}

function checked(lengths: readonly Coded[]): Code[] {
  const codes = lengths.every(({ length }) => length >= 0 && length <= CODE_BITS_MAX) ? canonicalCodes(lengths) : null;
  if (codes === null || codes.length === 0) throw new RangeError('codes that cannot be');
  return codes;
}

function symbolOf(run: number, number: number): number {
  if (run > 13 || number < 0 || number > 255) throw new RangeError('symbols that cannot be');
  return 1 + run * 256 + number;
}

function signed(difference: number): number {
  return difference < 0 ? -2 * difference - 1 : 2 * difference;
}

function unsigned(count: number): number {
  return count & 1 ? -(count + 1) / 2 : count / 2;
}
