/**
 * What it tells that a sample says when its series started: a counter that started behind the sample before it was reset in between,
 * whatever its value; and where the first sample of a window says so, the counter was zero there. As in Prometheus.
 */
import type { RangeNotes } from './range-notes.ts';

/** A column of samples, those from `from` up to, not including, `to` in the window. `starts` of 0 are not known. */
export interface StartedSamples {
  readonly times: Float64Array;
  readonly starts?: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Was the counter reset between the sample before `i` and the one at `i`, by what they say of their start? */
export function isRestarted({ times, starts }: Pick<StartedSamples, 'times' | 'starts'>, i: number): boolean {
  if (starts === undefined) return false;
  const [before, start] = [starts[i - 1], starts[i]];
  if (start === 0 || start >= times[i] || start < times[i - 1]) return false;
  if (start > times[i - 1]) return true;
  // At the very sample before: so differences say it, and counters that do not know their start.
  return before !== 0 && before < times[i - 1];
}

/** The start that the window's first sample tells, when it lies within the window. */
export function startWithin({ times, starts, from }: StartedSamples, windowStartMs: number): number | null {
  const start = starts?.[from] ?? 0;
  return start !== 0 && start > windowStartMs && start < times[from] ? start : null;
}

export function noteOverlaps({ times, starts, from, to }: StartedSamples, notes: RangeNotes): void {
  if (starts === undefined) return;
  for (let i = from + 1; i < to; i++) {
    if (starts[i] === 0 || starts[i] >= times[i - 1] || starts[i] === starts[i - 1]) continue;
    notes.overlapping();
    return;
  }
}

/** By which the growth since `start` is multiplied: nothing is drawn on to the left, where the counter was zero. */
export function factorSince(start: number, { times, from, to }: StartedSamples, windowEndMs: number, perSeconds: number): number {
  const last = times[to - 1];
  const sampled = (last - start) / 1000;
  const average = to - from > 1 ? (last - times[from]) / 1000 / (to - from - 1) : 0;
  const toEnd = (windowEndMs - last) / 1000;
  const drawnOn = toEnd >= average * 1.1 ? average / 2 : toEnd;
  return (sampled + drawnOn) / sampled / perSeconds;
}
