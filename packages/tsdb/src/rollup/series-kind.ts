import type { SeriesKind } from './rolled-columns.ts';

/**
 * A counter is what is named like one and moves like one in this stretch: it falls seldom, and is a number throughout. Everything else
 * is a gauge, of which more is kept. The values are those without stale markers.
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

export const SLOW_INTERVAL_MS = 14_500;

const SAMPLES_PER_RESET = 100;

function movesUp(values: Float64Array): boolean {
  let resets = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return false;
    if (i > 0 && values[i] < values[i - 1]) resets++;
  }
  return isSeldom(resets, values.length);
}

/** So seldom that each reset may be stored by itself. */
export function isSeldom(resets: number, samples: number): boolean {
  return resets <= 2 + samples / SAMPLES_PER_RESET;
}
