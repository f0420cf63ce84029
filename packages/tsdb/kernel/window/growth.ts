// How far counters and gauges moved in each window: packages/promql/src/engine/functions/rates.ts says how.
import { pairAt } from './lanes';
import {
  ANSWERS,
  answer,
  factor,
  fromOf,
  numberOf,
  per,
  placeOf,
  RESETS,
  sampled,
  toEnd,
  toOf,
  toStart,
  valueAt,
  values,
  width,
} from './memory';
import { unpackedPair } from './packed';

/** Of windows with fewer than two samples the answer is 0, and nobody asks for it. */
export function gaugeGrowth(windows: u32): void {
  for (let window: u32 = 0; window < windows; window++) {
    const from = fromOf(window);
    const to = toOf(window);
    answer(window, to < from + 2 ? 0 : (valueAt(to - 1) - valueAt(from)) * numberOf(factor, window));
  }
}

/** Of values that are not packed. Windows begin and end in rising order. */
export function counterGrowth(samples: u32, windows: u32): void {
  counterGrowthOf(windows, findResets(samples));
}

/** Of values, packed or not, whose resets are known: so many. */
export function counterGrowthOf(windows: u32, resets: u32): void {
  let next: u32 = 0;
  let window: u32 = 0;
  for (; window + 1 < windows; window += 2) {
    const from = fromOf(window);
    while (next < resets && resetAt(next) <= from) next++;
    const isCalm = next === resets || resetAt(next) >= toOf(window + 1);
    if (isCalm && haveTwo(window) && haveTwo(window + 1) && growTwo(window)) continue;
    growOne(window, next, resets);
    growOne(window + 1, next, resets);
  }
  if (window < windows) growOne(window, next, resets);
}

function haveTwo(window: u32): bool {
  return toOf(window) >= fromOf(window) + 2;
}

/** From reset `next` on. */
function growOne(window: u32, next: u32, resets: u32): void {
  if (!haveTwo(window)) {
    answer(window, 0);
    return;
  }
  const from = fromOf(window);
  const to = toOf(window);
  const before = packedOrNot(from);
  let growth = packedOrNot(to - 1) - before;
  while (next < resets && resetAt(next) <= from) next++;
  for (let i = next; i < resets && resetAt(i) < to; i++) growth += packedOrNot(resetAt(i) - 1);
  answer(window, growth * factorOf(window, before, growth));
}

/** This window and the next, without resets, if both counters are far from zero, as nearly all are, and so stretched to the windows' ends. */
function growTwo(window: u32): bool {
  const before = pairOf(fromOf(window), fromOf(window + 1));
  const growth = f64x2.sub(pairOf(toOf(window) - 1, toOf(window + 1) - 1), before);
  const zero = f64x2.splat(0);
  const at = (<usize>window) << 3;
  const toZero = f64x2.mul(v128.load(sampled + at), before);
  const reach = f64x2.mul(f64x2.mul(v128.load(toStart + at), growth), f64x2.splat(SURELY));
  const isFar = v128.and(f64x2.gt(toZero, reach), f64x2.gt(before, f64x2.splat(TINY)));
  const grows = v128.and(f64x2.gt(growth, zero), f64x2.ge(before, zero));
  if (!i64x2.all_true(v128.or(isFar, v128.not(grows)))) return false;
  v128.store(ANSWERS + at, f64x2.mul(growth, v128.load(factor + at)));
  return true;
}

function pairOf(first: u32, second: u32): v128 {
  return width === 0 ? pairAt(placeOf(first), placeOf(second)) : unpackedPair(first, second);
}

function packedOrNot(i: u32): f64 {
  return width === 0 ? valueAt(i) : f64x2.extract_lane(unpackedPair(i, i), 0);
}

/** By more than rounding can be wrong, where values are not so small that they lose digits. */
const SURELY: f64 = 1.000000001;
const TINY: f64 = 1e-290;

/** A counter is not stretched below the point where it was zero. */
function factorOf(window: u32, before: f64, growth: f64): f64 {
  if (!(growth > 0 && before >= 0)) return numberOf(factor, window);
  const seconds = numberOf(sampled, window);
  const toZero = seconds * (before / growth);
  if (!(toZero < numberOf(toStart, window))) return numberOf(factor, window);
  return (seconds + toZero + numberOf(toEnd, window)) / seconds / numberOf(per, window);
}

/** Lists the resets and returns how many there are. Most counters have none. */
export function findResets(samples: u32): u32 {
  if (!anyFall(samples)) return 0;
  let found: u32 = 0;
  for (let i: u32 = 1; i < samples; i++) {
    if (!(valueAt(i) < valueAt(i - 1))) continue;
    store<u32>(RESETS + ((<usize>found) << 2), i);
    found++;
  }
  return found;
}

/** Is a value below the one before? */
function anyFall(samples: u32): bool {
  let any = f64x2.splat(0);
  let i: u32 = 1;
  for (; i + 1 < samples; i += 2) {
    const at = values + ((<usize>i) << 3);
    any = v128.or(any, f64x2.lt(v128.load(at), v128.load(at - 8)));
  }
  return v128.any_true(any) || (i < samples && valueAt(i) < valueAt(i - 1));
}

function resetAt(i: u32): u32 {
  return load<u32>(RESETS + ((<usize>i) << 2));
}
