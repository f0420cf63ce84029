import { WINDOW_MS } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { RolledRequest, SelectedSeries } from '../query/queryable.ts';
import { rollSamples } from './aggregate.ts';
import { stretchIn, type WindowStretch } from './join-windows.ts';
import { LEVELS, rangeOf, unitsIn } from './levels.ts';
import { intersection, withoutAll } from './ranges.ts';
import { isMet } from './rollup-state.ts';
import { kindOf } from './series-kind.ts';
import { FINEST_MS } from './tiers.ts';
import type { FoundSeries } from './visit-rolled.ts';

/**
 * Series that are scraped slowly have no windows of a minute: these are made of samples when they are asked for, unit by unit. In a unit
 * a series has windows, or is slow, or is not there.
 */

/** The units of what is asked that leave series out. */
export function slowUnits(slow: readonly TimeRange[], { range, widthMs }: RolledRequest): TimeRange[] {
  if (widthMs !== FINEST_MS) return [];
  return unitsIn(slow, LEVELS[0]).filter((unit) => isMet([range], unit));
}

/** Has the series so many windows that there is no unit in which it has none? */
export async function isNowhereSlow(found: FoundSeries | undefined, units: readonly TimeRange[]): Promise<boolean> {
  let missing = units.length * WINDOWS_OF_UNIT;
  for (const [{ index, block }, id] of found?.ids ?? []) {
    const { chunks } = (await index.entry(id)).run;
    const others = unitsIn([rangeOf(block.meta)], LEVELS[0]).filter((unit) => !units.some(({ fromMs }) => fromMs === unit.fromMs));
    missing -= Math.max(0, chunks.reduce((sum, { count }) => sum + count, 0) - others.length * WINDOWS_OF_UNIT);
  }
  return missing < WINDOWS_OF_UNIT;
}

const WINDOWS_OF_UNIT = WINDOW_MS / FINEST_MS;

/** The windows of a series' samples, in each of the units. */
export function madeOfSamples(
  { labels, samples }: SelectedSeries,
  units: readonly TimeRange[],
  { range, widthMs }: Pick<RolledRequest, 'range' | 'widthMs'>,
): WindowStretch[] {
  const windows = rollSamples(samples, widthMs, kindOf(labels.name, samples.values));
  return intersection(units, [range]).map((part) => stretchIn(windows, part));
}

/** A series' windows, and in units without any those that were made of its samples; in rising time. */
export function filledWith(stretches: readonly WindowStretch[], made: readonly WindowStretch[]): WindowStretch[] {
  const missing = made.filter(({ range }) => stretches.every(({ windows }) => isEmpty(stretchIn(windows, range))));
  const others = stretches.flatMap(({ windows, range }) =>
    withoutAll(
      [range],
      missing.map((unit) => unit.range),
    ).map((part) => stretchIn(windows, part)),
  );
  return [...others, ...missing].sort((a, b) => a.range.fromMs - b.range.fromMs);
}

function isEmpty({ from, to }: WindowStretch): boolean {
  return from === to;
}
