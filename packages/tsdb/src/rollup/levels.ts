import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';
import { WINDOW_MS } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { TIERS } from './tiers.ts';

/**
 * In which steps windows are made. Time is cut into units, aligned to the epoch: of two hours for what is made from raw samples, of a day
 * for what is made from windows of five minutes. A unit is (start, end], as windows are: the sample at its very end lies in the raw block
 * behind it.
 */
export interface Level {
  readonly unitMs: Millis;
  /** What its windows are made from: 0 is raw samples. */
  readonly fromWidthMs: Millis;
  /** Rising: each is made from the one before, or in the same pass. */
  readonly widthsMs: readonly Millis[];
  /** The width that every series has. */
  readonly mainWidthMs: Millis;
}

const DAY_MS = 24 * 3_600_000;
const [MINUTE, FIVE_MINUTES, HOUR, DAY] = TIERS;

export const LEVELS: readonly Level[] = [
  { unitMs: WINDOW_MS, fromWidthMs: 0, widthsMs: [MINUTE.widthMs, FIVE_MINUTES.widthMs], mainWidthMs: FIVE_MINUTES.widthMs },
  { unitMs: DAY_MS, fromWidthMs: FIVE_MINUTES.widthMs, widthsMs: [HOUR.widthMs, DAY.widthMs], mainWidthMs: HOUR.widthMs },
];

/** That makes windows of this width. */
export function levelOf(widthMs: Millis): Level {
  return LEVELS.find((level) => level.widthsMs.includes(widthMs)) as Level;
}

/** The units of which a block of windows has all windows that are there. */
export function rangeOf({ windowMs, toMs, resolutionMs }: Pick<BlockMeta, 'windowMs' | 'toMs' | 'resolutionMs'>): TimeRange {
  return { fromMs: windowMs, toMs: unitEndOf(toMs, levelOf(resolutionMs)) };
}

/** As one range, the units that hold what lies between two times, both of which are its own. */
export function unitsAround({ fromMs, toMs }: TimeRange, level: Level): TimeRange {
  return { fromMs: unitEndOf(fromMs, level) - level.unitMs, toMs: unitEndOf(toMs, level) };
}

/** Each unit of ranges that hold whole ones, rising. */
export function unitsIn(ranges: readonly TimeRange[], { unitMs }: Level): TimeRange[] {
  return ranges.flatMap(({ fromMs, toMs }) =>
    Array.from({ length: Math.round((toMs - fromMs) / unitMs) }, (_, i) => ({
      fromMs: fromMs + i * unitMs,
      toMs: fromMs + (i + 1) * unitMs,
    })),
  );
}

/** Is something of a block, whose ends are its own, in a range of windows, whose start is not? */
export function reaches({ fromMs, toMs }: TimeRange, range: TimeRange): boolean {
  return fromMs <= range.toMs && toMs > range.fromMs;
}

/** Is all of a unit in a range of units? */
export function holds(range: TimeRange, unit: TimeRange): boolean {
  return range.fromMs <= unit.fromMs && unit.toMs <= range.toMs;
}

function unitEndOf(atMs: Millis, { unitMs }: Level): Millis {
  return Math.ceil(atMs / unitMs) * unitMs;
}
