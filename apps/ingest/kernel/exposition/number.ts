// Numbers as most are written. What is longer or unusual is left to the host.

const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const SPACE: u32 = 0x20;
const POINT: u32 = 0x2e;
const NINE: u32 = 9;
const ZERO: u32 = 0x30;

const EXACT_MAX: u64 = 9007199254740992; // 2^53
const SCALE_MAX: i32 = 22;
const POWERS: usize = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]);

/** "NaN", and "Inf" with the bits that it leaves open, as little endian words of three bytes. */
const NAN_TEXT: u32 = 0x4e614e;
const INF_TEXT: u32 = 0x666e49;
const THREE_BYTES: u32 = 0xffffff;

/** What `numberEnd` and `millisEnd` have read. */
export let number: f64 = 0;

/**
 * The end of the number at `at`; 0 when it is not for this kernel. Up to 2^53 by a power of ten up to 10^22: both are exact, and so
 * one operation gives the nearest double (Clinger, "How to read floating point numbers accurately", 1990).
 */
export function numberEnd(at: usize): usize {
  let byte: u32 = load<u8>(at);
  const negative = byte === MINUS;
  if (negative || byte === PLUS) at++;
  let mantissa: u64 = 0;
  let from = at;
  let digit = <u32>load<u8>(at) - ZERO;
  while (digit <= NINE) {
    mantissa = mantissa * 10 + digit;
    digit = <u32>load<u8>(++at) - ZERO;
  }
  let digits = <u32>(at - from);
  let scale: i32 = 0;
  if (digit + ZERO === POINT) {
    from = ++at;
    digit = <u32>load<u8>(at) - ZERO;
    while (digit <= NINE) {
      mantissa = mantissa * 10 + digit;
      digit = <u32>load<u8>(++at) - ZERO;
    }
    digits += <u32>(at - from);
    scale = -(<i32>(at - from));
  }
  if (digits === 0) return wordEnd(at, negative);
  // 19 digits never overflow.
  if (digits > 19 || mantissa > EXACT_MAX) return 0;
  byte = digit + ZERO;
  if ((byte | 0x20) === 0x65) {
    byte = load<u8>(++at);
    const down = byte === MINUS;
    if (down || byte === PLUS) at++;
    from = at;
    let exponent: i32 = 0;
    for (digit = <u32>load<u8>(at) - ZERO; digit <= NINE; digit = <u32>load<u8>(++at) - ZERO) exponent = exponent * 10 + digit;
    if (at === from || at - from > 3) return 0;
    scale += down ? -exponent : exponent;
  }
  let value = <f64>mantissa;
  if (scale !== 0) {
    if (scale < -SCALE_MAX || scale > SCALE_MAX) return 0;
    value = scale < 0 ? value / power(-scale) : value * power(scale);
  }
  number = negative ? -value : value;
  return at;
}

/** Milliseconds, as the text format writes them. */
export function millisEnd(at: usize): usize {
  const negative = load<u8>(at) === MINUS;
  if (negative) at++;
  const from = at;
  let millis: u64 = 0;
  for (let digit = <u32>load<u8>(at) - ZERO; digit <= NINE; digit = <u32>load<u8>(++at) - ZERO) millis = millis * 10 + digit;
  if (at === from || at - from > 18) return 0;
  number = <f64>(negative ? -(<i64>millis) : <i64>millis);
  return at;
}

/** There is no digit at `at`. */
function wordEnd(at: usize, negative: bool): usize {
  const before: u32 = load<u8>(at - 1);
  const text = load<u32>(at) & THREE_BYTES;
  if (before === POINT) return 0;
  if (text === NAN_TEXT && before === SPACE) number = NaN;
  else if (text === INF_TEXT) number = negative ? -Infinity : Infinity;
  else return 0;
  return at + 3;
}

function power(exponent: i32): f64 {
  return load<f64>(POWERS + ((<usize>exponent) << 3));
}
