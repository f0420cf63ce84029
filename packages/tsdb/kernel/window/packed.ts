// Values of a counter in two or four bytes each: how many units each lies above the least, `(base + units) / scale` to the bit. A fourth, or half,
// of the memory that windows wait for. src/kernel/packed-values.ts has what is known of them.
import { pairAt } from './lanes';
import { base, placeOf, scale, valueAt, values, width } from './memory';

/** The units of the least value. */
export function leastUnits(samples: u32, unitsOfOne: f64): f64 {
  const scales = f64x2.splat(unitsOfOne);
  let least = f64x2.splat(Infinity);
  for (let i: u32 = 0; i < samples; i += 2) least = f64x2.min(least, f64x2.nearest(f64x2.mul(pairFrom(i, samples), scales)));
  return min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
}

/** How many bytes each value takes above the least; 0 where one cannot be told so. */
export function packedWidth(samples: u32, least: f64, unitsOfOne: f64): u32 {
  const zero = f64x2.splat(0);
  const largest = f64x2.splat(4294967295);
  const scales = f64x2.splat(unitsOfOne);
  const bases = f64x2.splat(least);
  let most = zero;
  for (let i: u32 = 0; i < samples; i += 2) {
    const pair = pairFrom(i, samples);
    const units = f64x2.sub(f64x2.nearest(f64x2.mul(pair, scales)), bases);
    const isSame = i64x2.eq(f64x2.div(f64x2.add(bases, units), scales), pair);
    if (!i64x2.all_true(v128.and(isSame, v128.and(f64x2.ge(units, zero), f64x2.le(units, largest))))) return 0;
    most = f64x2.max(most, units);
  }
  return max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)) < 65536 ? 2 : 4;
}

/** The last value stands for two, if it is alone. */
function pairFrom(i: u32, samples: u32): v128 {
  return pairAt(placeOf(i), placeOf(min<u32>(i + 1, samples - 1)));
}

/** The values that are looked at, of which `packedWidth` has said that they fit. */
export function pack(samples: u32, into: usize, bytesEach: u32, least: f64, unitsOfOne: f64): void {
  for (let i: u32 = 0; i < samples; i++) {
    const units = <u32>(nearest<f64>(valueAt(i) * unitsOfOne) - least);
    if (bytesEach === 2) store<u16>(into + ((<usize>i) << 1), <u16>units);
    else store<u32>(into + ((<usize>i) << 2), units);
  }
}

/** The values that are looked at, to where each takes eight bytes again. */
export function unpack(samples: u32, into: usize): void {
  let i: u32 = 0;
  for (; i + 1 < samples; i += 2) v128.store(into + ((<usize>i) << 3), unpackedPair(i, i + 1));
  if (i < samples) store<f64>(into + ((<usize>i) << 3), f64x2.extract_lane(unpackedPair(i, i), 0));
}

export function unpackedPair(first: u32, second: u32): v128 {
  const units = width === 2 ? twoShorts(first, second) : twoWords(first, second);
  return f64x2.div(f64x2.add(f64x2.splat(base), f64x2.convert_low_i32x4_u(units)), f64x2.splat(scale));
}

function twoShorts(first: u32, second: u32): v128 {
  const one = v128.load16_lane(values + ((<usize>first) << 1), i32x4.splat(0), 0);
  return v128.load16_lane(values + ((<usize>second) << 1), one, 2);
}

function twoWords(first: u32, second: u32): v128 {
  return v128.load32_lane(values + ((<usize>second) << 2), v128.load32_zero(values + ((<usize>first) << 2)), 1);
}
