// Variances by Welford's method with both parts compensated: packages/promql/src/engine/kahan.ts says how. Where it leaves the finite
// numbers the answer is not to be used.
import { commonLength, pairAt, startOf } from './lanes';
import { answer, fromOf, toOf, valueAt } from './memory';

export function varianceWindows(windows: u32): void {
  const whole = windows & ~3;
  for (let window: u32 = 0; window < whole; window += 4) takeFour(window, commonLength(window, 0));
  for (let window = whole; window < windows; window++) takeRest(window, 0, 0, 0, 0, 0);
}

/** Four windows, a lane each, as far as all have samples. Two pairs of lanes: each waits long for its own divisions. */
function takeFour(window: u32, length: u32): void {
  const a = startOf(window);
  const b = startOf(window + 1);
  const c = startOf(window + 2);
  const d = startOf(window + 3);
  let mean1 = f64x2.splat(0);
  let mean2 = f64x2.splat(0);
  let meanLost1 = f64x2.splat(0);
  let meanLost2 = f64x2.splat(0);
  let squares1 = f64x2.splat(0);
  let squares2 = f64x2.splat(0);
  let squaresLost1 = f64x2.splat(0);
  let squaresLost2 = f64x2.splat(0);
  for (let i: u32 = 0; i < length; i++) {
    const at = (<usize>i) << 3;
    const count = f64x2.splat(<f64>(i + 1));
    const value1 = pairAt(a + at, b + at);
    const value2 = pairAt(c + at, d + at);
    const delta1 = f64x2.sub(value1, f64x2.add(mean1, meanLost1));
    const delta2 = f64x2.sub(value2, f64x2.add(mean2, meanLost2));
    const share1 = f64x2.div(delta1, count);
    const share2 = f64x2.div(delta2, count);
    const meanTotal1 = f64x2.add(mean1, share1);
    const meanTotal2 = f64x2.add(mean2, share2);
    meanLost1 = f64x2.add(meanLost1, lostOf(mean1, share1, meanTotal1));
    meanLost2 = f64x2.add(meanLost2, lostOf(mean2, share2, meanTotal2));
    mean1 = meanTotal1;
    mean2 = meanTotal2;
    const square1 = f64x2.mul(delta1, f64x2.sub(value1, f64x2.add(mean1, meanLost1)));
    const square2 = f64x2.mul(delta2, f64x2.sub(value2, f64x2.add(mean2, meanLost2)));
    const squaresTotal1 = f64x2.add(squares1, square1);
    const squaresTotal2 = f64x2.add(squares2, square2);
    squaresLost1 = f64x2.add(squaresLost1, lostOf(squares1, square1, squaresTotal1));
    squaresLost2 = f64x2.add(squaresLost2, lostOf(squares2, square2, squaresTotal2));
    squares1 = squaresTotal1;
    squares2 = squaresTotal2;
  }
  restOfLane(window, length, 0, mean1, meanLost1, squares1, squaresLost1);
  restOfLane(window + 1, length, 1, mean1, meanLost1, squares1, squaresLost1);
  restOfLane(window + 2, length, 0, mean2, meanLost2, squares2, squaresLost2);
  restOfLane(window + 3, length, 1, mean2, meanLost2, squares2, squaresLost2);
}

function restOfLane(window: u32, done: u32, lane: u32, mean: v128, meanLost: v128, squares: v128, squaresLost: v128): void {
  takeRest(window, done, laneOf(mean, lane), laneOf(meanLost, lane), laneOf(squares, lane), laneOf(squaresLost, lane));
}

function laneOf(pair: v128, lane: u32): f64 {
  return lane === 0 ? f64x2.extract_lane(pair, 0) : f64x2.extract_lane(pair, 1);
}

/** What rounding loses when `value` is added to `sum`. */
function lostOf(sum: v128, value: v128, total: v128): v128 {
  const keeps = f64x2.ge(f64x2.abs(sum), f64x2.abs(value));
  const large = v128.bitselect(sum, value, keeps);
  const small = v128.bitselect(value, sum, keeps);
  return f64x2.add(f64x2.sub(large, total), small);
}

/** What is left of a window of which `done` values have been seen. */
function takeRest(window: u32, done: u32, mean: f64, meanLost: f64, squares: f64, squaresLost: f64): void {
  const from = fromOf(window);
  const to = toOf(window);
  for (let i = from + done; i < to; i++) {
    const value = valueAt(i);
    const delta = value - (mean + meanLost);
    const share = delta / <f64>(i - from + 1);
    const meanTotal = mean + share;
    meanLost += abs<f64>(mean) >= abs<f64>(share) ? mean - meanTotal + share : share - meanTotal + mean;
    mean = meanTotal;
    const square = delta * (value - (mean + meanLost));
    const squaresTotal = squares + square;
    squaresLost += abs<f64>(squares) >= abs<f64>(square) ? squares - squaresTotal + square : square - squaresTotal + squares;
    squares = squaresTotal;
  }
  answer(window, (squares + squaresLost) / <f64>(to - from));
}
