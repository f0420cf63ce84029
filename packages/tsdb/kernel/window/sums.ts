// Sums and means by Neumaier's summation: packages/promql/src/engine/kahan.ts says how. Where the sum leaves the finite
// numbers the answer is not to be used: the host adds those windows up itself.
import { commonLength, pairAt, startOf } from './lanes';
import { answer, fromOf, SUMS, SUMS_LOST, toOf, valueAt, values } from './memory';

export function sumWindows(samples: u32, windows: u32): void {
  addWindows(samples, windows, false);
}

export function meanWindows(samples: u32, windows: u32): void {
  addWindows(samples, windows, true);
}

/** A mean's sum starts with the first value, a sum with 0. */
function addWindows(samples: u32, windows: u32, mean: bool): void {
  if (overlap(samples, windows) && nothingIsLost(samples)) {
    subtractSums(windows, mean);
    return;
  }
  const whole = windows & ~3;
  for (let window: u32 = 0; window < whole; window += 4) addFour(window, mean);
  for (let window = whole; window < windows; window++) addOne(window, mean, 0, 0, 0);
}

function addFour(window: u32, mean: bool): void {
  const skip: u32 = mean ? 1 : 0;
  const length = commonLength(window, skip);
  if (length === 0) {
    for (let lane: u32 = 0; lane < 4; lane++) addOne(window + lane, mean, 0, 0, 0);
    return;
  }
  const a = startOf(window);
  const b = startOf(window + 1);
  const c = startOf(window + 2);
  const d = startOf(window + 3);
  let sum1 = mean ? pairAt(a, b) : f64x2.splat(0);
  let sum2 = mean ? pairAt(c, d) : f64x2.splat(0);
  let lost1 = f64x2.splat(0);
  let lost2 = f64x2.splat(0);
  const first: usize = skip << 3;
  const end = first + ((<usize>length) << 3);
  for (let at = first; at < end; at += 8) {
    const value1 = pairAt(a + at, b + at);
    const value2 = pairAt(c + at, d + at);
    const total1 = f64x2.add(sum1, value1);
    const total2 = f64x2.add(sum2, value2);
    const keeps1 = f64x2.ge(f64x2.abs(sum1), f64x2.abs(value1));
    const keeps2 = f64x2.ge(f64x2.abs(sum2), f64x2.abs(value2));
    const large1 = v128.bitselect(sum1, value1, keeps1);
    const large2 = v128.bitselect(sum2, value2, keeps2);
    const small1 = v128.bitselect(value1, sum1, keeps1);
    const small2 = v128.bitselect(value2, sum2, keeps2);
    lost1 = f64x2.add(lost1, f64x2.add(f64x2.sub(large1, total1), small1));
    lost2 = f64x2.add(lost2, f64x2.add(f64x2.sub(large2, total2), small2));
    sum1 = total1;
    sum2 = total2;
  }
  const done = skip + length;
  addOne(window, mean, done, f64x2.extract_lane(sum1, 0), f64x2.extract_lane(lost1, 0));
  addOne(window + 1, mean, done, f64x2.extract_lane(sum1, 1), f64x2.extract_lane(lost1, 1));
  addOne(window + 2, mean, done, f64x2.extract_lane(sum2, 0), f64x2.extract_lane(lost2, 0));
  addOne(window + 3, mean, done, f64x2.extract_lane(sum2, 1), f64x2.extract_lane(lost2, 1));
}

