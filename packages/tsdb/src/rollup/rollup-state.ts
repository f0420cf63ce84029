import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';
import type { TimeRange } from '../model/time-range.ts';
import { LEVELS, levelOf, rangeOf, unitsAround } from './levels.ts';
import { intersection, union, withoutAll } from './ranges.ts';
import { type Thinned, type Thinning, thinnedAfter, withTimes } from './thinned.ts';
import { FINEST_MS } from './tiers.ts';

/**
 * What is known of one tenant's windows beside the blocks that hold them. It is written with each change of blocks, in one step. Ranges are
 * of windows: the start is not theirs.
 *
 *   due      by what windows are made from (0: samples): units of which something is there that no windows were made from
 *   gone     by the same: times of which something is not there any more. What was made of it stays
 *   thinned  where samples of only some series have gone, and of which
 *   made     by width: times of which windows are there, made of all that there was
 *   slow     units of which some series have no windows of a minute: these are made of samples, while they are there
 *
 * Windows say what samples say where they were made and nothing is due.
 */
export interface RollupState {
  readonly due: RangesByWidth;
  readonly gone: RangesByWidth;
  readonly thinned: readonly Thinned[];
  readonly made: RangesByWidth;
  readonly slow: readonly TimeRange[];
}

/** Rising, apart. Nothing where a width is not named. */
export type RangesByWidth = Readonly<Record<Millis, readonly TimeRange[]>>;

export const NO_ROLLUPS: RollupState = { due: {}, gone: {}, thinned: [], made: {}, slow: [] };

/** What a block is about. */
export type Extent = Pick<BlockMeta, 'tenant' | 'resolutionMs' | 'windowMs' | 'fromMs' | 'toMs'>;

interface Described {
  readonly meta: Extent;
}

/** What a change of blocks means for windows. */
export type Effect =
  /** None: the same is in other blocks. */
  | { readonly kind: 'same' }
  /** What is in new blocks of samples was in none before. */
  | { readonly kind: 'came' }
  /** Of what was removed nothing is there any more, or not all series are: `thinning` says which, null that it may be any. Slow ones may be all there. */
  | GoneEffect
  /** What was removed cannot be read. */
  | { readonly kind: 'damaged' }
  | RolledEffect;

export interface GoneEffect {
  readonly kind: 'gone';
  readonly keepsSlow: boolean;
  readonly thinning: Thinning | null;
}

export interface RolledEffect {
  readonly kind: 'rolled';
  readonly tenant: string;
  readonly fromWidthMs: Millis;
  readonly units: readonly RolledUnit[];
}

/** Windows were made of all that is there of a unit. */
export interface RolledUnit {
  readonly unit: TimeRange;
  /** Those widths that are kept. */
  readonly widthsMs: readonly Millis[];
  readonly hasSlow: boolean;
}

export interface BlockChange {
  readonly add: readonly Described[];
  readonly remove: readonly Described[];
  readonly effect: Effect;
}

/** Of one tenant, whose blocks alone are given; `live` are those after the change, null when not all of them are known. */
export function stateAfter(before: RollupState, { add, remove, effect }: BlockChange, live: readonly Described[] | null): RollupState {
  let after = before;
  switch (effect.kind) {
    case 'same':
      break;
    case 'came':
      for (const { meta } of add) after = withDue(after, 0, unitsAround(meta, LEVELS[0]));
      break;
    case 'gone':
      for (const { meta } of remove) after = withoutSource(after, meta, effect, add.length > 0);
      break;
    case 'damaged':
      for (const { meta } of remove) {
        after = withoutSource(after, meta, { keepsSlow: false, thinning: null }, false);
        // What can be made anew is.
        if (meta.resolutionMs > 0) after = withDue(after, levelOf(meta.resolutionMs).fromWidthMs, rangeOf(meta));
      }
      break;
    case 'rolled':
      for (const unit of effect.units) after = rolledAfter(after, effect.fromWidthMs, unit);
  }
  return live === null ? after : pruned(after, live);
}

/** What can be said of blocks of which no more is known than what they are: windows stay, and what they do not have is added. */
export function stateOfBlocks(blocks: readonly Described[]): RollupState {
  const made = (widthMs: Millis) => union(blocks.filter(({ meta }) => meta.resolutionMs === widthMs).map(({ meta }) => rangeOf(meta)));
  const ofLevels = (rangesOf: (level: (typeof LEVELS)[number]) => readonly TimeRange[]) =>
    Object.fromEntries(LEVELS.map((level) => [level.fromWidthMs, rangesOf(level)]));
  const due = ofLevels((level) =>
    union(blocks.filter(({ meta }) => meta.resolutionMs === level.fromWidthMs).map(({ meta }) => unitsAround(meta, level))),
  );
  const gone = ofLevels(({ widthsMs }) => union(widthsMs.flatMap(made)));
  // Nobody knows of minutes which series are left out.
  const widthsMs = LEVELS.flatMap((level) => level.widthsMs).filter((widthMs) => widthMs !== FINEST_MS);
  return { due, gone, thinned: [], made: Object.fromEntries(widthsMs.map((widthMs) => [widthMs, made(widthMs)])), slow: [] };
}

