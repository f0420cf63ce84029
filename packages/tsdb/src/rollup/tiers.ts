import { assert, type Millis } from '@tidemark/base';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A width of windows that is kept for every series. */
export interface Tier {
  readonly name: string;
  readonly widthMs: Millis;
  /** What its windows are made from: 0 is raw samples. */
  readonly fromWidthMs: Millis;
  /** The coarsest schema of its sketches: their error is below half a bucket. Null: no sketches. */
  readonly sketchFloor: number | null;
  /** How long its windows are kept, unless told otherwise. */
  readonly retentionMs: Millis;
}

/**
 * Rising. Five minutes are made from raw samples as one minute is, in the same pass: series that are scraped slowly have no minutes.
 * Sketches: errors of 1.1 % at five minutes and 2.2 % above; at one minute raw samples answer for a day and five minutes after it.
 */
export const TIERS: readonly Tier[] = [
  { name: '1m', widthMs: MINUTE_MS, fromWidthMs: 0, sketchFloor: null, retentionMs: 7 * DAY_MS },
  { name: '5m', widthMs: 5 * MINUTE_MS, fromWidthMs: 0, sketchFloor: 5, retentionMs: 30 * DAY_MS },
  { name: '1h', widthMs: HOUR_MS, fromWidthMs: 5 * MINUTE_MS, sketchFloor: 4, retentionMs: 365 * DAY_MS },
  { name: '1d', widthMs: DAY_MS, fromWidthMs: HOUR_MS, sketchFloor: 4, retentionMs: 730 * DAY_MS },
];

/** What only series have that are scraped fast. */
export const FINEST_MS = MINUTE_MS;

/** How long raw samples are kept, unless told otherwise, when all tiers are. */
export const RAW_RETENTION_MS = DAY_MS;

export function tierOf(widthMs: Millis): Tier {
  const tier = TIERS.find((each) => each.widthMs === widthMs);
  assert(tier !== undefined, 'a width that is a tier');
  return tier;
}

/** Widths of windows that others can be made of, the coarsest first. Not of minutes: series that are scraped slowly have none. */
export function sourcesOf(widthMs: Millis): Millis[] {
  const finer = TIERS.map((tier) => tier.widthMs).filter((width) => width > FINEST_MS && width < widthMs);
  return finer.reverse();
}

/** The end of the window that holds `atMs`: an end belongs to its own window. */
export function windowEndOf(atMs: Millis, widthMs: Millis): Millis {
  return Math.ceil(atMs / widthMs) * widthMs;
}

for (const { widthMs, fromWidthMs } of TIERS) assert(fromWidthMs === 0 || widthMs % fromWidthMs === 0, 'windows hold whole windows');
