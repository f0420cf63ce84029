import type { Block } from '../block/block.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { RolledRequest, SelectedSeries } from '../query/queryable.ts';
import { rollSamples } from './aggregate.ts';
import { stretchIn, type WindowStretch } from './join-windows.ts';
import { rangeOf } from './plan-rollups.ts';
import { kindOf } from './series-kind.ts';
import { FINEST_MS } from './tiers.ts';
import type { FoundSeries } from './visit-rolled.ts';

/** Of the blocks that a request for windows asks, those that leave series out, for these are scraped too slowly. */
export function leavingOut(blocks: readonly Block[], slowSeriesOf: (block: Block) => number | null, { widthMs }: RolledRequest): Block[] {
  return widthMs === FINEST_MS ? blocks.filter((block) => slowSeriesOf(block) !== 0) : [];
}

/** The times that the blocks are asked for. */
export function rangeOfAll(blocks: readonly Block[], { range }: RolledRequest): TimeRange {
  const ranges = blocks.map(({ meta }) => rangeOf(meta));
  return {
    fromMs: Math.max(range.fromMs, Math.min(...ranges.map(({ fromMs }) => fromMs))) + 1,
    toMs: Math.min(range.toMs, Math.max(...ranges.map(({ toMs }) => toMs))),
  };
}

/** Is the series in all of the blocks? */
export function isInAll(blocks: readonly Block[], found: FoundSeries | undefined): boolean {
  const has = new Set(Array.from(found?.ids.keys() ?? [], ({ block }) => block));
  return blocks.every((block) => has.has(block));
}

/** The windows of a series in the blocks that do not have it, made from its raw samples. */
export function madeFromRaw(
  { labels, samples }: SelectedSeries,
  blocks: readonly Block[],
  found: FoundSeries | undefined,
  { range, widthMs }: RolledRequest,
): WindowStretch[] {
  const has = new Set(Array.from(found?.ids.keys() ?? [], ({ block }) => block));
  const windows = rollSamples(samples, widthMs, kindOf(labels.name, samples.values));
  const ranges = blocks.filter((block) => !has.has(block)).map(({ meta }) => rangeOf(meta));
  return ranges.map(({ fromMs, toMs }) => stretchIn(windows, { fromMs: Math.max(fromMs, range.fromMs), toMs: Math.min(toMs, range.toMs) }));
}
