import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';
import type { TimeRange } from '../model/time-range.ts';

/** A block that windows were made from, and what of time it has. */
export interface RollupSource {
  readonly id: string;
  readonly fromMs: Millis;
  readonly toMs: Millis;
  /** It has lost series since: nothing can be made from it any more that was made before. */
  readonly isThinned: boolean;
}

/** What the manifest says of a block of windows. */
export interface RollupRecord {
  readonly sources: readonly RollupSource[];
  /** How many series have samples and no windows here, for they are scraped too slowly. */
  readonly slowSeries: number;
}

/**
 * What became of blocks that are no longer live:
 *
 *   merged    what they had is in those that come in their place
 *   thinned   some of their series are
 *   changed   other windows are in their place: what was made from them is to be made anew
 *   dropped   it is gone; what was made from them stays as it is
 */
export type Fate = 'merged' | 'thinned' | 'changed' | 'dropped';

interface Described {
  readonly meta: BlockMeta;
}

/** What the record of windows of `range` says once `removed` are not live any more and `added` are. */
export function recordAfter(record: RollupRecord, range: TimeRange, { removed, added, fate }: Replaced): RollupRecord {
  const gone = new Set(removed.map(({ meta }) => meta.id));
  const { sources } = record;
  if (fate === 'dropped' || !sources.some(({ id }) => gone.has(id))) return record;
  const kept = sources.filter(({ id }) => !gone.has(id));
  const known = new Set(sources.map(({ id }) => id));
  // What was merged with something that the windows were not made from is not what they were made from.
  const isSame = removed.every(({ meta }) => known.has(meta.id) || !reaches(meta, range));
  if (fate === 'changed' || !isSame) return { ...record, sources: kept };
  if (added.length === 0) return record;
  const isThinned = fate === 'thinned' || sources.some((source) => gone.has(source.id) && source.isThinned);
  return { ...record, sources: [...kept, ...added.map(({ meta }) => sourceOf(meta, isThinned))] };
}

export interface Replaced {
  readonly removed: readonly Described[];
  readonly added: readonly Described[];
  readonly fate: Fate;
}

export function sourceOf({ id, fromMs, toMs }: BlockMeta, isThinned = false): RollupSource {
  return { id, fromMs, toMs, isThinned };
}

/** Is something of a block in a range of windows, whose start is not its own? */
export function reaches({ fromMs, toMs }: TimeRange, range: TimeRange): boolean {
  return fromMs <= range.toMs && toMs > range.fromMs;
}
