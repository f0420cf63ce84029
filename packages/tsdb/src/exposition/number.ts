import { TIME_MS_MAX } from '../model/time-range.ts';
import { MalformedLine } from './malformed.ts';

/**
 * Numbers of an exposition, straight from the bytes.
 *
 * Decimal digits up to 2^53 with a power of ten up to 10^22 are exact by one division or multiplication
 * (Clinger, "How to read floating point numbers accurately", 1990); everything else goes through `Number`.
 */
export function parseFloatAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at++;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  let point = false;
  for (; at < to; at++) {
    const digit = bytes[at] - 0x30;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (point) scale--;
    } else if (bytes[at] === 0x2e && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (digits === 0 || mantissa > Number.MAX_SAFE_INTEGER) return slowFloat(bytes, from, to);
  if (at < to) {
    if ((bytes[at] | 0x20) !== 0x65) return slowFloat(bytes, from, to);
    at++;
    const down = bytes[at] === 0x2d;
    if (down || bytes[at] === 0x2b) at++;
    if (at >= to || to - at > 3) return slowFloat(bytes, from, to);
    let exponent = 0;
    for (; at < to; at++) {
      const digit = bytes[at] - 0x30;
      if (digit < 0 || digit > 9) return slowFloat(bytes, from, to);
      exponent = exponent * 10 + digit;
    }
    scale += down ? -exponent : exponent;
  }
  if (scale < -22 || scale > 22) return slowFloat(bytes, from, to);
  const value = scale < 0 ? mantissa / POWERS[-scale] : mantissa * POWERS[scale];
  return negative ? -value : value;
}

const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITY = /^[+-]?inf(?:inity)?$/i;

function slowFloat(bytes: Uint8Array, from: number, to: number): number {
  const token = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  if (DECIMAL.test(token)) {
    const value = Number(token);
    if (Number.isFinite(value)) return value;
    throw new MalformedLine(`"${clip(token)}" is out of range`);
  }
  if (INFINITY.test(token)) return token.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(token)) return Number.NaN;
  throw new MalformedLine(token === '' ? 'a value is missing' : `"${clip(token)}" is no number`);
}

/** Milliseconds as the text format writes them: an integer. */
export function parseMillisAt(bytes: Uint8Array, from: number, to: number): number {
  const token = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  if (!/^[+-]?\d+$/.test(token)) throw new MalformedLine(`"${clip(token)}" is no timestamp in milliseconds`);
  return withinRange(Number(token));
}

/** Seconds with a fraction, as OpenMetrics writes them, cut to milliseconds. */
export function parseSecondsAt(bytes: Uint8Array, from: number, to: number): number {
  return withinRange(Math.trunc(parseFloatAt(bytes, from, to) * 1000));
}

/** What the log's records can hold. */
function withinRange(timeMs: number): number {
  if (Math.abs(timeMs) <= TIME_MS_MAX) return timeMs + 0; // Not -0.
  throw new MalformedLine('a timestamp is out of range');
}

/** What of an untrusted text fits into a message. */
export function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
