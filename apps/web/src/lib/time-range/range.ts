/**
 * The one value that says which stretch of time is looked at. Relative stays relative: in the URL, in a saved link, when it is shifted by undo.
 * A relative instant is `now`, then any number of `-15m`, `+1h`, then at most one rounding down: `now-1d/d`.
 */
import { addUnits, type CalendarUnit, startOf } from './civil.ts';

export type TimeRange =
  | { readonly kind: 'relative'; readonly from: string; readonly to: string }
  | { readonly kind: 'absolute'; readonly fromMs: number; readonly toMs: number };

export interface ResolvedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export const DEFAULT_RANGE: TimeRange = { kind: 'relative', from: 'now-15m', to: 'now' };

/** Shorter than this nothing can be seen. */
export const SPAN_MIN_MS = 5_000;

export function resolveRange(range: TimeRange, nowMs: number, timeZone: string): ResolvedRange {
  if (range.kind === 'absolute') return { fromMs: range.fromMs, toMs: range.toMs };
  const fromMs = resolveInstant(range.from, nowMs, timeZone) ?? nowMs - 900_000;
  const toMs = resolveInstant(range.to, nowMs, timeZone) ?? nowMs;
  return { fromMs: Math.min(fromMs, toMs - SPAN_MIN_MS), toMs };
}

/** Null when the text is not a relative instant. */
export function resolveInstant(text: string, nowMs: number, timeZone: string): number | null {
  const match = /^now((?:[+-]\d{1,6}(?:s|m|h|d|w|mo|y))*)(?:\/(s|m|h|d|w|mo|y))?$/.exec(text);
  if (match === null) return null;
  let at = nowMs;
  for (const [, sign, count, unit] of match[1].matchAll(/([+-])(\d+)(s|mo|m|h|d|w|y)/g)) {
    at = addUnits(at, (sign === '-' ? -1 : 1) * Number(count), unit as CalendarUnit, timeZone);
  }
  return match[2] === undefined ? at : startOf(at, match[2] as CalendarUnit, timeZone);
}

/** Live means that new points belong to the range: it must end now. */
export function followsNow(range: TimeRange): boolean {
  return range.kind === 'relative' && range.to === 'now';
}

export function sameRange(a: TimeRange, b: TimeRange): boolean {
  if (a.kind === 'relative') return b.kind === 'relative' && a.from === b.from && a.to === b.to;
  return b.kind === 'absolute' && a.fromMs === b.fromMs && a.toMs === b.toMs;
}

/** Twice as much, around the same middle. */
export function zoomedOut({ fromMs, toMs }: ResolvedRange): TimeRange {
  const half = (toMs - fromMs) / 2;
  return { kind: 'absolute', fromMs: Math.round(fromMs - half), toMs: Math.round(toMs + half) };
}

/** By half of the range, back or forward. */
export function shifted({ fromMs, toMs }: ResolvedRange, direction: -1 | 1): TimeRange {
  const by = Math.round((toMs - fromMs) / 2) * direction;
  return { kind: 'absolute', fromMs: fromMs + by, toMs: toMs + by };
}
