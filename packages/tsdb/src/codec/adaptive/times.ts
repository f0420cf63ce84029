import { decodeIntegers, encodeIntegers } from './integers.ts';
import { WideReader } from './wide-bytes.ts';

/**
 * The times of a chunk. Its first time, its last and their count are known from elsewhere, so that only what differs
 * from the straight line between the ends is written:
 *
 *   line(i) = first + floor(i · (last - first) / (count - 1))
 *   times   := nothing, when every time is on the line
 *            | integers              time - line(i), without a factor; in blocks perhaps with tokens
 *
 * Times are safe integers and rise strictly; their span, times their count, is at most 2^50, so that the line is exact.
 */
export const SPAN_TIMES_COUNT_MAX = 2 ** 50;

/** Null when the times cannot be written: they do not rise, or are too far apart. */
export function encodeTimes(times: Float64Array, mayTokens = false): Uint8Array | null {
  const [first, last] = [times[0], times[times.length - 1]];
  if (!mayBeTimes(first, last, times.length)) return null;
  const residuals: bigint[] = [];
  for (let i = 0; i < times.length; i++) {
    if (!Number.isInteger(times[i]) || (i > 0 && !(times[i] > times[i - 1]))) return null;
    residuals.push(BigInt(times[i] - lineAt(first, last, times.length, i)));
  }
  return residuals.every((residual) => residual === 0n) ? new Uint8Array(0) : encodeIntegers(residuals, false, mayTokens).finish();
}

/** Throws `RangeError` on damage. */
export function decodeTimes(bytes: Uint8Array, count: number, first: number, last: number): Float64Array {
  if (!mayBeTimes(first, last, count)) throw new RangeError('times that cannot be');
  const reader = new WideReader(bytes);
  const residuals = bytes.length === 0 ? new Array<bigint>(count).fill(0n) : decodeIntegers(reader, count);
  const times = Float64Array.from(residuals, (residual, i) => lineAt(first, last, count, i) + Number(residual));
  if (reader.remaining > 0 || times[0] !== first || times[count - 1] !== last)
    throw new RangeError('times that are not what is known of them');
  for (let i = 1; i < count; i++) if (!(times[i] > times[i - 1])) throw new RangeError('times do not rise');
  return times;
}

function mayBeTimes(first: number, last: number, count: number): boolean {
  return Number.isSafeInteger(first) && Number.isSafeInteger(last) && (last - first) * count <= SPAN_TIMES_COUNT_MAX;
}

function lineAt(first: number, last: number, count: number, i: number): number {
  return count === 1 ? first : first + Math.floor((i * (last - first)) / (count - 1));
}
