// The least and the greatest value of each window; a NaN loses against every number. Of a window of NaNs the answer is not
// to be used, since its bits may be those of another NaN.
import { commonLength, pairAt, startOf } from './lanes';
import { answer, fromOf, toOf, valueAt } from './memory';

export function minWindows(windows: u32): void {
  findWindows(windows, false);
}

export function maxWindows(windows: u32): void {
  findWindows(windows, true);
}

function findWindows(windows: u32, greatest: bool): void {
  const whole = windows & ~3;
  for (let window: u32 = 0; window < whole; window += 4) findFour(window, greatest);
  for (let window = whole; window < windows; window++) findOne(window, greatest, 0, NaN);
}

function findFour(window: u32, greatest: bool): void {
  const length = commonLength(window, 0);
  const a = startOf(window);
  const b = startOf(window + 1);
  const c = startOf(window + 2);
  const d = startOf(window + 3);
  let best1 = f64x2.splat(NaN);
  let best2 = f64x2.splat(NaN);
  const end = (<usize>length) << 3;
  for (let at: usize = 0; at < end; at += 8) {
    const value1 = pairAt(a + at, b + at);
    const value2 = pairAt(c + at, d + at);
    const better1 = greatest ? f64x2.gt(value1, best1) : f64x2.lt(value1, best1);
    const better2 = greatest ? f64x2.gt(value2, best2) : f64x2.lt(value2, best2);
    best1 = v128.bitselect(value1, best1, v128.or(better1, f64x2.ne(best1, best1)));
    best2 = v128.bitselect(value2, best2, v128.or(better2, f64x2.ne(best2, best2)));
  }
  findOne(window, greatest, length, f64x2.extract_lane(best1, 0));
  findOne(window + 1, greatest, length, f64x2.extract_lane(best1, 1));
  findOne(window + 2, greatest, length, f64x2.extract_lane(best2, 0));
  findOne(window + 3, greatest, length, f64x2.extract_lane(best2, 1));
}

/** What is left of a window of which `done` values have been seen. */
function findOne(window: u32, greatest: bool, done: u32, best: f64): void {
  const to = toOf(window);
  for (let i = fromOf(window) + done; i < to; i++) {
    const value = valueAt(i);
    if ((greatest ? value > best : value < best) || best !== best) best = value;
  }
  answer(window, best);
}
