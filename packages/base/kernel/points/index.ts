// Texts of many numbers, each between an opening of its own and what closes it: the points of an answer in JSON.
//
// A number's text is the shortest that reads back as it, and of these the nearest, after R. Giulietti ("The Schubfach way to render doubles", 2020):
// with the powers of ten in 128 bits, three products say where the number and the ends of its interval lie among decimals of as many digits as
// can tell it apart. The form is that of Prometheus' API: plain digits, an exponent of two digits at least below 1e-6 and from 1e21 on.

/** Numbers that are written at once. */
const POINTS_MAX: i32 = 1024;
const OPENING_MAX: i32 = 24;
/** A number has 25 at most: -0.0000012345678901234567. */
const POINT_MAX: i32 = OPENING_MAX + 25 + 2;
const CLOSING: u16 = 0x5d22; // "]

export const VALUES: usize = memory.data(POINTS_MAX << 3, 16);
/** An opening has 24 bytes, and its length is apart. */
export const OPENINGS: usize = memory.data(POINTS_MAX * OPENING_MAX, 16);
export const LENGTHS: usize = memory.data(POINTS_MAX, 16);
export const OUTPUT: usize = memory.data(POINTS_MAX * POINT_MAX + 32, 16);

/** From 10^POWER_MIN on, each rounded up to its 128 leading bits: low word, high word. */
export const POWER_MIN: i32 = -292;
export const POWERS: usize = memory.data(617 << 4, 16);

/** How many bytes the points `[0, count)` take at `OUTPUT`. */
export function write(count: i32): i32 {
  let at = OUTPUT;
  for (let i = 0; i < count; i++) {
    const opening = OPENINGS + i * OPENING_MAX;
    store<u64>(at, load<u64>(opening));
    store<u64>(at + 8, load<u64>(opening + 8));
    store<u64>(at + 16, load<u64>(opening + 16));
    at = writeNumber(at + load<u8>(LENGTHS + i), load<u64>(VALUES + (i << 3)));
    store<u16>(at, CLOSING);
    at += 2;
  }
  return (at - OUTPUT) as i32;
}

function writeNumber(start: usize, bits: u64): usize {
  const biased = ((bits >> 52) & 0x7ff) as i32;
  const fraction = bits & 0xfffffffffffff;
  let at = start;
  if (biased === 0x7ff) {
    if (fraction !== 0) return word(at, 0x4e614e, 3); // NaN
    return word(at, bits >> 63 ? 0x666e492d : 0x666e492b, 4); // -Inf, +Inf
  }
  if (bits >> 63) store<u8>(at++, 0x2d);
  if (bits << 1 === 0) return word(at, 0x30, 1);
  const shift = 1075 - biased;
  const whole = fraction | 0x10000000000000;
  // Fast path: integers below 2^53.
  if (shift >= 0 && shift < 53 && (whole & (((1 as u64) << shift) - 1)) === 0) return digitsOf(at, whole >> shift);
  shortest(biased, fraction);
  return decimal(at);
}

/** What `shortest` gives: the number is `digits` · 10^`exponent`. */
let digits: u64 = 0;
let exponent: i32 = 0;

function shortest(biased: i32, fraction: u64): void {
  const isNormal = biased !== 0;
  const c = isNormal ? fraction | 0x10000000000000 : fraction;
  const q = (isNormal ? biased : 1) - 1075;
  const odd = c & 1;
  /** The next number below is half as far as the one above. */
  const isClose = fraction === 0 && biased > 1;
  const k = (q * 1262611 - (isClose ? 524031 : 0)) >> 22;
  const h = (q + ((-k * 1741647) >> 19) + 1) as u64;
  const power = POWERS + ((-k - POWER_MIN) << 4);
  const low = load<u64>(power);
  const high = load<u64>(power + 8);
  const middle = product(low, high, (c << 2) << h);
  const lower = product(low, high, ((c << 2) - 2 + (isClose ? 1 : 0)) << h) + odd;
  const upper = product(low, high, ((c << 2) + 2) << h) - odd;
  const s = middle >> 2;
  exponent = k;
  if (s >= 10) {
    const tens = s / 10;
    const below = lower <= 40 * tens;
    const above = 40 * tens + 40 <= upper;
    if (below !== above) {
      digits = tens + (above ? 1 : 0);
      exponent = k + 1;
      return;
    }
  }
  const below = lower <= s << 2;
  const above = (s << 2) + 4 <= upper;
  const half = (s << 2) + 2;
  if (below !== above) digits = s + (above ? 1 : 0);
  else digits = s + (middle > half || (middle === half && (s & 1) !== 0) ? 1 : 0);
}

