import type { Millis } from '@tidemark/base';
import type { Tiers } from '@tidemark/tsdb';

const RAW = 0;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Tiers as an engine tells of them that has dropped the oldest: before everything that is kept there is nothing, so what keeps the oldest keeps
 * all of the past, and so does what begins within the first unit of each coarser tier. Raw samples go on into the future.
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
  return widthMs < HOUR_MS ? 2 * HOUR_MS : DAY_MS;
}
