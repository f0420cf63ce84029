// Chooses among four guesses and writes residuals: src/codec/adaptive/integers.ts says how.
import { besideFlags, estimate, fillBeside, likeGated } from './beside';
import { putByte, putVarint, varintBytes, zigzag } from './cursor';
import { RESIDUALS_0, RESIDUALS_1, RESIDUALS_2, RESIDUALS_3, SIGNED, slot } from './memory';
import { biasOf, estimateOrders, GUESSES, isClose, likeliest, orderOf } from './orders';
import { areDense, encodeTokens, measureTokens, NO_TOKENS } from './tokens-encode';
import { encodeUnit, measureUnit } from './unit-encode';
import { UNIT_MAX } from './unit-layout';

const SCALED: u32 = 4;
const TOKENS: u32 = 16;
const DENSE_TOKENS: u32 = 24;

/** Of XXH64 (Yann Collet, xxHash specification 0.1.1). */
const PRINT_PRIME: u64 = (0x9e3779b1 << 32) | 0x85ebca87;

/** What `planIntegers` chose. */
let order: u32 = 0;
let factor: u64 = 1;
let first: i64 = 0;
let bias: i64 = 0;
let asTokens: bool = false;
let beside: bool = false;
let steps: usize = 0;
let leastBytes: u32 = 0;

/** The bytes that `encodePlanned` will write. Divides the integers in place. */
export function planIntegers(integers: usize, count: u32, mayScale: bool, mayTokens: bool): u32 {
  steps = integers;
  asTokens = false;
  beside = false;
  first = load<i64>(integers);
  factor = mayScale ? commonFactor(integers, count) : 1;
  toSteps(integers, count);
  const bytes = mayTokens ? planTokens(count) : planUnits(count);
  return bytes + 1 + varintBytes(zigzag(first)) + (factor > 1 ? varintBytes(factor) : 0);
}

/** What was planned last. False when it has too many symbols, which only what is told against a root may have. */
export function encodePlanned(count: u32): bool {
  let form: u32 = 0;
  if (asTokens) {
    let numbers = count;
    if (beside) numbers = fillBeside(steps, count);
    else fillSigned(count);
    if (measureTokens(SIGNED, numbers) === NO_TOKENS) return false;
    form = areDense() ? DENSE_TOKENS : TOKENS;
  }
  putByte(order | (factor > 1 ? SCALED : 0) | form | (beside ? besideFlags() : 0));
  putVarint(zigzag(first));
  if (factor > 1) putVarint(factor);
  if (order === 0 || order === 2) putVarint(zigzag(bias));
  if (asTokens) {
    encodeTokens(SIGNED);
    return true;
  }
  const residuals = residualsOf(order);
  for (let from: u32 = 0; from < count; from += UNIT_MAX) encodeUnit(slot(residuals, from), min<u32>(UNIT_MAX, count - from));
  return true;
}

/** Units of the order that makes them shortest, the first of equals. */
function planUnits(count: u32): u32 {
  fillResiduals(steps, count);
  leastBytes = u32.MAX_VALUE;
  tryUnits(0, 4, count);
  return leastBytes;
}

/**
 * Tokens of the likeliest order, or of the next when it is about as likely: with order 0 that is the other bias. Units instead, which are read
 * several times as fast, where they are hardly longer.
 */
function planTokens(count: u32): u32 {
  estimateOrders(steps, count);
  const best = likeliest(GUESSES);
  const next = orderOf(best) === 0 ? GUESSES - 1 - best : likeliest(best);
  leastBytes = NO_TOKENS;
  tryTokens(best, count);
  if (orderOf(best) === 0 || isClose(next, best)) tryTokens(next, count);
  // Fast path: units take more than a bit a number.
  const tokens = leastBytes;
  if ((<u64>tokens) << 3 < <u64>count) return tokens;
  fillResiduals(steps, count);
  if (asTokens) leastBytes += (tokens >> UNITS_SHIFT) + 1;
  if (count <= UNIT_MAX || !asTokens) tryUnits(0, 4, count);
  else if (order === 0 || order === 3) tryUnits(order, order + 1, count);
  else tryUnits(1, 3, count);
  return asTokens ? tokens : leastBytes;
}

/** Units are hardly longer: by a thirty-second, or not at all. */
const UNITS_SHIFT: u32 = 5;

function tryUnits(from: u32, to: u32, count: u32): void {
  for (let each = from; each < to; each++) {
    const least = each === 0 ? leastStep : leastDifference;
    const bytes = measureUnits(residualsOf(each), count) + (each === 0 || each === 2 ? varintBytes(zigzag(least)) : 0);
    if (bytes >= leastBytes) continue;
    leastBytes = bytes;
    order = each;
    bias = least;
    asTokens = false;
  }
}

function residualsOf(each: u32): usize {
  return each === 0 ? RESIDUALS_0 : each === 1 ? RESIDUALS_1 : each === 2 ? RESIDUALS_2 : RESIDUALS_3;
}

