// Adds residuals up again, as doubles for decimals (exact up to 2^52) or as 64-bit integers.
import { takeByte, takeVarint, unzigzag } from './cursor';
import { GATED_NUMBERS, rootColumn, SIGNED, slot } from './memory';
import { countMoves, movesOf, root, rootNumber } from './root';
import { DENSE, decodeTokens, LISTED, SPARSE } from './tokens-decode';
import { ALL_ZERO, decodeUnit, IS_DAMAGED, IS_NARROW, NARROW, WIDE } from './unit-decode';
import { UNIT_MAX } from './unit-layout';

const SCALED: u32 = 4;
const LISTED_TOKENS: u32 = 8;
const DENSE_TOKENS: u32 = 24;
const OPPOSED: u32 = 32;
const GATED: u32 = 64;
const APART: u32 = 128;

/** The head of what is being decoded. */
let order: u32 = 0;
let asTokens: bool = false;
let tokenForm: u32 = SPARSE;
let first: i64 = 0;
let factor: u64 = 1;
let bias: i64 = 0;

/** What is asked for. */
let beside: bool = false;
/** The root goes the other way. */
let opposed: bool = false;
/** There are numbers only where the root moves. */
let gated: bool = false;
/** Then these may have nothing else to do with it. */
let apart: bool = false;
let stepsOnly: bool = false;

/** Where the last unit ended. */
let step: i64 = 0;
let difference: i64 = 0;

/** False on damage. */
function takeHead(): bool {
  const flags = takeByte();
  opposed = (flags & OPPOSED) !== 0;
  gated = (flags & GATED) !== 0;
  apart = (flags & APART) !== 0;
  if (flags >= OPPOSED && !beside) return false;
  const tokens = flags & DENSE_TOKENS;
  asTokens = tokens !== 0;
  tokenForm = tokens === DENSE_TOKENS ? DENSE : tokens === LISTED_TOKENS ? LISTED : SPARSE;
  order = flags & 3;
  first = unzigzag(takeVarint());
  factor = flags & SCALED ? takeVarint() : 1;
  bias = order === 0 || order === 2 ? unzigzag(takeVarint()) : 0;
  if (stepsOnly) {
    first = 0;
    factor = 1;
  }
  // The first difference is none at all: what the bias adds to it is taken away before.
  step = order === 2 ? -bias : 0;
  difference = 0;
  return true;
}

/** `count` integers as doubles at `out`. False on damage. */
export function decodeAsDoubles(count: u32, out: usize): bool {
  if (!takeHead()) return false;
  if (asTokens) {
    if (!decodeTokens(SIGNED, count, tokenForm)) return false;
    addSigned(count, out, false);
    return true;
  }
  for (let from: u32 = 0; from < count; from += UNIT_MAX) {
    const length = min<u32>(UNIT_MAX, count - from);
    const form = decodeUnit(length);
    if (form === IS_DAMAGED) return false;
    const to = slot(out, from);
    if (form === IS_NARROW && order === 0) addLevel(length, to);
    else if (form === IS_NARROW && order < 3) addSteps(length, to);
    else if (form === ALL_ZERO && order < 2) repeat(length, to);
    else addEach(form, length, to, false);
  }
  return true;
}

/** As `decodeAsDoubles`, told against the root that is used. */
export function decodeBeside(count: u32, out: usize): bool {
  if (!takeBeside(count, rootNumber)) return false;
  if (apart) sumDoubles(count, out);
  else sumBeside(count, out);
  return true;
}

/** As `decodeAsIntegers`, of what rests where the root that is used does. False on damage. */
export function decodeBesideAsIntegers(count: u32, out: usize): bool {
  if (!takeBeside(count, rootNumber) || !apart) return false;
  sumIntegers(count, out);
  return true;
}

/** The steps of a root, in units of its factor, that is told against root `number`. False on damage. */
export function decodeStepsBeside(count: u32, out: usize, number: u32): bool {
  stepsOnly = true;
  const done = takeBeside(count, number);
  stepsOnly = false;
  if (!done) return false;
  sumIntegers(count, out);
  if (apart) return true;
  const base = rootColumn(number);
  const turn = i64x2.splat(opposed ? -1 : 0);
  for (let i: u32 = 0; i < count; i += 2) {
    const to = slot(out, i);
    v128.store(to, i64x2.add(v128.load(to), i64x2.sub(v128.xor(v128.load(slot(base, i)), turn), turn)));
  }
  return true;
}

/** The differences of what is told against a root to its own, or those that it has itself when they lie apart, to `SIGNED`. */
function takeBeside(count: u32, number: u32): bool {
  beside = true;
  const known = takeHead();
  beside = false;
  if (!known || !asTokens || order !== 1 || (apart && (opposed || !gated))) return false;
  return gated ? decodeGated(count, number) : decodeTokens(SIGNED, count, tokenForm);
}

