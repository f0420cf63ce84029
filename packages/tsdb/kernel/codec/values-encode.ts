// Values to bytes: src/codec/adaptive/values.ts says how.

import { MOVES_ALONE, restsOf } from './beside';
import { position, putVarint, putWord, seek, zigzag } from './cursor';
import { findDecimals, findNear, isRising, NO_EXPONENT } from './decimal';
import { encodePlanned, planBeside, planGated, planIntegers } from './integers-encode';
import { BYTES, CORRECTIONS, DIGITS, slot, VALUES, WORDS } from './memory';
import { findAgain } from './recall';
import { countSpecials, encodeSpecials, takeSpecialsOut } from './specials';
import { BESIDE, BITS, DECIMALS, NEAR_DECIMALS, ONE_DECIMAL, ONE_VALUE, RECALLED, SUMS, WITH_SPECIALS } from './value-kinds';

/** May integers be tokens? */
let mayTokens: bool = false;
let mayBeside: bool = false;
let isBeside: bool = false;

/** Writes `count` values to `BYTES`; returns how many bytes they take: none for zeros, in blocks. */
export function encodeValues(count: u32, withTokens: bool): u32 {
  mayTokens = withTokens;
  memory.copy(WORDS, VALUES, (<usize>count) << 3);
  seek(BYTES + 1);
  let flag: u32 = 0;
  if (allEqual(WORDS, count)) {
    if (withTokens && load<u64>(WORDS) === 0) return 0;
  } else {
    const specials = countSpecials(WORDS, count);
    if (specials > 0 && specials << 3 <= count) {
      flag = WITH_SPECIALS;
      encodeSpecials(WORDS, count, specials);
      takeSpecialsOut(WORDS, count);
    }
  }
  store<u8>(BYTES, <u8>(encodeBody(count) | flag));
  return <u32>(position() - BYTES);
}

/**
 * As `encodeValues`, decimals told against the root that is used, or near decimals that rest where it does. 0 when they are all one, neither of
 * these, or have too many symbols.
 */
export function encodeValuesBeside(count: u32): u32 {
  mayBeside = true;
  isBeside = false;
  const bytes = encodeValues(count, true);
  mayBeside = false;
  return isBeside ? bytes : 0;
}

/** The kind. */
function encodeBody(count: u32): u32 {
  if (allEqual(WORDS, count)) return encodeOne();
  const exponent = findDecimals(WORDS, count, DIGITS);
  if (exponent === NO_EXPONENT) return mayBeside ? encodeNearBeside(count) : encodeDoubles(count);
  planIntegers(DIGITS, count, true, mayTokens && !mayBeside);
  if (mayBeside) planBeside(count);
  isBeside = encodePlanned(count) && mayBeside;
  return DECIMALS | exponent | (mayBeside ? BESIDE : 0);
}

function encodeOne(): u32 {
  const exponent = findDecimals(WORDS, 1, DIGITS);
  if (exponent === NO_EXPONENT) {
    putWord(load<u64>(WORDS));
    return ONE_VALUE;
  }
  putVarint(zigzag(load<i64>(DIGITS)));
  return ONE_DECIMAL | exponent;
}

/** As bits, or as near decimals with 3, 6 or 9 digits behind the point, or as recalled ones, where that is shorter. */
function encodeDoubles(count: u32): u32 {
  memory.copy(DIGITS, WORDS, (<usize>count) << 3);
  let least = planIntegers(DIGITS, count, false, mayTokens);
  let best: u32 = 0;
  const asSums = isRising(WORDS, count);
  for (let exponent: u32 = 3; exponent <= 9; exponent += 3) {
    if (!findNear(WORDS, count, exponent, asSums, DIGITS, CORRECTIONS)) continue;
    const bytes = planIntegers(DIGITS, count, true, mayTokens) + planIntegers(CORRECTIONS, count, false, mayTokens);
    if (bytes >= least) continue;
    least = bytes;
    best = exponent;
  }
  if (mayTokens) {
    const fresh = findAgain(WORDS, count, CORRECTIONS, DIGITS);
    if (planIntegers(CORRECTIONS, count, false, true) + planIntegers(DIGITS, fresh, false, true) < least) return encodeRecalled(count);
  }
  if (best === 0) {
    planIntegers(WORDS, count, false, mayTokens);
    encodePlanned(count);
    return BITS;
  }
  findNear(WORDS, count, best, asSums, DIGITS, CORRECTIONS);
  planIntegers(DIGITS, count, true, mayTokens);
  encodePlanned(count);
  planIntegers(CORRECTIONS, count, false, mayTokens);
  encodePlanned(count);
  return nearKind(best, asSums);
}

function nearKind(exponent: u32, asSums: bool): u32 {
  return asSums ? SUMS + exponent / 3 : NEAR_DECIMALS | exponent;
}

/** With as many digits behind the point as there is room for: a factor makes up for those that are none. */
function encodeNearBeside(count: u32): u32 {
  if (restsOf(WORDS, count) === MOVES_ALONE) return NEAR_DECIMALS;
  const asSums = isRising(WORDS, count);
  for (let exponent: u32 = 9; exponent > 0; exponent -= 3) {
    if (!findNear(WORDS, count, exponent, asSums, DIGITS, CORRECTIONS)) continue;
    planIntegers(DIGITS, count, true, false);
    planGated();
    isBeside = encodePlanned(count);
    planIntegers(CORRECTIONS, count, false, false);
    planGated();
    isBeside = encodePlanned(count) && isBeside;
    return nearKind(exponent, asSums) | BESIDE;
  }
  return NEAR_DECIMALS;
}

/** How often the root rests that is used, and the values that lie in `VALUES` with it; `MOVES_ALONE` when these move meanwhile. */
export function restsBeside(count: u32): u32 {
  return restsOf(VALUES, count);
}

function encodeRecalled(count: u32): u32 {
  const fresh = findAgain(WORDS, count, CORRECTIONS, DIGITS);
  planIntegers(CORRECTIONS, count, false, true);
  encodePlanned(count);
  planIntegers(DIGITS, fresh, false, true);
  encodePlanned(fresh);
  return RECALLED;
}

function allEqual(words: usize, count: u32): bool {
  const bits = load<u64>(words);
  for (let i: u32 = 1; i < count; i++) if (load<u64>(slot(words, i)) !== bits) return false;
  return true;
}