/** The upper 64 bits of the 192 that a power and `factor` give; the lowest is set where something is left. */
function product(low: u64, high: u64, factor: u64): u64 {
  const carried = upperOf(low, factor);
  const lowest = high * factor;
  const sum = lowest + carried;
  return (upperOf(high, factor) + (sum < lowest ? 1 : 0)) | (sum > 1 ? 1 : 0);
}

function upperOf(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const crossed = a1 * b0 + ((a0 * b0) >> 32);
  return a1 * b1 + (crossed >> 32) + ((a0 * b1 + (crossed & 0xffffffff)) >> 32);
}

function decimal(start: usize): usize {
  let at = start;
  withoutZeros();
  const count = countOf(digits);
  /** Of the first digit, as in 1.2e3. */
  const scientific = count + exponent - 1;
  if (scientific < -6 || scientific > 20) {
    // The first digit goes one place to the left, before the point.
    const end = digitsOf(at + 1, digits);
    store<u8>(at, load<u8>(at + 1));
    store<u8>(at + 1, 0x2e);
    at = count === 1 ? at + 1 : end;
    const magnitude = abs(scientific);
    store<u16>(at, scientific < 0 ? 0x2d65 : 0x2b65); // e-, e+
    if (magnitude < 10) store<u8>(at + 2, 0x30);
    return digitsOf(at + (magnitude < 10 ? 3 : 2), magnitude);
  }
  if (exponent >= 0) {
    at = digitsOf(at, digits);
    for (let i = 0; i < exponent; i++) store<u8>(at++, 0x30);
    return at;
  }
  if (scientific < 0) {
    store<u32>(at, 0x30302e30); // 0.000000
    store<u32>(at + 4, 0x30303030);
    return digitsOf(at + 1 - scientific, digits);
  }
  const end = digitsOf(at + 1, digits);
  // Mostly one or two, for which a copy of memory is too much ado.
  const point = at + scientific + 1;
  for (; at < point; at++) store<u8>(at, load<u8>(at + 1));
  store<u8>(point, 0x2e);
  return end;
}

function withoutZeros(): void {
  const eight = digits / 100000000;
  if (eight * 100000000 === digits) {
    digits = eight;
    exponent += 8;
  }
  for (;;) {
    const one = digits / 10;
    if (one * 10 !== digits) return;
    digits = one;
    exponent++;
  }
}

function word(at: usize, letters: u64, length: i32): usize {
  store<u64>(at, letters);
  return at + length;
}

/** Returns where they end. */
function digitsOf(at: usize, number: u64): usize {
  const end = at + countOf(number);
  let left = number;
  let to = end;
  while (left > 0xffffffff) {
    const rest = left / 100000000;
    let eight = (left - rest * 100000000) as u32;
    left = rest;
    for (let i = 0; i < 4; i++) {
      to -= 2;
      store<u16>(to, pairOf(eight % 100));
      eight /= 100;
    }
  }
  let few = left as u32;
  while (few >= 10) {
    to -= 2;
    store<u16>(to, pairOf(few % 100));
    few /= 100;
    if (few === 0) return end;
  }
  if (to > at) store<u8>(to - 1, (0x30 + few) as u8);
  return end;
}

function pairOf(number: u32): u16 {
  const tens = number / 10;
  return (0x3030 + tens + ((number - tens * 10) << 8)) as u16;
}

/** Below 10^17. */
function countOf(number: u64): i32 {
  const least = (((64 - clz<u64>(number | 1)) as i32) * 1233) >> 12;
  return least + (number >= load<u64>(TENS + (least << 3)) ? 1 : 0) + (number === 0 ? 1 : 0);
}

/** Powers of ten. */
const TENS: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
  100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
]);
