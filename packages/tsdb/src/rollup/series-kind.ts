import { isStaleAt } from '../model/sample.ts';
import type { SeriesKind } from './rolled-columns.ts';

/**
 * A counter is what is named like one and moves like one in this stretch: it falls seldom, and is a number throughout. Everything else
 * is a gauge, of which more is kept.
 */
export function kindOf(name: string, values: Float64Array): SeriesKind {
  return COUNTER_NAME.test(name) && movesUp(values) ? 'counter' : 'gauge';
}

/** The same rule by which PromQL warns of a rate of something else. */
const COUNTER_NAME = /_(total|sum|count|bucket)$/;

/**
 * Is a series scraped every 15 s or more slowly, by what its samples are apart on average? Then raw samples cost no more than windows of
 * a minute. Scrapes that are not quite regular count as well.
 */
export function isSlow(times: Float64Array): boolean {
  const count = times.length;
  return count < 2 || (times[count - 1] - times[0]) / (count - 1) >= SLOW_INTERVAL_MS;
}

const SLOW_INTERVAL_MS = 14_500;

const SAMPLES_PER_RESET = 100;

/** Stale markers are no values. */
function movesUp(values: Float64Array): boolean {
  let resets = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      if (isStaleAt(values, i)) continue;
      return false;
    }
    if (value < before) resets++;
    before = value;
  }
  return isSeldom(resets, values.length);
}

/** So seldom that each reset may be stored by itself. */
export function isSeldom(resets: number, samples: number): boolean {
  return resets <= 2 + samples / SAMPLES_PER_RESET;
}
