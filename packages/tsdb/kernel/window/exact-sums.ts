// Adds a number for each step to sums that do not round before they are read: packages/promql/src/engine/exact-sums.ts says how.
import { WINDOWS_MAX } from './memory';

/** By step: all bits where there is a number, none elsewhere. */
export const THERE: usize = memory.data(8 * WINDOWS_MAX, 16);

/** Sums up to here leave room for what `roundedOff` adds and takes away. */
const LARGEST: f64 = 1.1235582092889474e307;

/**
 * Two steps at a time, from `at` on, at most `steps`; the three columns of the sums lie behind each other at `sums`. Ends before a pair that does not
 * fit in three doubles, or is not finite, with its position; else with that of the last step if that is alone, or `steps`.
 */
export function addExactly(numbers: usize, at: u32, steps: u32, sums: usize): u32 {
  const column = (<usize>steps) << 3;
  const largest = f64x2.splat(LARGEST);
  const nothing = f64x2.splat(0);
  for (; at + 1 < steps; at += 2) {
    const offset = (<usize>at) << 3;
    const value = v128.and(v128.load(numbers + offset), v128.load(THERE + offset));
    const highAt = sums + offset;
    const middleAt = highAt + column;
    const lowAt = middleAt + column;
    const high = v128.load(highAt);
    const sum = f64x2.add(high, value);
    const rest = roundedOff(high, value, sum);
    const middle = v128.load(middleAt);
    const sumOfRests = f64x2.add(middle, rest);
    const restOfRest = roundedOff(middle, rest, sumOfRests);
    const low = v128.load(lowAt);
    const sumOfLow = f64x2.add(low, restOfRest);
    const lost = roundedOff(low, restOfRest, sumOfLow);
    if (!i64x2.all_true(v128.and(f64x2.le(f64x2.abs(sum), largest), f64x2.eq(lost, nothing)))) return at;
    v128.store(highAt, sum);
    v128.store(middleAt, sumOfRests);
    v128.store(lowAt, sumOfLow);
  }
  return at;
}

/** `a + b` less `sum`, which is that rounded. Exact (Knuth's TwoSum). */
function roundedOff(a: v128, b: v128, sum: v128): v128 {
  const ofB = f64x2.sub(sum, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(sum, ofB)), f64x2.sub(b, ofB));
}
