import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';
import { WINDOW_MS } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { meets, type RollupRecord, reaches, uncovered } from './sources.ts';
import { TIERS } from './tiers.ts';

/**
 * Which windows are to be made, and from what. Time is cut into units, aligned to the epoch: of two hours for what is made from raw samples,
 * of a day for what is made from windows of five minutes. A unit is (start, end], as windows are: the sample at its very end lies in
 * the raw block behind it.
 *
 *   nothing   there is nothing to make windows from, and none are there
 *   missing   there are no windows
 *   whole     windows were made from all that is there
 *   stale     something has come since, or was deleted: they are made anew
 *   kept      something that they were made from is gone: they stay as they are, but for what is deleted
 *
 * Windows are made once nothing more is expected for the unit: it is over, and what memory has of it is in blocks. What is deleted goes at once.
 *
 * No clock, no disk.
 */
export interface Level {
  readonly unitMs: Millis;
  /** What its windows are made from: 0 is raw samples. */
  readonly fromWidthMs: Millis;
  readonly widthsMs: readonly Millis[];
  /** The width that every series has: it says what the state of a unit is. */
  readonly mainWidthMs: Millis;
}

const DAY_MS = 24 * 3_600_000;
const [MINUTE, FIVE_MINUTES, HOUR, DAY] = TIERS;

export const LEVELS: readonly Level[] = [
  { unitMs: WINDOW_MS, fromWidthMs: 0, widthsMs: [MINUTE.widthMs, FIVE_MINUTES.widthMs], mainWidthMs: FIVE_MINUTES.widthMs },
  { unitMs: DAY_MS, fromWidthMs: FIVE_MINUTES.widthMs, widthsMs: [HOUR.widthMs, DAY.widthMs], mainWidthMs: HOUR.widthMs },
];

export function levelOf(widthMs: Millis): Level {
  return LEVELS.find((level) => level.widthsMs.includes(widthMs)) as Level;
}

/** The units of which a block of windows has all windows. */
export function rangeOf({ windowMs, toMs, resolutionMs }: BlockMeta): TimeRange {
  return { fromMs: windowMs, toMs: unitEndOf(toMs, levelOf(resolutionMs)) };
}

interface Planned {
  readonly meta: BlockMeta;
}

/** What there is. */
export interface RollupBlocks<B> {
  /** Of samples, in the order that settles equal times. */
  readonly live: readonly B[];
  /** Of windows. */
  readonly rolled: readonly B[];
  /** Null when it is not known what windows were made from. */
  readonly recordOf: (id: string) => RollupRecord | null;
}

export interface RollupRules {
  readonly nowMs: Millis;
  /** Has the head samples between these times (the second one excluded)? */
  readonly isOpen: (tenant: string, fromMs: Millis, toMs: Millis) => boolean;
  /** So long after its end samples of a unit may still come. */
  readonly lateMs: (tenant: string) => Millis;
  /** Is a window of that width that ends then to be kept at all? */
  readonly isKept: (tenant: string, widthMs: Millis, endMs: Millis) => boolean;
  /** Between which times something is deleted of a block. */
  readonly deletedOf: (meta: BlockMeta) => readonly TimeRange[];
  /** Has it been found that these blocks have no samples in the unit? */
  readonly isEmpty: (unit: TimeRange, sources: readonly { readonly meta: BlockMeta }[]) => boolean;
}

/** Windows of one width that are to be written, into a block of their own or in place of one. */
export interface RollupOutput<B> {
  readonly widthMs: Millis;
  readonly replaces: B | null;
  /** Those of which windows are made; others are taken over, without what is deleted. */
  readonly units: readonly TimeRange[];
}

export interface RollupJob<B> {
  readonly tenant: string;
  readonly level: Level;
  readonly units: readonly TimeRange[];
  /** What the units' windows are made from, in their order. */
  readonly sources: readonly B[];
  readonly outputs: readonly RollupOutput<B>[];
}

export type UnitState = 'nothing' | 'missing' | 'whole' | 'stale' | 'kept';

/** The next one, the oldest of the first level first; null when all is as it should be. */
export function planRollup<B extends Planned>(all: RollupBlocks<B>, rules: RollupRules): RollupJob<B> | null {
  const tenants = new Set([...all.live, ...all.rolled].map(({ meta }) => meta.tenant));
  for (const tenant of tenants) {
    const blocks = blocksOf(all, tenant);
    const waiting: TimeRange[] = [];
    for (const level of LEVELS) {
      const job = planLevel(tenant, level, blocks, waiting, rules);
      if (job !== null) return job;
    }
  }
  return null;
}

export function blocksOf<B extends Planned>({ live, rolled, recordOf }: RollupBlocks<B>, tenant: string): RollupBlocks<B> {
  const own = ({ meta }: B) => meta.tenant === tenant;
  return { live: live.filter(own), rolled: rolled.filter(own), recordOf };
}

