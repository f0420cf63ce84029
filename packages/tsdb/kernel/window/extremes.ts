// The least and the greatest value of each window; a NaN loses against every number, and of equals the first counts. Stretches of sixteen
// samples are looked through once for the series, and windows put together of them. Of a window of NaNs the answer is not to be used, since
// its bits may be those of another NaN.
import { pairAt } from './lanes';
import { answer, EXTREMES, fromOf, toOf, valueAt, values } from './memory';

const STRETCH: u32 = 16;

export function minWindows(samples: u32, windows: u32): void {
  findWindows(samples, windows, false);
}

export function maxWindows(samples: u32, windows: u32): void {
  findWindows(samples, windows, true);
}

function findWindows(samples: u32, windows: u32, greatest: bool): void {
  const stretches = samples / STRETCH;
  for (let stretch: u32 = 0; stretch < stretches; stretch += 2) findTwo(stretch, greatest);
  for (let window: u32 = 0; window < windows; window++) findOne(window, greatest);
}

/** Two stretches, a lane each. What is behind the last whole one is never asked for. */
function findTwo(stretch: u32, greatest: bool): void {
  const a = values + ((<usize>(stretch * STRETCH)) << 3);
  const b = a + ((<usize>STRETCH) << 3);
  let best = pairAt(a, b);
  for (let i: u32 = 1; i < STRETCH; i++) {
    const at = (<usize>i) << 3;
    const value = pairAt(a + at, b + at);
    const better = greatest ? f64x2.gt(value, best) : f64x2.lt(value, best);
    best = v128.bitselect(value, best, v128.or(better, f64x2.ne(best, best)));
  }
  v128.store(EXTREMES + ((<usize>stretch) << 3), best);
}

function findOne(window: u32, greatest: bool): void {
  const to = toOf(window);
  let i = fromOf(window);
  let best = NaN;
  for (; i < to && i % STRETCH !== 0; i++) best = betterOf(best, valueAt(i), greatest);
  for (; i + STRETCH <= to; i += STRETCH) best = betterOf(best, extremeOf(i / STRETCH), greatest);
  for (; i < to; i++) best = betterOf(best, valueAt(i), greatest);
  answer(window, best);
}

function betterOf(best: f64, value: f64, greatest: bool): f64 {
  return (greatest ? value > best : value < best) || best !== best ? value : best;
}

function extremeOf(stretch: u32): f64 {
  return load<f64>(EXTREMES + ((<usize>stretch) << 3));
}
