import type { Millis } from '@tidemark/base';

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
