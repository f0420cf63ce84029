import type { Millis } from '@tidemark/base';
import { WINDOW_MS } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { union, windowsWithin } from '../rollup/ranges.ts';
import type { Tiers } from './queryable.ts';

/** What is there in which resolution, for times at which something is said and for those before and after. */

const RAW = 0;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Before everything that is kept there is nothing, so what keeps the oldest keeps all of the past. What begins within the first unit of
 * each coarser tier does so too: windows are made of whole units, and this one was made when it was all there. Raw samples go on into
 * the future.
 */
export function openEnded(tiers: readonly Tiers[]): Tiers[] {
  const there = tiers.filter(({ ranges }) => ranges.length > 0);
  return there.map(({ widthMs, ranges }) => {
    const open = [...ranges];
    const { fromMs } = open[0];
    const reachesBack = there.every(({ widthMs: other, ranges: [first] }) =>
      other > widthMs ? fromMs < first.fromMs + unitMs(other) : fromMs <= first.fromMs,
    );
    if (reachesBack) open[0] = { ...open[0], fromMs: Number.NEGATIVE_INFINITY };
    const last = open.length - 1;
    if (widthMs === RAW) open[last] = { ...open[last], toMs: Number.POSITIVE_INFINITY };
    return { widthMs, ranges: open };
  });
}

/** Minutes are made of a block's window at a time, hours and days of a day. */
function unitMs(widthMs: Millis): Millis {
  return widthMs < HOUR_MS ? WINDOW_MS : DAY_MS;
}

/**
 * What all of several places have, each of which holds some of the series. A place that has nothing at all misses nothing; one that has raw
 * samples, as where a series has ended before they were rolled up, can make of them what others have stored.
 */
export function heldByAll(places: readonly (readonly Tiers[])[]): Tiers[] {
  const filled = places.filter((tiers) => tiers.length > 0);
  const rangesOf = (tiers: readonly Tiers[], widthMs: Millis) => tiers.find((tier) => tier.widthMs === widthMs)?.ranges ?? [];
  const held = [...new Set(filled.flatMap((tiers) => tiers.map(({ widthMs }) => widthMs)))].map((widthMs) => {
    if (widthMs === RAW) return { widthMs, ranges: filled.map((tiers) => rangesOf(tiers, RAW)).reduce(intersection) };
    const stored = union(filled.flatMap((tiers) => rangesOf(tiers, widthMs)));
    const there = filled.map((tiers) => union([...rangesOf(tiers, widthMs), ...windowsWithin(rangesOf(tiers, RAW), widthMs)]));
    return { widthMs, ranges: there.reduce(intersection, stored) };
  });
  return held.filter(({ ranges }) => ranges.length > 0).sort((a, b) => a.widthMs - b.widthMs);
}

function intersection(a: readonly TimeRange[], b: readonly TimeRange[]): TimeRange[] {
  const both = a.flatMap((one) => b.map((other) => ({ fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) })));
  return both.filter(({ fromMs, toMs }) => fromMs < toMs);
}
