// How far counters and gauges moved in each window: packages/promql/src/engine/functions/rates.ts says how.
import { answer, factor, fromOf, numberOf, per, RESETS, sampled, toEnd, toOf, toStart, valueAt, values } from './memory';

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
