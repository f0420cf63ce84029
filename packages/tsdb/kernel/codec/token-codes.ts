// Which symbols there are and how long their codes are: src/codec/adaptive/token-codes.ts says how.
import { putBits } from './bits-out';
import { CODE_BITS_MAX, CODED, SYMBOLS_END, SYMBOLS_MAX, ZERO } from './token-layout';

const FIRST_LENGTH: i32 = 5;
/** Digits of a count behind the first one: counts are those of symbols. */
const COUNT_BITS_MAX: u32 = 12;
/** What a damaged count gives: more than there may be of anything. */
const TOO_MANY: u32 = 1 << 13;

/** Counts bits, or puts them. */
let puts: bool = false;
let bits: u32 = 0;

/** The bits that `putCodes` would put for the symbols in `CODED`. */
export function codesBits(symbols: u32, dense: bool): u32 {
  puts = false;
  bits = 2;
  walk(symbols, dense);
  return bits;
}

export function putCodes(symbols: u32, dense: bool): void {
  puts = true;
  putBits(symbolAt(0) === ZERO ? 1 : 0, 1);
  putBits(hasSigns(symbols) ? 1 : 0, 1);
  walk(symbols, dense);
}

function walk(symbols: u32, dense: bool): void {
  const from: u32 = symbolAt(0) === ZERO ? 1 : 0;
  const shift: u32 = hasSigns(symbols) ? 0 : 1;
  if (!dense) count(groupsOf(from, symbols));
  let run = -1;
  let first = 0;
  for (let i = from; i < symbols; ) {
    let classes = symbolAt(i) - 1;
    const end = groupEnd(i, symbols);
    let number = <i32>((classes & 255) >> shift);
    if (!dense) count((classes >> 8) - run - 1);
    count(signed(number - first));
    count(end - i - 1);
    run = classes >> 8;
    first = number;
    for (i++; i < end; i++) {
      classes = symbolAt(i) - 1;
      const next = <i32>((classes & 255) >> shift);
      count(next - number - 1);
      number = next;
    }
  }
  if (symbols === 1) return;
  let length = FIRST_LENGTH;
  for (let i: u32 = 0; i < symbols; i++) {
    const next = <i32>lengthAt(i);
    count(signed(next - length));
    length = next;
  }
}

function count(value: u32): void {
  const below = 31 - clz<u32>(value + 1);
  if (puts) putBits(((<u64>(value + 1 - (1 << below))) << (below + 1)) | ((<u64>1) << below), 2 * below + 1);
  else bits += 2 * below + 1;
}

function groupsOf(from: u32, symbols: u32): u32 {
  let groups: u32 = 0;
  for (let i = from; i < symbols; i = groupEnd(i, symbols)) groups++;
  return groups;
}

/** One past the last symbol with the same class of run as that of rank `i`. */
function groupEnd(i: u32, symbols: u32): u32 {
  const run = (symbolAt(i) - 1) >> 8;
  let end = i + 1;
  while (end < symbols && (symbolAt(end) - 1) >> 8 === run) end++;
  return end;
}

function hasSigns(symbols: u32): bool {
  for (let i: u32 = 0; i < symbols; i++) if (symbolAt(i) !== ZERO && ((symbolAt(i) - 1) & 1) !== 0) return true;
  return false;
}

export function symbolAt(rank: u32): u32 {
  return load<u32>(CODED + ((<usize>rank) << 2)) & 0xffff;
}

export function lengthAt(rank: u32): u32 {
  return load<u32>(CODED + ((<usize>rank) << 2)) >> 16;
}

/** Where codes are read, and which bit comes next. */
let start: usize = 0;
let bit: u32 = 0;

/** Bits that `takeCodes` or `takeListedCodes` has read. */
export let codesEnd: u32 = 0;

/** Fills `CODED` from the bits at `at`; returns how many symbols there are, 0 on damage. Dense ones are of one group, without runs. */
export function takeCodes(at: usize, dense: bool): u32 {
  start = at;
  const flags: u32 = load<u8>(at);
  bit = 2;
  let symbols: u32 = 0;
  if ((flags & 1) !== 0) keep(symbols++, ZERO);
  const shift: u32 = (flags & 2) !== 0 ? 0 : 1;
  let run = -1;
  let first = 0;
  for (let groups = dense ? 1 : takeCount(); groups > 0; groups--) {
    run += dense ? 1 : <i32>takeCount() + 1;
    first += unsigned(takeCount());
    if (run > 13) return 0;
    let number = first;
    let more = takeCount() + 1;
    if (more > SYMBOLS_MAX - symbols) return 0;
    for (;;) {
      if (<u32>number > <u32>255 >> shift) return 0;
      keep(symbols++, 1 + (run << 8) + (number << shift));
      if (--more === 0) break;
      number += <i32>takeCount() + 1;
    }
  }
  let length = FIRST_LENGTH;
  for (let i: u32 = 0; i < symbols; i++) {
    length = symbols === 1 ? 0 : length + unsigned(takeCount());
    if (<u32>length > CODE_BITS_MAX) return 0;
    keep(i, symbolAt(i) | ((<u32>length) << 16));
  }
  codesEnd = bit;
  return symbols;
}

/** The same of the form of version 3. */
export function takeListedCodes(at: usize, symbols: u32): u32 {
  let nibble: u32 = 0;
  let symbol: u32 = -1;
  for (let i: u32 = 0; i < symbols; i++) {
    // A gap and a length are five groups of four bits at most.
    let groups = load<u64>(at + (nibble >> 1)) >> ((nibble & 1) << 2);
    let gap = <u32>groups & 7;
    let shift: u32 = 3;
    while ((groups & 8) !== 0) {
      if (shift === 12) return 0;
      groups >>= 4;
      gap |= (<u32>groups & 7) << shift;
      shift += 3;
      nibble++;
    }
    symbol += gap + 1;
    const length = <u32>(groups >> 4) & 15;
    nibble += 2;
    if (symbol >= SYMBOLS_END || length > CODE_BITS_MAX) return 0;
    keep(i, (length << 16) | symbol);
  }
  codesEnd = nibble << 2;
  return symbols;
}

function keep(rank: u32, coded: u32): void {
  store<u32>(CODED + ((<usize>rank) << 2), coded);
}

function takeCount(): u32 {
  const word = load<u64>(start + (bit >> 3)) >> (bit & 7);
  const below = <u32>ctz<u64>(word);
  if (below > COUNT_BITS_MAX) return TOO_MANY;
  bit += 2 * below + 1;
  return ((1 << below) | (<u32>(word >> (below + 1)) & ((1 << below) - 1))) - 1;
}

function signed(difference: i32): u32 {
  return (difference << 1) ^ (difference >> 31);
}

function unsigned(value: u32): i32 {
  return <i32>(value >> 1) ^ -(<i32>(value & 1));
}
