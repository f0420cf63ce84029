import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';
import { WINDOW_MS } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Tiers } from '../query/queryable.ts';
import { levelOf, type RollupBlocks, rangeOf, stateOf, unitsOf } from './plan-rollups.ts';
import { union, without } from './ranges.ts';
import { FINEST_MS, TIERS, windowEndOf } from './tiers.ts';

interface Planned {
  readonly meta: BlockMeta;
}

/**
 * What one tenant's blocks, and what of it is in memory, have in each resolution. Windows count where they are what samples say: not
 * where something has come, or was deleted, since they were made. Raw samples count where none have gone.
 *
 * `inMemory`: between which times samples are that are not in blocks.
 */
export function tiersHeld<B extends Planned>(blocks: RollupBlocks<B>, inMemory: readonly TimeRange[]): Tiers[] {
  const { live, rolled } = blocks;
  const rawRanges = live.map(({ meta }) => openStart(meta));
  const held = [{ widthMs: 0, ranges: cut(hull([...rawRanges, ...inMemory.map(openStart)]), goneOf(blocks)) }];
  for (const { widthMs } of TIERS) {
    const own = rolled.filter(({ meta }) => meta.resolutionMs === widthMs).map(({ meta }) => rangeOf(meta));
    const others = rolled.filter(({ meta }) => meta.resolutionMs !== widthMs).map(({ meta }) => rangeOf(meta));
    // Where there is nothing at all, nothing is missing.
    const missing = cut(union([...rawRanges.map((range) => wholeWindows(range, widthMs)), ...others]), own);
    const untrue = [
      ...inMemory.map((range) => wholeWindows(openStart(range), widthMs)),
      ...staleOf(blocks, widthMs),
      ...(widthMs === FINEST_MS ? slowAndGone(blocks) : []),
    ];
    held.push({ widthMs, ranges: cut(hull(own), [...missing, ...untrue]) });
  }
  return held.filter(({ ranges }) => ranges.length > 0);
}

/** Units of which the windows are not what raw samples, or finer windows, say. */
function staleOf<B extends Planned>(blocks: RollupBlocks<B>, widthMs: Millis): TimeRange[] {
  const level = levelOf(widthMs);
  const sources = level.fromWidthMs === 0 ? blocks.live : blocks.rolled.filter(({ meta }) => meta.resolutionMs === level.fromWidthMs);
  const own = unitsOf(sources, level).filter((unit) => stateOf(unit, level, blocks) === 'stale');
  // What is to be made anew below will be made anew here.
  return level.fromWidthMs === 0 ? own : [...own, ...staleOf(blocks, level.fromWidthMs)];
}

/** Times of which raw samples were in blocks and are not, or not all of them. */
export function goneOf<B extends Planned>({ live, rolled, recordOf }: RollupBlocks<B>): TimeRange[] {
  const ids = new Set([...live, ...rolled].map(({ meta }) => meta.id));
  const sources = rolled.flatMap(({ meta }) => recordOf(meta.id)?.sources ?? []);
  // Where windows of five minutes have gone raw samples had gone before.
  return sources.filter(({ id, isThinned }) => isThinned || !ids.has(id)).map((range) => wholeWindows(range, WINDOW_MS));
}

/** Series that are scraped slowly have no windows of a minute: without raw samples there is nothing to make them from. */
function slowAndGone<B extends Planned>({ live, rolled, recordOf }: RollupBlocks<B>): TimeRange[] {
  const ids = new Set(live.map(({ meta }) => meta.id));
  const withSlow = rolled.filter(({ meta }) => meta.resolutionMs === FINEST_MS && recordOf(meta.id)?.slowSeries !== 0);
  return withSlow.filter(({ meta }) => recordOf(meta.id)?.sources.some(({ id }) => !ids.has(id)) ?? true).map(({ meta }) => rangeOf(meta));
}

/** A range of times whose ends are both its own, as windows have it. */
function openStart({ fromMs, toMs }: TimeRange): TimeRange {
  return { fromMs: fromMs - 1, toMs };
}

function wholeWindows({ fromMs, toMs }: TimeRange, widthMs: Millis): TimeRange {
  return { fromMs: Math.floor(fromMs / widthMs) * widthMs, toMs: windowEndOf(toMs, widthMs) };
}

function hull(ranges: readonly TimeRange[]): TimeRange[] {
  if (ranges.length === 0) return [];
  return [{ fromMs: Math.min(...ranges.map(({ fromMs }) => fromMs)), toMs: Math.max(...ranges.map(({ toMs }) => toMs)) }];
}

function cut(ranges: readonly TimeRange[], cuts: readonly TimeRange[]): TimeRange[] {
  return cuts.reduce<TimeRange[]>(without, [...ranges]);
}
