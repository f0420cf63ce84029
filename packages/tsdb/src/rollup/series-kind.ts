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