/** `waiting` gathers the units that will be made later: what is made from them waits too. */
function planLevel<B extends Planned>(
  tenant: string,
  level: Level,
  blocks: RollupBlocks<B>,
  waiting: TimeRange[],
  rules: RollupRules,
): RollupJob<B> | null {
  const sources = sourcesOf(blocks, level);
  const erased = blocks.rolled.find(({ meta }) => level.widthsMs.includes(meta.resolutionMs) && rules.deletedOf(meta).length > 0);
  if (erased !== undefined) return jobOf(tenant, level, blocks, staleUnits(erased.meta, level, blocks, rules), erased, rules);
  const before = waiting.slice();
  for (const unit of unitsOf(sources, level)) {
    const state = stateOf(unit, level, blocks);
    if (state !== 'missing' && state !== 'stale') continue;
    if (state === 'missing' && !rules.isKept(tenant, level.mainWidthMs, unit.toMs)) continue;
    const from = sources.filter(({ meta }) => reaches(meta, unit));
    if (state === 'missing' && rules.isEmpty(unit, from)) continue;
    if (isOver(tenant, unit, rules) && !before.some((each) => holds(unit, each))) return jobOf(tenant, level, blocks, [unit], null, rules);
    waiting.push(unit);
  }
  return null;
}

/** Of one unit, as the windows of the level's main width tell. */
export function stateOf<B extends Planned>(unit: TimeRange, level: Level, blocks: RollupBlocks<B>): UnitState {
  const sources = sourcesOf(blocks, level).filter(({ meta }) => reaches(meta, unit));
  const windows = blocks.rolled.find(({ meta }) => meta.resolutionMs === level.mainWidthMs && holds(rangeOf(meta), unit));
  if (windows === undefined) return sources.length === 0 ? 'nothing' : 'missing';
  const record = blocks.recordOf(windows.meta.id);
  if (record === null) return 'kept';
  const made = record.sources.filter((source) => meets(source, unit));
  const live = new Set(sources.map(({ meta }) => meta.id));
  if (made.some(({ id, isThinned }) => isThinned || !live.has(id))) return 'kept';
  return sources.every(({ meta }) => uncovered(meta, unit, made).length === 0) ? 'whole' : 'stale';
}

/** The sample at its very end is the first of the window behind it. */
function isOver(tenant: string, unit: TimeRange, rules: RollupRules): boolean {
  return rules.nowMs >= unit.toMs + rules.lateMs(tenant) && !rules.isOpen(tenant, unit.fromMs, unit.toMs + WINDOW_MS);
}

/** The units of a block of which something is deleted, as far as they can be made anew. */
function staleUnits<B extends Planned>(meta: BlockMeta, level: Level, blocks: RollupBlocks<B>, { deletedOf }: RollupRules): TimeRange[] {
  const live = new Set(sourcesOf(blocks, level).map((source) => source.meta.id));
  const sources = blocks.recordOf(meta.id)?.sources ?? [];
  const deleted = deletedOf(meta);
  const { fromMs, toMs } = rangeOf(meta);
  const units: TimeRange[] = [];
  for (let start = fromMs; start < toMs; start += level.unitMs) {
    const unit = { fromMs: start, toMs: start + level.unitMs };
    const made = sources.filter((source) => meets(source, unit));
    const canBeMade = made.length > 0 && made.every(({ id, isThinned }) => live.has(id) && !isThinned);
    if (canBeMade && deleted.some((range) => reaches(range, unit))) units.push(unit);
  }
  return units;
}

function jobOf<B extends Planned>(
  tenant: string,
  level: Level,
  blocks: RollupBlocks<B>,
  units: readonly TimeRange[],
  erased: B | null,
  { isKept }: RollupRules,
): RollupJob<B> {
  const sources = sourcesOf(blocks, level).filter(({ meta }) => units.some((unit) => reaches(meta, unit)));
  const outputs = level.widthsMs.flatMap((widthMs) => {
    const places = new Map<B | null, TimeRange[]>();
    if (erased?.meta.resolutionMs === widthMs) places.set(erased, []);
    for (const unit of units) {
      if (!isKept(tenant, widthMs, unit.toMs)) continue;
      const place = blocks.rolled.find(({ meta }) => meta.resolutionMs === widthMs && holds(rangeOf(meta), unit)) ?? null;
      places.set(place, [...(places.get(place) ?? []), unit]);
    }
    return Array.from(places).flatMap(([replaces, own]): RollupOutput<B>[] =>
      replaces === null ? own.map((unit) => ({ widthMs, replaces, units: [unit] })) : [{ widthMs, replaces, units: own }],
    );
  });
  return { tenant, level, units, sources, outputs };
}

function sourcesOf<B extends Planned>({ live, rolled }: RollupBlocks<B>, { fromWidthMs }: Level): readonly B[] {
  return fromWidthMs === 0 ? live : rolled.filter(({ meta }) => meta.resolutionMs === fromWidthMs);
}

/** That some of the blocks have something of, rising. */
export function unitsOf<B extends Planned>(sources: readonly B[], level: Level): TimeRange[] {
  const ends = new Set<Millis>();
  for (const { meta } of sources) {
    for (let end = unitEndOf(meta.fromMs, level); end <= unitEndOf(meta.toMs, level); end += level.unitMs) ends.add(end);
  }
  return [...ends].sort((a, b) => a - b).map((end) => ({ fromMs: end - level.unitMs, toMs: end }));
}

/** Is all of a unit in a range of units? */
export function holds(range: TimeRange, unit: TimeRange): boolean {
  return range.fromMs <= unit.fromMs && unit.toMs <= range.toMs;
}

function unitEndOf(atMs: Millis, { unitMs }: Level): Millis {
  return Math.ceil(atMs / unitMs) * unitMs;
}
