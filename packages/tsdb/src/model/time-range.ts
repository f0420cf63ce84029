import type { Millis } from '@tidemark/base';

/** Times are integers of magnitude below 2^51 (the year 73,000), so that their differences are exact. */
export const TIME_MS_MAX = 2 ** 51 - 1;

/** Both ends belong to the range. Empty when `toMs < fromMs`. */
export interface TimeRange {
  readonly fromMs: Millis;
  readonly toMs: Millis;
}

export function overlaps(a: TimeRange, b: TimeRange): boolean {
  return a.fromMs <= b.toMs && b.fromMs <= a.toMs;
}

export function contains(range: TimeRange, atMs: Millis): boolean {
  return range.fromMs <= atMs && atMs <= range.toMs;
}
