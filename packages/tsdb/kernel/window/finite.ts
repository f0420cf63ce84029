// What is no number among values, and no finite one among answers.
import { ANSWERS, values } from './memory';

export function hasNaN(samples: u32): bool {
  return any(values, samples, false);
}

export function areFinite(windows: u32): bool {
  return !any(ANSWERS, windows, true);
}

/** A NaN is not itself; of an infinity, too, nothing is left by taking it from itself but a NaN. */
function any(column: usize, count: u32, infinite: bool): bool {
  let found = f64x2.splat(0);
  let i: u32 = 0;
  for (; i + 1 < count; i += 2) {
    const both = v128.load(column + ((<usize>i) << 3));
    const seen = infinite ? f64x2.sub(both, both) : both;
    found = v128.or(found, f64x2.ne(seen, seen));
  }
  if (v128.any_true(found)) return true;
  if (i === count) return false;
  const last = load<f64>(column + ((<usize>i) << 3));
  const seen = infinite ? last - last : last;
  return seen !== seen;
}