function tryTokens(guess: u32, count: u32): void {
  const tried = order;
  const triedBias = bias;
  order = orderOf(guess);
  bias = biasOf(guess);
  fillSigned(count);
  const tokens = measureTokens(SIGNED, count);
  const bytes = tokens === NO_TOKENS ? tokens : tokens + (order === 0 || order === 2 ? varintBytes(zigzag(bias)) : 0);
  if (bytes < leastBytes) {
    leastBytes = bytes;
    asTokens = true;
    return;
  }
  order = tried;
  bias = triedBias;
}

/** What `estimate` says of what was planned last. */
export function estimateBeside(count: u32, limit: u32): u32 {
  return estimate(steps, count, limit);
}

/** Stretches of what was planned last, each as a hash of its differences: chunks that move together have the same. 0 where little moves. */
export const PRINTS_COUNT: u32 = 32;
export const PRINTS: usize = memory.data(4 * 32, 16);

/** Less than so many differences in a stretch say nothing. */
const PRINT_MOVES_MIN: u32 = 4;

export function fillPrints(count: u32): void {
  let previous: i64 = 0;
  let i: u32 = 0;
  for (let print: u32 = 0; print < PRINTS_COUNT; print++) {
    const end = (count * (print + 1)) / PRINTS_COUNT;
    let hash: u64 = 0;
    let moves: u32 = 0;
    for (; i < end; i++) {
      const step = load<i64>(slot(steps, i));
      moves += <u32>(step !== previous);
      hash = (hash ^ <u64>(step - previous)) * PRINT_PRIME;
      hash ^= hash >> 29;
      previous = step;
    }
    store<u32>(PRINTS + (print << 2), moves < PRINT_MOVES_MIN ? 0 : <u32>(hash >> 32));
  }
}

/** Plans that instead, as the estimate says. */
export function planBeside(count: u32): void {
  estimate(steps, count, u32.MAX_VALUE >> 3);
  order = 1;
  asTokens = true;
  beside = true;
}

/** Plans that they rest where the root does, and have nothing else to do with it. */
export function planGated(): void {
  likeGated();
  order = 1;
  asTokens = true;
  beside = true;
}

/** The residuals of `order` and `bias`. */
function fillSigned(count: u32): void {
  let step = load<i64>(steps);
  store<i64>(SIGNED, order === 0 ? step - bias : 0);
  let difference: i64 = 0;
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i));
    const change = next - step;
    store<i64>(slot(SIGNED, i), order === 0 ? next - bias : order === 3 ? change - difference : change - bias);
    step = next;
    difference = change;
  }
}

function measureUnits(residuals: usize, count: u32): u32 {
  let bytes: u32 = 0;
  for (let from: u32 = 0; from < count; from += UNIT_MAX) bytes += measureUnit(slot(residuals, from), min<u32>(UNIT_MAX, count - from));
  return bytes;
}

/** The greatest number that divides every difference of neighbours; 1 when there is none. */
function commonFactor(integers: usize, count: u32): u64 {
  let common: u64 = 0;
  for (let i: u32 = 1; i < count; i++) {
    let rest = <u64>abs<i64>(load<i64>(slot(integers, i)) - load<i64>(slot(integers, i - 1)));
    if (rest === 0) continue;
    while (rest !== 0) {
      const remainder = common % rest;
      common = rest;
      rest = remainder;
    }
    if (common === 1) return 1;
  }
  return common === 0 ? 1 : common;
}

function toSteps(integers: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const at = slot(integers, i);
    const step = load<i64>(at) - first;
    store<i64>(at, factor === 1 ? step : step / <i64>factor);
  }
}

let leastStep: i64 = 0;
let leastDifference: i64 = 0;

/** The residuals of each order, and the biases of those that have one. */
function fillResiduals(steps: usize, count: u32): void {
  let least: i64 = 0;
  leastDifference = count === 1 ? 0 : i64.MAX_VALUE;
  let step: i64 = 0;
  let difference: i64 = 0;
  store<u64>(RESIDUALS_1, 0);
  store<u64>(RESIDUALS_3, 0);
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i));
    const change = next - step;
    least = min<i64>(least, next);
    leastDifference = min<i64>(leastDifference, change);
    store<u64>(slot(RESIDUALS_1, i), zigzag(change));
    store<u64>(slot(RESIDUALS_3, i), zigzag(change - difference));
    step = next;
    difference = change;
  }
  store<u64>(RESIDUALS_0, <u64>-least);
  store<u64>(RESIDUALS_2, 0);
  step = 0;
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i));
    store<u64>(slot(RESIDUALS_0, i), <u64>(next - least));
    store<u64>(slot(RESIDUALS_2, i), <u64>(next - step - leastDifference));
    step = next;
  }
  leastStep = least;
}
