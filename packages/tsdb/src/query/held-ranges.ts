import type { Millis } from '@tidemark/base';
import type { TimeRange } from '../model/time-range.ts';
import { intersection, union, windowsWithin } from '../rollup/ranges.ts';
import { spared, withTimes } from '../rollup/thinned.ts';
import type { Tiers } from './queryable.ts';

const RAW = 0;

/**
 * What all of several places have, each of which holds some of the series. A place that has nothing at all misses nothing; one that has raw
 * samples, as where a series has ended before they were rolled up, can make of them what others have stored.
 */
export function heldByAll(places: readonly (readonly Tiers[])[]): Tiers[] {
  const filled = places.filter((tiers) => tiers.length > 0);
  const rangesOf = (tiers: readonly Tiers[], widthMs: Millis) => tiers.find((tier) => tier.widthMs === widthMs)?.ranges ?? [];
  const held = [...new Set(filled.flatMap((tiers) => tiers.map(({ widthMs }) => widthMs)))].map((widthMs) => {
    if (widthMs === RAW) return rawOfAll(filled.map((tiers) => tiers.find((tier) => tier.widthMs === RAW) ?? NO_RAW));
    const stored = union(filled.flatMap((tiers) => rangesOf(tiers, widthMs)));
    const there = filled.map((tiers) => union([...rangesOf(tiers, widthMs), ...windowsWithin(rangesOf(tiers, RAW), widthMs)]));
    const slow = filled.flatMap((tiers) => tiers.find((tier) => tier.widthMs === widthMs)?.slow ?? []);
    return { widthMs, ranges: there.reduce((all, each) => intersection(all, each), stored), ...(slow.length > 0 && { slow: union(slow) }) };
  });
  return held.filter(({ ranges }) => ranges.length > 0).sort((a, b) => a.widthMs - b.widthMs);
}

const NO_RAW: Tiers = { widthMs: RAW, ranges: [] };

/** Thinned where one of them is, and none has lost all. */
function rawOfAll(all: readonly Tiers[]): Tiers {
  const inAll = (of: (raw: Tiers) => readonly TimeRange[]) => all.map(of).reduce((a, b) => intersection(a, b));
  const there = inAll(({ ranges, thinned = [] }) => spared(ranges, thinned, []));
  const thinned = withTimes(
    all.flatMap((raw) => raw.thinned ?? []),
    (ranges) => intersection(ranges, there),
  );
  return { widthMs: RAW, ranges: inAll(({ ranges }) => ranges), ...(thinned.length > 0 && { thinned }) };
}
