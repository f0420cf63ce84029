import type { BlockMeta } from '../block/format.ts';
import type { TimeRange } from '../model/time-range.ts';
import { union, without } from './ranges.ts';

/** A block that windows were made from, and which of them: those that end in the range, its start excluded. */
export interface RollupSource extends TimeRange {
  readonly id: string;
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

export interface Replaced {
  readonly removed: readonly Described[];
  readonly added: readonly Described[];
  readonly fate: Fate;
}

/** What a record, of windows that end in `range`, says once `removed` are not live any more and `added` are. */
export function recordAfter(record: RollupRecord, range: TimeRange, { removed, added, fate }: Replaced): RollupRecord {
  const gone = new Set(removed.map(({ meta }) => meta.id));
  const { sources } = record;
  if (fate === 'dropped' || !sources.some(({ id }) => gone.has(id))) return record;
  const kept = sources.filter(({ id }) => !gone.has(id));
  // Of those that were merged nothing was left.
  if (fate === 'changed' || (fate === 'merged' && added.length === 0)) return { ...record, sources: kept };
  if (added.length === 0) return record;
  const ofRemoved = sources.filter(({ id }) => gone.has(id));
  // What was merged with something that windows were not made from is not what they were made from, there.
  const unknown = removed.flatMap(({ meta }) => uncovered(meta, range, ofRemoved));
  const thinned = ofRemoved.filter(({ isThinned }) => fate === 'thinned' || isThinned);
  const same = added.flatMap(({ meta }) =>
    unknown
      .reduce<TimeRange[]>(without, [sourceOf(meta, range)])
      .flatMap((each) => [
        ...thinned.filter((one) => meets(one, each)).map((one) => ({ ...common(one, each), id: meta.id, isThinned: true })),
        ...thinned.reduce<TimeRange[]>(without, [each]).map((one) => ({ ...one, id: meta.id, isThinned: false })),
      ]),
  );
  // Where nothing of those that were thinned is left it is as if they had been dropped.
  const dropped =
    fate === 'thinned'
      ? ofRemoved.flatMap((source) => same.reduce<TimeRange[]>(without, [source]).map((range) => ({ ...source, ...range })))
      : [];
  return { ...record, sources: joined([...kept, ...dropped, ...same]) };
}

/** Where a block has something in a range of windows that these were not made from it. */
export function uncovered(meta: BlockMeta, range: TimeRange, sources: readonly RollupSource[]): TimeRange[] {
  if (!reaches(meta, range)) return [];
  return sources.filter(({ id }) => id === meta.id).reduce<TimeRange[]>(without, [sourceOf(meta, range)]);
}

function common(a: TimeRange, b: TimeRange): TimeRange {
  return { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) };
}

/** As few as say the same. */
export function joined(sources: readonly RollupSource[]): RollupSource[] {
  const byId = Map.groupBy(sources, ({ id, isThinned }) => `${id} ${isThinned}`);
  return [...byId.values()].flatMap((all) => {
    const [{ id, isThinned }] = all;
    return union(all).map((range) => ({ ...range, id, isThinned }));
  });
}

/** What of a block windows of a unit are made from. */
export function sourceOf({ id, fromMs, toMs }: BlockMeta, unit: TimeRange): RollupSource {
  return { id, fromMs: Math.max(fromMs - 1, unit.fromMs), toMs: Math.min(toMs, unit.toMs), isThinned: false };
}

/** Is something of a block, whose ends are its own, in a range of windows, whose start is not? */
export function reaches({ fromMs, toMs }: TimeRange, range: TimeRange): boolean {
  return fromMs <= range.toMs && toMs > range.fromMs;
}

/** Have two ranges of windows something in common? */
export function meets(a: TimeRange, b: TimeRange): boolean {
  return a.fromMs < b.toMs && b.fromMs < a.toMs;
}
