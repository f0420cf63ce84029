import type { Millis } from '@tidemark/base';
import type { TimeRange } from '../model/time-range.ts';
import { JoinedWindows, type WindowStretch } from './join-windows.ts';
import type { MadeWindows } from './make-windows.ts';
import { union } from './ranges.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { windowEndOf } from './tiers.ts';

/** Windows that are added to others of the same series. */
export interface AddedWindows {
  /** By width, where they are. */
  readonly ranges: ReadonlyMap<Millis, readonly TimeRange[]>;
  /** Samples of windows that are not added, and are not those that are there. */
  readonly leftOut: number;
}

/**
 * Of windows that were made of what is left of a unit, and of what has come since, those that nothing is in the place of: what is there
 * stays, for it says something of samples that have gone. None is added within a wider one that is there, so that all widths say the same.
 */
export function addedTo(there: ReadonlyMap<Millis, readonly WindowStretch[]>, made: MadeWindows, mainWidthMs: Millis): AddedWindows {
  const joined = Array.from(there, ([widthMs, stretches]) => new JoinedWindows(widthMs, stretches));
  const taken = joined.map(({ widthMs, endMs }) => ({ widthMs, ends: new Set(endMs) }));
  const isFree = (endMs: Millis, ofMs: Millis) =>
    taken.every(({ widthMs, ends }) => widthMs < ofMs || !ends.has(windowEndOf(endMs, widthMs)));
  const ranges = Array.from(made, ([widthMs, windows]) => {
    const free = Array.from(windows?.endMs ?? []).filter((endMs) => isFree(endMs, widthMs));
    return [widthMs, union(free.map((endMs) => ({ fromMs: endMs - widthMs, toMs: endMs })))] as const;
  });
  const main = made.get(mainWidthMs) ?? null;
  const kept = joined.find(({ widthMs }) => widthMs === mainWidthMs) ?? null;
  let leftOut = 0;
  for (let i = 0; main !== null && i < main.length; i++) {
    if (!isFree(main.endMs[i], mainWidthMs) && !isIn(kept, main, i)) leftOut += main.count[i];
  }
  return { ranges: new Map(ranges), leftOut };
}

/** Is window `i` there already, of the same samples as far as that shows? */
function isIn(there: RolledColumns | null, windows: RolledColumns, i: number): boolean {
  const at = there?.endMs.indexOf(windows.endMs[i]) ?? -1;
  return there !== null && at >= 0 && TELLING.every((name) => Object.is(there[name][at], windows[name][i]));
}

const TELLING = ['count', 'firstMs', 'lastMs', 'first', 'last', 'min', 'max'] as const;
