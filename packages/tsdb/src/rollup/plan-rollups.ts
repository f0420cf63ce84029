import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';
import { WINDOW_MS } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { holds, LEVELS, type Level, rangeOf, reaches, unitsIn } from './levels.ts';
import { isMet, type RollupState } from './rollup-state.ts';

/**
 * Which windows are to be made, and from what: those of units that are due.
 *
 * Windows are made once nothing more is expected for the unit: it is over, what memory has of it is in blocks, and what they are made from
 * is not to be made anew itself. What is deleted goes at once.
 *
 * No clock, no disk.
 */
export interface RollupRules {
  readonly nowMs: Millis;
  /** Has the head samples between these times (the second one excluded)? */
  readonly isOpen: (fromMs: Millis, toMs: Millis) => boolean;
  /** So long after its end samples of a unit may still come. */
  readonly lateMs: Millis;
  /** Is a window of that width that ends then to be kept at all? */
  readonly isKept: (widthMs: Millis, endMs: Millis) => boolean;
  /** Between which times something is deleted of a block. */
  readonly deletedOf: (meta: BlockMeta) => readonly TimeRange[];
}

interface Planned {
  readonly meta: BlockMeta;
}

/** What there is of one tenant. */
export interface RollupBlocks<B> {
  /** Of samples, in the order that settles equal times. */
  readonly live: readonly B[];
  /** Of windows. */
  readonly rolled: readonly B[];
  readonly state: RollupState;
}

/** Windows of one width that are to be written, into a block of their own or in place of one. */
export interface RollupOutput<B> {
  readonly widthMs: Millis;
  readonly replaces: B | null;
  /** Those of which windows are made; others are taken over, without what is deleted. */
  readonly units: readonly PlannedUnit[];
}

export interface PlannedUnit extends TimeRange {
  /** Of something that windows were made of there is nothing any more: those that are there stay, and what they do not have is added. */
  readonly isPartial: boolean;
}

export interface RollupJob<B> {
  readonly level: Level;
  readonly units: readonly PlannedUnit[];
  /** What the units' windows are made from, in their order. */
  readonly sources: readonly B[];
  readonly outputs: readonly RollupOutput<B>[];
}

/** The next one, the oldest of the first level first; null when all is as it should be. */
export function planRollup<B extends Planned>(blocks: RollupBlocks<B>, rules: RollupRules): RollupJob<B> | null {
  const { rolled, state } = blocks;
  const waiting: TimeRange[] = [];
  for (const level of LEVELS) {
    const erased = rolled.find(({ meta }) => level.widthsMs.includes(meta.resolutionMs) && rules.deletedOf(meta).length > 0);
    if (erased !== undefined) return jobOf(level, blocks, unitsOfDeleted(erased.meta, level, rules), erased, rules);
    const below = waiting.slice();
    for (const unit of dueUnits(state, level, rules)) {
      if (isOver(unit, rules) && !below.some((each) => holds(unit, each))) return jobOf(level, blocks, [unit], null, rules);
      waiting.push(unit);
    }
  }
  return null;
}

/** Those that are to be made, now or later, rising. */
export function dueUnits({ due }: RollupState, level: Level, { isKept }: Pick<RollupRules, 'isKept'>): TimeRange[] {
  return unitsIn(due[level.fromWidthMs] ?? [], level).filter(({ toMs }) => isKept(level.mainWidthMs, toMs));
}

/** The sample at its very end is the first of the window behind it. */
function isOver(unit: TimeRange, { nowMs, lateMs, isOpen }: RollupRules): boolean {
  return nowMs >= unit.toMs + lateMs && !isOpen(unit.fromMs, unit.toMs + WINDOW_MS);
}

function unitsOfDeleted(meta: BlockMeta, level: Level, { deletedOf }: RollupRules): TimeRange[] {
  const deleted = deletedOf(meta);
  return unitsIn([rangeOf(meta)], level).filter((unit) => deleted.some((range) => reaches(range, unit)));
}

/** `erased` is written anew in any case. */
function jobOf<B extends Planned>(
  level: Level,
  { live, rolled, state }: RollupBlocks<B>,
  due: readonly TimeRange[],
  erased: B | null,
  { isKept }: RollupRules,
): RollupJob<B> {
  const { fromWidthMs } = level;
  const units = due.map((unit) => ({ ...unit, isPartial: isMet(state.gone[fromWidthMs], unit) }));
  const all = fromWidthMs === 0 ? live : rolled.filter(({ meta }) => meta.resolutionMs === fromWidthMs);
  const sources = all.filter(({ meta }) => units.some((unit) => reaches(meta, unit)));
  const outputs = level.widthsMs.flatMap((widthMs) => {
    const places = new Map<B | null, PlannedUnit[]>();
    if (erased?.meta.resolutionMs === widthMs) places.set(erased, []);
    for (const unit of units) {
      if (!isKept(widthMs, unit.toMs)) continue;
      const place = rolled.find(({ meta }) => meta.resolutionMs === widthMs && holds(rangeOf(meta), unit)) ?? null;
      places.set(place, [...(places.get(place) ?? []), unit]);
    }
    return Array.from(places).flatMap(([replaces, own]): RollupOutput<B>[] =>
      replaces === null ? own.map((unit) => ({ widthMs, replaces, units: [unit] })) : [{ widthMs, replaces, units: own }],
    );
  });
  return { level, units, sources, outputs };
}
