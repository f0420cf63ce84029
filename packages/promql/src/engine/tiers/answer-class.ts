import { errorOf, TIERS } from '@tidemark/tsdb/rollup';
import type { Look } from './looks.ts';

/**
 * How good an answer is that is made of windows instead of samples.
 *
 *   exact        as from the samples, but for the last bits of sums
 *   bounded      off by a stated share at most
 *   approximate  no such share can be stated
 *   impossible   nothing that is kept of a window tells
 */
export type AnswerClass = 'exact' | 'bounded' | 'approximate' | 'impossible';

export interface Quality {
  readonly class: AnswerClass;
  /** The greatest share by which one of the functions is off; null where none can be stated. */
  readonly error: number | null;
}

export const EXACT: Quality = { class: 'exact', error: 0 };
export const APPROXIMATE: Quality = { class: 'approximate', error: null };
export const IMPOSSIBLE: Quality = { class: 'impossible', error: null };

/** Of an expression that looks so, from windows of this width: as good as its worst part. */
export function qualityOf(looks: readonly Look[], widthMs: number): Quality {
  let worst = EXACT;
  for (const look of looks) {
    const { class: atBest, error } = ofWholeWindows(look.what, widthMs);
    worst = worseOf(worst, atBest === 'impossible' || isAligned(look, widthMs) ? { class: atBest, error } : APPROXIMATE);
  }
  return worst;
}

/** At each step it sees whole windows. */
export function isAligned({ view, count, rangeMs }: Look, widthMs: number): boolean {
  return view.firstMs % widthMs === 0 && (count < 2 || view.stepMs % widthMs === 0) && (rangeMs === null || rangeMs % widthMs === 0);
}

function worseOf(a: Quality, b: Quality): Quality {
  const [rankA, rankB] = [RANKS.indexOf(a.class), RANKS.indexOf(b.class)];
  if (rankA !== rankB) return rankA > rankB ? a : b;
  return (a.error ?? 0) >= (b.error ?? 0) ? a : b;
}

const RANKS: readonly AnswerClass[] = ['exact', 'bounded', 'approximate', 'impossible'];

function ofWholeWindows(what: string, widthMs: number): Quality {
  if (EXACTLY.has(what)) return EXACT;
  if (APPROXIMATELY.has(what)) return APPROXIMATE;
  switch (what) {
    case 'quantile_over_time': {
      const floor = TIERS.find((tier) => tier.widthMs === widthMs)?.sketchFloor ?? null;
      return floor === null ? IMPOSSIBLE : { class: 'bounded', error: errorOf(floor) };
    }
    case 'stddev_over_time':
      return { class: 'bounded', error: DEVIATION_ERROR };
    case 'stdvar_over_time':
      return { class: 'bounded', error: 2 * DEVIATION_ERROR + DEVIATION_ERROR ** 2 };
    default:
      return IMPOSSIBLE;
  }
}

/** That of `RolledColumns.deviation`. */
const DEVIATION_ERROR = 0.001;

/** A selector is as exact as a function: it takes the newest sample of a window, and its time. */
const EXACTLY: ReadonlySet<string> = new Set([
  ...['selector', 'rate', 'increase', 'delta', 'changes', 'resets'],
  ...['avg', 'count', 'first', 'last', 'max', 'min', 'present', 'absent', 'sum', 'ts_of_first', 'ts_of_last'].map(overTime),
]);

/** The times of extremes are known to a window; the last two samples and lines of regression are made of windows' ends and means. */
export const APPROXIMATELY: ReadonlySet<string> = new Set([
  ...['deriv', 'idelta', 'irate', 'predict_linear'],
  ...['mad', 'ts_of_max', 'ts_of_min'].map(overTime),
]);

function overTime(name: string): string {
  return `${name}_over_time`;
}