/** What is left of a window of which `done` values have been added. */
function addOne(window: u32, mean: bool, done: u32, sum: f64, lost: f64): void {
  const from = fromOf(window);
  const to = toOf(window);
  if (mean && done === 0 && from < to) {
    sum = valueAt(from);
    done = 1;
  }
  for (let i = from + done; i < to; i++) {
    const value = valueAt(i);
    const total = sum + value;
    lost += abs<f64>(sum) >= abs<f64>(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  answer(window, mean ? (sum + lost) / <f64>(to - from) : sum + lost);
}

/** Are samples in several windows? Then they are added up once for all of them, if that gives the same bits. */
function overlap(samples: u32, windows: u32): bool {
  let seen: u64 = 0;
  for (let window: u32 = 0; window < windows; window++) seen += toOf(window) - fromOf(window);
  return seen > 3 * <u64>samples;
}

/**
 * All values are whole multiples of the last bit of the least of them, and so is what an addition loses: at most 2^-53 of the sum of all
 * magnitudes. As long as all losses together are below 2^53 such bits, adding them up rounds nothing: Neumaier's summation then gives
 * the exact sum, rounded once, and so does any other way to it.
 */
function nothingIsLost(samples: u32): bool {
  let least = f64x2.splat(Infinity);
  let greatest = f64x2.splat(0);
  const infinity = f64x2.splat(Infinity);
  const zero = f64x2.splat(0);
  let i: u32 = 0;
  for (; i + 1 < samples; i += 2) {
    const magnitudes = f64x2.abs(v128.load(values + ((<usize>i) << 3)));
    greatest = f64x2.max(greatest, magnitudes);
    least = f64x2.min(least, v128.bitselect(infinity, magnitudes, f64x2.eq(magnitudes, zero)));
  }
  let most = max<f64>(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1));
  let fewest = min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
  if (i < samples) {
    const magnitude = abs<f64>(valueAt(i));
    most = max<f64>(most, magnitude);
    if (magnitude !== 0) fewest = min<f64>(fewest, magnitude);
  }
  // A NaN is neither below nor above anything.
  const count = <f64>samples;
  return most < LARGEST && fewest > SMALLEST && count * count * (most / fewest) < EXACT;
}

/** Far from where last bits are no longer told, and from where sums are infinite. */
const SMALLEST: f64 = 1e-200;
const LARGEST: f64 = 1e200;

/** A quarter of 2^53: a difference of two sums has what both lost, and the estimate itself is rounded. */
const EXACT: f64 = 2251799813685248;

/** What has been added up so far: the sum, and what it had to round. */
let added: f64 = 0;
let rounded: f64 = 0;

/**
 * Each window's sum is that up to its end less that up to its start. Windows begin and end in rising order: between two of these places samples may be
 * added in any order.
 */
function subtractSums(windows: u32, mean: bool): void {
  added = 0;
  rounded = 0;
  let at: u32 = 0;
  let begun: u32 = 0;
  let ended: u32 = 0;
  while (ended < windows) {
    const start = begun < windows ? fromOf(begun) : u32.MAX_VALUE;
    const next = min<u32>(start, toOf(ended));
    addBetween(at, next);
    at = next;
    for (; begun < windows && fromOf(begun) === at; begun++) {
      store<f64>(SUMS + ((<usize>begun) << 3), added);
      store<f64>(SUMS_LOST + ((<usize>begun) << 3), rounded);
    }
    for (; ended < begun && toOf(ended) === at; ended++) {
      const before = -load<f64>(SUMS + ((<usize>ended) << 3));
      const high = added + before;
      const total = high + (roundedOff(added, before, high) + (rounded - load<f64>(SUMS_LOST + ((<usize>ended) << 3))));
      answer(ended, mean ? total / <f64>(at - fromOf(ended)) : total);
    }
  }
}

function addBetween(from: u32, to: u32): void {
  let sums = f64x2.splat(0);
  let losses = f64x2.splat(0);
  let i = from;
  for (; i + 1 < to; i += 2) {
    const pair = v128.load(values + ((<usize>i) << 3));
    const totals = f64x2.add(sums, pair);
    const ofPair = f64x2.sub(totals, sums);
    losses = f64x2.add(losses, f64x2.add(f64x2.sub(sums, f64x2.sub(totals, ofPair)), f64x2.sub(pair, ofPair)));
    sums = totals;
  }
  addOneMore(f64x2.extract_lane(sums, 0));
  addOneMore(f64x2.extract_lane(sums, 1));
  rounded += f64x2.extract_lane(losses, 0) + f64x2.extract_lane(losses, 1);
  if (i < to) addOneMore(valueAt(i));
}

function addOneMore(value: f64): void {
  const total = added + value;
  rounded += roundedOff(added, value, total);
  added = total;
}

/** `a + b` less `sum`, which is that rounded. Exact (Knuth's TwoSum). */
function roundedOff(a: f64, b: f64, sum: f64): f64 {
  const ofB = sum - a;
  return a - (sum - ofB) + (b - ofB);
}
