// How far counters and gauges moved in each window: packages/promql/src/engine/functions/rates.ts says how.
import { pairAt } from './lanes';
import { ANSWERS, answer, factor, fromOf, numberOf, per, placeOf, RESETS, sampled, toEnd, toOf, toStart, valueAt, values } from './memory';

/** Of windows with fewer than two samples the answer is 0, and nobody asks for it. */
export function gaugeGrowth(windows: u32): void {
  for (let window: u32 = 0; window < windows; window++) {
    const from = fromOf(window);
    const to = toOf(window);
    answer(window, to < from + 2 ? 0 : (valueAt(to - 1) - valueAt(from)) * numberOf(factor, window));
  }
}

/** Windows begin and end in rising order. */
export function counterGrowth(samples: u32, windows: u32, neverFalls: bool): void {
  const resets: u32 = neverFalls ? 0 : findResets(samples);
  if (resets === 0) withoutResets(windows);
  else withResets(windows, resets);
}

/** Two at a time, as nearly all counters are far from zero and so stretched to the window's ends. */
function withoutResets(windows: u32): void {
  const zero = f64x2.splat(0);
  const tiny = f64x2.splat(TINY);
  const surely = f64x2.splat(SURELY);
  let window: u32 = 0;
  for (; window + 1 < windows; window += 2) {
    const from = fromOf(window);
    const to = toOf(window);
    const nextFrom = fromOf(window + 1);
    const nextTo = toOf(window + 1);
    if (to >= from + 2 && nextTo >= nextFrom + 2) {
      const before = pairAt(placeOf(from), placeOf(nextFrom));
      const growth = f64x2.sub(pairAt(placeOf(to - 1), placeOf(nextTo - 1)), before);
      const at = (<usize>window) << 3;
      const toZero = f64x2.mul(v128.load(sampled + at), before);
      const reach = f64x2.mul(f64x2.mul(v128.load(toStart + at), growth), surely);
      const isFar = v128.and(f64x2.gt(toZero, reach), f64x2.gt(before, tiny));
      const grows = v128.and(f64x2.gt(growth, zero), f64x2.ge(before, zero));
      if (i64x2.all_true(v128.or(isFar, v128.not(grows)))) {
        v128.store(ANSWERS + at, f64x2.mul(growth, v128.load(factor + at)));
        continue;
      }
    }
    growOne(window);
    growOne(window + 1);
  }
  if (window < windows) growOne(window);
}

/** By more than rounding can be wrong, where values are not so small that they lose digits. */
const SURELY: f64 = 1.000000001;
const TINY: f64 = 1e-290;

function growOne(window: u32): void {
  const from = fromOf(window);
  const to = toOf(window);
  if (to < from + 2) {
    answer(window, 0);
    return;
  }
  const before = valueAt(from);
  const growth = valueAt(to - 1) - before;
  answer(window, growth * factorOf(window, before, growth));
}

function withResets(windows: u32, resets: u32): void {
  let next: u32 = 0;
  for (let window: u32 = 0; window < windows; window++) {
    const from = fromOf(window);
    const to = toOf(window);
    if (to < from + 2) {
      answer(window, 0);
      continue;
    }
    const before = valueAt(from);
    let growth = valueAt(to - 1) - before;
    while (next < resets && resetAt(next) <= from) next++;
    for (let i = next; i < resets && resetAt(i) < to; i++) growth += valueAt(resetAt(i) - 1);
    answer(window, growth * factorOf(window, before, growth));
  }
}

/** A counter is not stretched below the point where it was zero. */
function factorOf(window: u32, before: f64, growth: f64): f64 {
  if (!(growth > 0 && before >= 0)) return numberOf(factor, window);
  const seconds = numberOf(sampled, window);
  const toZero = seconds * (before / growth);
  if (!(toZero < numberOf(toStart, window))) return numberOf(factor, window);
  return (seconds + toZero + numberOf(toEnd, window)) / seconds / numberOf(per, window);
}

/** Lists the resets and returns how many there are. Most counters have none. */
function findResets(samples: u32): u32 {
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
export function anyFall(samples: u32): bool {
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