export function isMet(ranges: readonly TimeRange[] = [], { fromMs, toMs }: TimeRange): boolean {
  return ranges.some((range) => range.fromMs < toMs && fromMs < range.toMs);
}

function withoutSource(
  state: RollupState,
  meta: Extent,
  { keepsSlow, thinning }: Omit<GoneEffect, 'kind'>,
  isThinned: boolean,
): RollupState {
  const { resolutionMs } = meta;
  const isRaw = resolutionMs === 0;
  const range = isRaw ? unitsAround(meta, LEVELS[0]) : rangeOf(meta);
  let { gone, thinned, made } = state;
  const level = LEVELS.find(({ fromWidthMs }) => fromWidthMs === resolutionMs);
  if (level !== undefined) {
    // A block may reach over units of which it has nothing.
    const had = [state.due[resolutionMs], state.made[isRaw ? level.mainWidthMs : resolutionMs], ...Object.values(gone)].flatMap(
      (each) => each ?? [],
    );
    const lost = intersection(union(had), [range]);
    if (isRaw) thinned = thinnedAfter(thinned, thinning, lost, gone[0] ?? []);
    gone = changed(gone, resolutionMs, (all) => union([...all, ...lost]));
  }
  if (isRaw && !keepsSlow) made = changed(made, FINEST_MS, (all) => withoutAll(all, intersection([range], state.slow)));
  if (!isRaw && !isThinned) made = changed(made, resolutionMs, (all) => withoutAll(all, [range]));
  return { ...state, gone, thinned, made };
}

function rolledAfter(state: RollupState, fromWidthMs: Millis, { unit, widthsMs, hasSlow }: RolledUnit): RollupState {
  const level = LEVELS.find((each) => each.fromWidthMs === fromWidthMs) as (typeof LEVELS)[number];
  const isWhole = !isMet(state.gone[fromWidthMs], unit);
  let { due, gone, made, slow } = state;
  due = changed(due, fromWidthMs, (all) => withoutAll(all, [unit]));
  for (const widthMs of isWhole ? level.widthsMs : []) {
    const isThere = widthsMs.includes(widthMs);
    made = changed(made, widthMs, (all) => (isThere ? union([...all, unit]) : withoutAll(all, [unit])));
    if (isThere && gone[widthMs] !== undefined) gone = changed(gone, widthMs, (all) => withoutAll(all, [unit]));
  }
  if (hasSlow) slow = union([...slow, unit]);
  else if (isWhole && level.widthsMs.includes(FINEST_MS)) slow = withoutAll(slow, [unit]);
  const above = LEVELS.find((each) => widthsMs.includes(each.fromWidthMs));
  const after = { ...state, due, gone, made, slow };
  return above === undefined ? after : withDue(after, above.fromWidthMs, unitsAround({ fromMs: unit.fromMs + 1, toMs: unit.toMs }, above));
}

function withDue(state: RollupState, fromWidthMs: Millis, units: TimeRange): RollupState {
  return { ...state, due: changed(state.due, fromWidthMs, (all) => union([...all, units])) };
}

/** Nothing is due of what is not there, and nothing is said of times of which nothing is. */
function pruned({ due, gone, thinned, made, slow }: RollupState, live: readonly Described[]): RollupState {
  const days = union(live.map(({ meta }) => unitsAround(meta, LEVELS[LEVELS.length - 1])));
  const all = days.length === 0 ? [] : [{ fromMs: days[0].fromMs, toMs: days[days.length - 1].toMs }];
  const isThere = (ranges: readonly TimeRange[]) => intersection(ranges, all);
  const sources = Object.fromEntries(
    LEVELS.map((level) => [
      level.fromWidthMs,
      union(live.filter(({ meta }) => meta.resolutionMs === level.fromWidthMs).map(({ meta }) => unitsAround(meta, level))),
    ]),
  );
  return {
    due: mapped(due, (ranges, widthMs) => intersection(ranges, sources[widthMs])),
    gone: mapped(gone, isThere),
    thinned: withTimes(thinned, isThere),
    made: mapped(made, isThere),
    slow: isThere(slow),
  };
}

function changed(all: RangesByWidth, widthMs: Millis, change: (ranges: readonly TimeRange[]) => readonly TimeRange[]): RangesByWidth {
  return { ...all, [widthMs]: change(all[widthMs] ?? []) };
}

/** Without what is empty. */
function mapped(all: RangesByWidth, change: (ranges: readonly TimeRange[], widthMs: Millis) => readonly TimeRange[]): RangesByWidth {
  const entries = Object.entries(all).map(([widthMs, ranges]) => [widthMs, change(ranges, Number(widthMs))] as const);
  return Object.fromEntries(entries.filter(([, ranges]) => ranges.length > 0));
}