/** Each number where the root moves, zeros between. */
function decodeGated(count: u32, number: u32): bool {
  const moves = countMoves(number);
  if (!decodeTokens(GATED_NUMBERS, moves, tokenForm)) return false;
  memory.fill(SIGNED, 0, (<usize>count) << 3);
  const positions = movesOf(number);
  for (let i: u32 = 0; i < moves; i++)
    store<i64>(slot(SIGNED, load<u16>(positions + ((<usize>i) << 1))), load<i64>(slot(GATED_NUMBERS, i)));
  return true;
}

/** The steps of a root that is told against none. False on damage. */
export function decodeSteps(count: u32, out: usize): bool {
  stepsOnly = true;
  const done = decodeAsIntegers(count, out);
  stepsOnly = false;
  return done;
}

/** `count` 64-bit integers at `out`. False on damage. */
export function decodeAsIntegers(count: u32, out: usize): bool {
  if (!takeHead()) return false;
  if (asTokens) {
    if (!decodeTokens(SIGNED, count, tokenForm)) return false;
    addSigned(count, out, true);
    return true;
  }
  for (let from: u32 = 0; from < count; from += UNIT_MAX) {
    const length = min<u32>(UNIT_MAX, count - from);
    const form = decodeUnit(length);
    if (form === IS_DAMAGED) return false;
    addEach(form, length, slot(out, from), true);
  }
  return true;
}

/** The same number throughout. */
function repeat(count: u32, out: usize): void {
  const each = f64x2.splat(<f64>first + <f64>factor * <f64>(order === 0 ? bias : step));
  for (let i: u32 = 0; i < count; i += 2) v128.store(slot(out, i), each);
}

/** Order 0: each residual on its own. */
function addLevel(count: u32, out: usize): void {
  const base = f64x2.splat(<f64>first + <f64>factor * <f64>bias);
  const scale = f64x2.splat(<f64>factor);
  for (let i: u32 = 0; i < count; i += 4) {
    const residuals = v128.load(NARROW + ((<usize>i) << 2));
    const to = slot(out, i);
    v128.store(to, f64x2.add(base, f64x2.mul(scale, f64x2.convert_low_i32x4_u(residuals))));
    v128.store(to, f64x2.add(base, f64x2.mul(scale, f64x2.convert_low_i32x4_u(highHalf(residuals)))), 16);
  }
}

/** Orders 1 and 2: prefix sums, four at a time. */
function addSteps(count: u32, out: usize): void {
  const base = f64x2.splat(<f64>first);
  const scale = f64x2.splat(<f64>factor);
  const rise = f64x2.splat(<f64>bias);
  const zero = f64x2.splat(0);
  const one = i32x4.splat(1);
  let sum = f64x2.splat(<f64>step);
  for (let i: u32 = 0; i < count; i += 4) {
    const residuals = v128.load(NARROW + ((<usize>i) << 2));
    let low: v128, high: v128;
    if (order === 1) {
      const signed = v128.xor(i32x4.shr_u(residuals, 1), i32x4.neg(v128.and(residuals, one)));
      low = f64x2.convert_low_i32x4_s(signed);
      high = f64x2.convert_low_i32x4_s(highHalf(signed));
    } else {
      low = f64x2.add(rise, f64x2.convert_low_i32x4_u(residuals));
      high = f64x2.add(rise, f64x2.convert_low_i32x4_u(highHalf(residuals)));
    }
    // [a, b] and [c, d] become [a, a + b] and [c, c + d].
    low = f64x2.add(low, v128.shuffle<i64>(zero, low, 0, 2));
    high = f64x2.add(high, v128.shuffle<i64>(zero, high, 0, 2));
    const middle = f64x2.add(sum, v128.shuffle<i64>(low, low, 1, 1));
    const to = slot(out, i);
    v128.store(to, f64x2.add(base, f64x2.mul(scale, f64x2.add(sum, low))));
    v128.store(to, f64x2.add(base, f64x2.mul(scale, f64x2.add(middle, high))), 16);
    sum = f64x2.add(middle, v128.shuffle<i64>(high, high, 1, 1));
  }
  step = <i64>f64x2.extract_lane(sum, 0);
}

/** The residuals of tokens, in the order that the head says. Loops without branches, two numbers at a time. */
function addSigned(count: u32, out: usize, asIntegers: bool): void {
  if (order === 3) addUp(SIGNED, count);
  if (asIntegers) sumIntegers(count, out);
  else if (order === 0) addBase(count, out);
  else sumDoubles(count, out);
}

