import type { Millis } from '@tidemark/base';
import type { TimeRange } from '../model/time-range.ts';
import type { Tiers } from '../query/queryable.ts';
import { LEVELS, levelOf, unitsAround } from './levels.ts';
import { union, withoutAll } from './ranges.ts';
import type { RollupState } from './rollup-state.ts';
import { FINEST_MS, TIERS } from './tiers.ts';

/** What of one tenant is where: both ends of ranges of times are their own. */
export interface Holders {
  readonly state: RollupState;
  /** Of samples. */
  readonly live: readonly unknown[];
  /** Between which times samples are that are not in blocks. */
  readonly inMemory: readonly TimeRange[];
  /** By width: between which times something was deleted that is in windows still. */
  readonly deleted: (widthMs: Millis) => readonly TimeRange[];
}

/**
 * What one tenant has in each resolution. Windows count where they were made and are what samples say: not where something has come, or
 * was deleted, since. Raw samples are there where none have gone. Where there never was anything nothing is missing: what has all that is known
 * of reaches back for ever.
 */
export function tiersHeld({ state, live, inMemory, deleted }: Holders): Tiers[] {
  if (live.length + inMemory.length + Object.keys(state.made).length === 0) return [];
  const memory = inMemory.map(openStart);
  const { gone, thinned } = state;
  const held: Tiers[] = [{ widthMs: 0, ranges: withoutAll([ALWAYS], gone[0] ?? []), ...(thinned.length > 0 && { thinned }) }];
  for (const { widthMs } of TIERS) {
    const own = state.made[widthMs] ?? [];
    const whole = (range: TimeRange) => wholeUnits(range, widthMs);
    const missing = withoutAll(union(knownAt(state, widthMs).map(whole)), own);
    const untrue = [...memory, ...dueBelow(state, widthMs), ...deleted(widthMs).map(openStart)].map(whole);
    const lacking = [...missing, ...untrue];
    const there = openToPast(withoutAll(hull(own), lacking), lacking);
    if (there.length > 0) held.push({ widthMs, ranges: there, ...(widthMs === FINEST_MS && { slow: state.slow }) });
  }
  return held;
}

const ALWAYS: TimeRange = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Units of which something is, or was, there: as finely as windows of that width are made, for those above may reach over times without anything. */
function knownAt({ gone, made }: RollupState, widthMs: Millis): TimeRange[] {
  const { unitMs } = levelOf(widthMs);
  const widths = LEVELS.filter((level) => level.unitMs <= unitMs).flatMap((level) => level.widthsMs);
  return [...Object.values(gone).flat(), ...widths.flatMap((each) => made[each] ?? [])];
}

/** What is to be made anew, here or below. */
function dueBelow({ due }: RollupState, widthMs: Millis): TimeRange[] {
  return LEVELS.filter(({ fromWidthMs }) => fromWidthMs < widthMs).flatMap(({ fromWidthMs }) => due[fromWidthMs] ?? []);
}

/** A range of times whose ends are both its own, as windows have it. */
function openStart({ fromMs, toMs }: TimeRange): TimeRange {
  return { fromMs: fromMs - 1, toMs };
}

/** What is kept of the windows of a unit is decided by all of its samples. */
function wholeUnits({ fromMs, toMs }: TimeRange, widthMs: Millis): TimeRange {
  return unitsAround({ fromMs: fromMs + 1, toMs }, levelOf(widthMs));
}

function openToPast(ranges: readonly TimeRange[], lacking: readonly TimeRange[]): TimeRange[] {
  return ranges.map((range, i) =>
    i === 0 && lacking.every(({ fromMs }) => fromMs >= range.fromMs) ? { ...range, fromMs: Number.NEGATIVE_INFINITY } : range,
  );
}

function hull(ranges: readonly TimeRange[]): TimeRange[] {
  if (ranges.length === 0) return [];
  return [{ fromMs: Math.min(...ranges.map(({ fromMs }) => fromMs)), toMs: Math.max(...ranges.map(({ toMs }) => toMs)) }];
}
