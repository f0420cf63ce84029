// Variances by Welford's method with both parts compensated: packages/promql/src/engine/kahan.ts says how. Where it leaves the finite
// numbers the answer is not to be used.
import { commonLength, pairAt, startOf } from './lanes';
import { answer, fromOf, toOf, valueAt } from './memory';

export function varianceWindows(windows: u32): void {
  const whole = windows & ~3;
  for (let window: u32 = 0; window < whole; window += 4) {
    const length = commonLength(window, 0);
    takeTwo(window, length);
    takeTwo(window + 2, length);
  }
  for (let window = whole; window < windows; window++) takeRest(window, 0, 0, 0, 0, 0);
}

/** Two windows, a lane each, as far as all have samples. */
function takeTwo(window: u32, length: u32): void {
  const a = startOf(window);
  const b = startOf(window + 1);
  let mean = f64x2.splat(0);
  let meanLost = f64x2.splat(0);
  let squares = f64x2.splat(0);
  let squaresLost = f64x2.splat(0);
  for (let i: u32 = 0; i < length; i++) {
    const at = (<usize>i) << 3;
    const value = pairAt(a + at, b + at);
    const delta = f64x2.sub(value, f64x2.add(mean, meanLost));
    const share = f64x2.div(delta, f64x2.splat(<f64>(i + 1)));
    const meanTotal = f64x2.add(mean, share);
    meanLost = f64x2.add(meanLost, lostOf(mean, share, meanTotal));
    mean = meanTotal;
    const square = f64x2.mul(delta, f64x2.sub(value, f64x2.add(mean, meanLost)));
    const squaresTotal = f64x2.add(squares, square);
    squaresLost = f64x2.add(squaresLost, lostOf(squares, square, squaresTotal));
    squares = squaresTotal;
  }
  takeRest(
    window,
    length,
    f64x2.extract_lane(mean, 0),
    f64x2.extract_lane(meanLost, 0),
    f64x2.extract_lane(squares, 0),
    f64x2.extract_lane(squaresLost, 0),
  );
  takeRest(
    window + 1,
    length,
    f64x2.extract_lane(mean, 1),
    f64x2.extract_lane(meanLost, 1),
    f64x2.extract_lane(squares, 1),
    f64x2.extract_lane(squaresLost, 1),
  );
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