function sumIntegers(count: u32, out: usize): void {
  const level = order === 0;
  const base = i64x2.splat(first);
  const scale = i64x2.splat(<i64>factor);
  const rise = i64x2.splat(bias);
  const zero = i64x2.splat(0);
  let sum = i64x2.splat(step);
  for (let i: u32 = 0; i < count; i += 2) {
    let steps = i64x2.add(rise, v128.load(slot(SIGNED, i)));
    if (!level) {
      // [a, b] becomes [a, a + b], behind what came before.
      steps = i64x2.add(sum, i64x2.add(steps, v128.shuffle<i64>(zero, steps, 0, 2)));
      sum = v128.shuffle<i64>(steps, steps, 1, 1);
    }
    v128.store(slot(out, i), i64x2.add(base, factor === 1 ? steps : i64x2.mul(scale, steps)));
  }
}

// Integers of up to 2^51 become doubles as the low bits of 1.5 · 2^52, which is then taken away. Differences of digits reach twice as far, but
// those that have a factor are half of that at most: without one the first integer is added before, with one it is added behind.
const DOUBLE_BITS: i64 = 0x4338000000000000;
const DOUBLE: f64 = 6755399441055744;

/** What sums begin with. */
function start(): i64 {
  return DOUBLE_BITS + (factor === 1 ? first : 0);
}

function base(): v128 {
  return f64x2.splat(factor === 1 ? 0 : <f64>first);
}

function addBase(count: u32, out: usize): void {
  const offset = i64x2.splat(start() + bias);
  const behind = base();
  const scale = f64x2.splat(<f64>factor);
  const double = f64x2.splat(DOUBLE);
  for (let i: u32 = 0; i < count; i += 2) {
    const steps = i64x2.add(offset, v128.load(slot(SIGNED, i)));
    v128.store(slot(out, i), f64x2.add(behind, f64x2.mul(scale, f64x2.sub(steps, double))));
  }
}

function sumDoubles(count: u32, out: usize): void {
  const behind = base();
  const scale = f64x2.splat(<f64>factor);
  const double = f64x2.splat(DOUBLE);
  const rise = i64x2.splat(bias);
  const zero = i64x2.splat(0);
  let sum = i64x2.splat(start() + step);
  for (let i: u32 = 0; i < count; i += 2) {
    const differences = i64x2.add(rise, v128.load(slot(SIGNED, i)));
    const steps = i64x2.add(sum, i64x2.add(differences, v128.shuffle<i64>(zero, differences, 0, 2)));
    sum = v128.shuffle<i64>(steps, steps, 1, 1);
    v128.store(slot(out, i), f64x2.add(behind, f64x2.mul(scale, f64x2.sub(steps, double))));
  }
}

/** Order 1, without a bias. */
function sumBeside(count: u32, out: usize): void {
  const behind = base();
  const scale = f64x2.splat(<f64>factor);
  const double = f64x2.splat(DOUBLE);
  const zero = i64x2.splat(0);
  /** All ones turn the root: -x is the complement of x, and one. */
  const turn = i64x2.splat(opposed ? -1 : 0);
  let sum = i64x2.splat(start());
  for (let i: u32 = 0; i < count; i += 2) {
    const differences = v128.load(slot(SIGNED, i));
    sum = i64x2.add(sum, i64x2.add(differences, v128.shuffle<i64>(zero, differences, 0, 2)));
    const steps = i64x2.add(sum, i64x2.sub(v128.xor(v128.load(slot(root, i)), turn), turn));
    sum = v128.shuffle<i64>(sum, sum, 1, 1);
    v128.store(slot(out, i), f64x2.add(behind, f64x2.mul(scale, f64x2.sub(steps, double))));
  }
}

function addUp(numbers: usize, count: u32): void {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    sum += load<i64>(slot(numbers, i));
    store<i64>(slot(numbers, i), sum);
  }
}

/** Any order and width, one by one. */
function addEach(form: u32, count: u32, out: usize, asIntegers: bool): void {
  for (let i: u32 = 0; i < count; i++) {
    const residual: u64 =
      form === ALL_ZERO ? 0 : form === IS_NARROW ? <u64>load<u32>(NARROW + ((<usize>i) << 2)) : load<u64>(slot(WIDE, i));
    if (order === 0) {
      step = <i64>residual + bias;
    } else {
      if (order === 1) difference = unzigzag(residual);
      else if (order === 2) difference = <i64>residual + bias;
      else difference += unzigzag(residual);
      step += difference;
    }
    if (asIntegers) store<i64>(slot(out, i), first + <i64>factor * step);
    else store<f64>(slot(out, i), <f64>(first + <i64>factor * step));
  }
}

function highHalf(numbers: v128): v128 {
  return v128.shuffle<i32>(numbers, numbers, 2, 3, 2, 3);
}
