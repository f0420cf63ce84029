import { createHash } from 'node:crypto';
import { ALIGN_MS_MAX } from './limits.ts';

/**
 * When a target is scraped: at whole multiples of its interval plus an offset of its own, so that targets are
 * spread over the interval and each keeps its place across restarts.
 */
export function offsetMs(key: string, intervalMs: number): number {
  return createHash('md5').update(key).digest().readUInt32BE(0) % intervalMs;
}

/** The first planned time after `nowMs`. */
export function nextPlannedMs(nowMs: number, intervalMs: number, offset: number): number {
  return nowMs + intervalMs - ((((nowMs - offset) % intervalMs) + intervalMs) % intervalMs);
}

/** The one time that a scrape's samples carry: the planned one when the scrape began close to it. */
export function scrapeTimeMs(plannedMs: number, startedMs: number, intervalMs: number): number {
  return Math.abs(startedMs - plannedMs) <= Math.min(intervalMs / 100, ALIGN_MS_MAX) ? plannedMs : startedMs;
}
