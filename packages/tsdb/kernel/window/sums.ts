// Sums and means by Neumaier's summation: packages/promql/src/engine/kahan.ts says how. Where the sum leaves the finite
// numbers the answer is not to be used: the host adds those windows up itself.
import { commonLength, pairAt, startOf } from './lanes';
import { answer, fromOf, toOf, valueAt } from './memory';

export function sumWindows(windows: u32): void {
  addWindows(windows, false);
}

export function meanWindows(windows: u32): void {
  addWindows(windows, true);
}

/** A mean's sum starts with the first value, a sum with 0. */
function addWindows(windows: u32, mean: bool): void {
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
