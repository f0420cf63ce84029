// Bytes to values: src/codec/adaptive/values.ts says how.
import { position, seek, takeByte, takeVarint, takeWord, unzigzag } from './cursor';
import { EXPONENT_MAX, powerOfTen, sumNear } from './decimal';
import { decodeAsDoubles, decodeAsIntegers, decodeBeside, decodeBesideAsIntegers, decodeSteps, decodeStepsBeside } from './integers-decode';
import { BYTES, CORRECTIONS, DIGITS, slot, VALUES } from './memory';
import { countFresh, recall } from './recall';
import { keepRoot, root, rootCount, rootNumber } from './root';
import { decodeSpecials } from './specials';
import {
  APART_DECIMALS,
  APART_NEAR_DECIMALS,
  APART_ONE_DECIMAL,
  BESIDE,
  BITS,
  DECIMALS,
  NEAR_DECIMALS,
  ONE_DECIMAL,
  ONE_VALUE,
  RECALLED,
  SUMS,
  WITH_EXPONENT,
  WITH_SPECIALS,
} from './value-kinds';

/** Reads `count` values, which take all of `bytes` at `BYTES`, to position `at` of `VALUES`. False on damage. */
export function decodeValues(bytes: u32, count: u32, at: u32): bool {
  const values = slot(VALUES, at);
  if (bytes === 0) {
    fill(values, count, 0);
    return true;
  }
  const kind = load<u8>(BYTES);
  seek(BYTES + 1);
  const special = (kind & WITH_SPECIALS) !== 0;
  if (special && !decodeSpecials(0, count)) return false;
  if (!decodeBody(kind & ~WITH_SPECIALS, count, values) || position() !== BYTES + bytes) return false;
  if (special) {
    seek(BYTES + 1);
    decodeSpecials(values, count);
  }
  return true;
}

/** Reads the values of root `number`, which take all of `bytes` at `BYTES`, and uses it. They may be told against the root used before. False on damage. */
export function decodeRoot(bytes: u32, count: u32, number: u32): bool {
  const base = rootNumber;
  const baseCount = rootCount;
  keepRoot(number, 0);
  const kind = bytes === 0 ? 0 : load<u8>(BYTES);
  seek(BYTES + 1);
  if ((kind & WITH_SPECIALS) !== 0 && !decodeSpecials(0, count)) return false;
  const isBeside = (kind & BESIDE) !== 0;
  if (!takeExponent(kind & ~(WITH_SPECIALS | BESIDE)) || form !== DECIMALS || (isBeside && count !== baseCount)) return false;
  if (!(isBeside ? decodeStepsBeside(count, root, base) : decodeSteps(count, root)) || position() !== BYTES + bytes) return false;
  keepRoot(number, count);
  return true;
}

function decodeBody(kind: u32, count: u32, values: usize): bool {
  if (kind === ONE_VALUE) {
    fill(values, count, takeWord());
    return true;
  }
  if (kind === BITS) return decodeAsIntegers(count, values);
  if (kind === RECALLED) return decodeRecalled(count, values);
  const isBeside = (kind & BESIDE) !== 0;
  if (!takeExponent(kind & ~BESIDE) || (isBeside && (form === ONE_DECIMAL || count !== rootCount))) return false;
  if (form === ONE_DECIMAL) {
    fill(values, count, reinterpret<u64>(<f64>unzigzag(takeVarint()) / powerOfTen(exponent)));
    return true;
  }
  if (isBeside ? !decodeBeside(count, values) : !decodeAsDoubles(count, values)) return false;
  if (exponent > 0 && form !== SUMS) divide(values, count, powerOfTen(exponent));
  if (form === DECIMALS) return true;
  if (isBeside ? !decodeBesideAsIntegers(count, CORRECTIONS) : !decodeAsIntegers(count, CORRECTIONS)) return false;
  if (form === SUMS) {
    sumNear(values, count, exponent, CORRECTIONS);
    return true;
  }
  for (let i: u32 = 0; i < count; i += 2) {
    const to = slot(values, i);
    v128.store(to, i64x2.add(v128.load(to), v128.load(slot(CORRECTIONS, i))));
  }
  return true;
}

/** What `takeExponent` found. */
let form: u32 = 0;
let exponent: u32 = 0;

/** The exponent of a kind that has one, and which of them it is. False on damage. */
function takeExponent(kind: u32): bool {
  form = kind & WITH_EXPONENT;
  exponent = kind & ~WITH_EXPONENT;
  if (form === 0 && kind > SUMS) {
    form = SUMS;
    exponent = 3 * (kind - SUMS);
  } else if (form === 0) {
    if (kind === APART_DECIMALS) form = DECIMALS;
    else if (kind === APART_NEAR_DECIMALS) form = NEAR_DECIMALS;
    else if (kind === APART_ONE_DECIMAL) form = ONE_DECIMAL;
    else return false;
    exponent = takeByte();
  }
  return exponent <= EXPONENT_MAX && (form !== NEAR_DECIMALS || exponent > 0);
}

function decodeRecalled(count: u32, values: usize): bool {
  if (!decodeAsIntegers(count, CORRECTIONS)) return false;
  const fresh = countFresh(CORRECTIONS, count);
  return fresh > 0 && decodeAsIntegers(fresh, DIGITS) && recall(values, count, CORRECTIONS, DIGITS);
}

function fill(values: usize, count: u32, bits: u64): void {
  const each = i64x2.splat(<i64>bits);
  for (let i: u32 = 0; i < count; i += 2) v128.store(slot(values, i), each);
}

function divide(values: usize, count: u32, by: f64): void {
  const power = f64x2.splat(by);
  for (let i: u32 = 0; i < count; i += 2) {
    const to = slot(values, i);
    v128.store(to, f64x2.div(v128.load(to), power));
  }
}
