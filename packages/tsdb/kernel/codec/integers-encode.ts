// Chooses among four guesses and writes residuals: src/codec/adaptive/integers.ts says how.
import { putByte, putVarint, varintBytes, zigzag } from './cursor';
import { RESIDUALS_0, RESIDUALS_1, RESIDUALS_2, RESIDUALS_3, SIGNED, slot } from './memory';
import { root } from './root';
import { encodeTokens, measureTokens, NO_TOKENS } from './tokens-encode';
import { encodeUnit, measureUnit } from './unit-encode';
import { UNIT_MAX } from './unit-layout';

const SCALED: u32 = 4;
const TOKENS: u32 = 16;
const OPPOSED: u32 = 32;

/** Of XXH64 (Yann Collet, xxHash specification 0.1.1). */
const PRINT_PRIME: u64 = (0x9e3779b1 << 32) | 0x85ebca87;

/** What `planIntegers` chose. */
let order: u32 = 0;
let factor: u64 = 1;
let first: i64 = 0;
let bias: i64 = 0;
let asTokens: bool = false;
let beside: bool = false;
let opposed: bool = false;
let steps: usize = 0;

/** The bytes that `encodePlanned` will write. Divides the integers in place. */
export function planIntegers(integers: usize, count: u32, mayScale: bool, mayTokens: bool): u32 {
  steps = integers;
  asTokens = false;
  beside = false;
  first = load<i64>(integers);
  factor = mayScale ? commonFactor(integers, count) : 1;
  toSteps(integers, count);
  fillResiduals(integers, count);
  let bytes: u32 = varintBytes(zigzag(leastStep)) + measureUnits(RESIDUALS_0, count);
  order = 0;
  bias = leastStep;
  const changes = measureUnits(RESIDUALS_1, count);
  if (changes < bytes) {
    bytes = changes;
    order = 1;
  }
  const rises: u32 = varintBytes(zigzag(leastDifference)) + measureUnits(RESIDUALS_2, count);
  if (rises < bytes) {
    bytes = rises;
    order = 2;
    bias = leastDifference;
  }
  const bends = measureUnits(RESIDUALS_3, count);
  if (bends < bytes) {
    bytes = bends;
    order = 3;
  }
  if (mayTokens) bytes = planTokens(count, bytes);
  return bytes + 1 + varintBytes(zigzag(first)) + (factor > 1 ? varintBytes(factor) : 0);
}

/** What was planned last. False when it has too many symbols, which only what is told against a root may have. */
export function encodePlanned(count: u32): bool {
  putByte(order | (factor > 1 ? SCALED : 0) | (asTokens ? TOKENS : 0) | (beside && opposed ? OPPOSED : 0));
  putVarint(zigzag(first));
  if (factor > 1) putVarint(factor);
  if (order === 0 || order === 2) putVarint(zigzag(bias));
  if (asTokens) {
    if (beside) fillBeside(count);
    else fillSigned(count);
    if (measureTokens(SIGNED, count) === NO_TOKENS) return false;
    encodeTokens(SIGNED);
    return true;
  }
  const residuals = order === 0 ? RESIDUALS_0 : order === 1 ? RESIDUALS_1 : order === 2 ? RESIDUALS_2 : RESIDUALS_3;
  for (let from: u32 = 0; from < count; from += UNIT_MAX) encodeUnit(slot(residuals, from), min<u32>(UNIT_MAX, count - from));
  return true;
}

/** Takes tokens, of the order and bias that make them shortest, if they have fewer bytes than `least`; returns what is fewer. */
function planTokens(count: u32, least: u32): u32 {
  let bytes = least;
  let bestOrder = order;
  let bestBias = bias;
  for (let guess: u32 = 0; guess < 5; guess++) {
    // Where order 0 is the best, once more with another bias.
    if (guess === 4 && bestOrder !== 0) break;
    order = guess & 3;
    bias = guess === 0 ? majorityStep(count) : guess === 2 ? majorityDifference(count) : guess === 4 ? leastStep - 1 : 0;
    // Then it is order 1 with a bias to write.
    if (order === 2 && bias === 0) continue;
    fillSigned(count);
    const tokens = measureTokens(SIGNED, count);
    if (tokens === NO_TOKENS) continue;
    const all = tokens + (order === 0 || order === 2 ? varintBytes(zigzag(bias)) : 0);
    if (all >= bytes) continue;
    bytes = all;
    bestOrder = order;
    bestBias = bias;
    asTokens = true;
  }
  order = bestOrder;
  bias = bestBias;
  return bytes;
}

/**
 * About how many bytes tokens take for what was planned last, told against the root that is used, or opposed to it: three bits and its length for
 * each residual that is not zero. Codes would tell exactly, and take five times as long.
 */
export function estimateBeside(count: u32): u32 {
  let bits: u32 = 0;
  let opposedBits: u32 = 0;
  let step = load<i64>(steps);
  let rootStep = load<i64>(root);
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i));
    const rootNext = load<i64>(slot(root, i));
    bits += bitsOf(next - step - (rootNext - rootStep));
    opposedBits += bitsOf(next - step + (rootNext - rootStep));
    step = next;
    rootStep = rootNext;
  }
  opposed = opposedBits < bits;
  return min<u32>(bits, opposedBits) >> 3;
}

function bitsOf(residual: i64): u32 {
  return residual === 0 ? 0 : 67 - <u32>clz<i64>(abs<i64>(residual));
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
  estimateBeside(count);
  order = 1;
  asTokens = true;
  beside = true;
}

/** Differences less those of the root, or with them. */
function fillBeside(count: u32): void {
  const sign: i64 = opposed ? -1 : 1;
  let step = load<i64>(steps) - sign * load<i64>(root);
  store<i64>(SIGNED, 0);
  for (let i: u32 = 1; i < count; i++) {
    const next = load<i64>(slot(steps, i)) - sign * load<i64>(slot(root, i));
    store<i64>(slot(SIGNED, i), next - step);
    step = next;
  }
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

function majorityStep(count: u32): i64 {
  let candidate: i64 = 0;
  let lead: i32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const step = load<i64>(slot(steps, i));
    if (lead === 0) candidate = step;
    lead += step === candidate ? 1 : -1;
  }
  return candidate;
}

function majorityDifference(count: u32): i64 {
  let candidate: i64 = 0;
  let lead: i32 = 0;
  for (let i: u32 = 1; i < count; i++) {
    const difference = load<i64>(slot(steps, i)) - load<i64>(slot(steps, i - 1));
    if (lead === 0) candidate = difference;
    lead += difference === candidate ? 1 : -1;
  }
  return candidate;
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
