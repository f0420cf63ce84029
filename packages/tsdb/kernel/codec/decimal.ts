// Digits of doubles: src/codec/adaptive/decimal.ts says when a double is a decimal.
import { slot } from './memory';
import { CORRECTION_MAX } from './value-kinds';

export const EXPONENT_MAX: u32 = 12;

/** No exponent serves all values. */
export const NO_EXPONENT: u32 = u32.MAX_VALUE;

const DIGITS_MAX: f64 = 2251799813685248; // 2^51
const POWERS: usize = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12]);

export function powerOfTen(exponent: u32): f64 {
  return load<f64>(slot(POWERS, exponent));
}

/** Writes the digits of `count` values at the least exponent that serves all of them, and returns it. */
export function findDecimals(values: usize, count: u32, digits: usize): u32 {
  // A value that is no decimal at an exponent rules it out for all: the exponent only rises.
  let exponent: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(slot(values, i));
    while (!isDecimal(value, powerOfTen(exponent))) if (++exponent > EXPONENT_MAX) return NO_EXPONENT;
  }
  for (; exponent <= EXPONENT_MAX; exponent++) if (writeDigits(values, count, powerOfTen(exponent), digits)) return exponent;
  return NO_EXPONENT;
}

/**
 * Writes the nearest digits, and how far the value's bits are from theirs; as sums, how far they are from what the digits add to the value
 * before, added up. False when a value is not near.
 */
export function findNear(values: usize, count: u32, exponent: u32, asSums: bool, digits: usize, corrections: usize): bool {
  const power = powerOfTen(exponent);
  let told: i64 = 0;
  let before: f64 = 0;
  let beforeDigits: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(slot(values, i));
    const scaled = value * power;
    if (!(abs<f64>(scaled) <= DIGITS_MAX)) return false;
    const rounded = <i64>nearest<f64>(scaled);
    const guess = asSums && i > 0 ? before + <f64>(rounded - beforeDigits) / power : <f64>rounded / power;
    const correction = reinterpret<i64>(value) - reinterpret<i64>(guess);
    if (correction > CORRECTION_MAX || correction < -CORRECTION_MAX) return false;
    told = asSums ? told + correction : correction;
    store<i64>(slot(digits, i), rounded);
    store<i64>(slot(corrections, i), told);
    before = value;
    beforeDigits = rounded;
  }
  return true;
}

/** Adds digits, as doubles in the places of the values, up as they were. */
export function sumNear(values: usize, count: u32, exponent: u32, corrections: usize): void {
  const power = powerOfTen(exponent);
  let digits = load<f64>(values);
  let told = load<i64>(corrections);
  let value = reinterpret<f64>(reinterpret<i64>(digits / power) + told);
  store<f64>(values, value);
  for (let i: u32 = 1; i < count; i++) {
    const at = slot(values, i);
    const next = load<f64>(at);
    const nextTold = load<i64>(slot(corrections, i));
    value = reinterpret<f64>(reinterpret<i64>(value + (next - digits) / power) + nextTold - told);
    store<f64>(at, value);
    digits = next;
    told = nextTold;
  }
}

/** None is less than the one before. */
export function isRising(values: usize, count: u32): bool {
  for (let i: u32 = 1; i < count; i++) if (!(load<f64>(slot(values, i)) >= load<f64>(slot(values, i - 1)))) return false;
  return true;
}

function isDecimal(value: f64, power: f64): bool {
  const scaled = value * power;
  if (!(abs<f64>(scaled) <= DIGITS_MAX)) return false;
  return reinterpret<u64>(<f64>(<i64>nearest<f64>(scaled)) / power) === reinterpret<u64>(value);
}

function writeDigits(values: usize, count: u32, power: f64, digits: usize): bool {
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(slot(values, i));
    if (!isDecimal(value, power)) return false;
    store<i64>(slot(digits, i), <i64>nearest<f64>(value * power));
  }
  return true;
}
