import {
  combineHistograms,
  divideHistogram,
  isReset,
  mapCounts,
  type NativeHistogram,
  sameHistogram,
  scaleHistogram,
} from '@tidemark/tsdb/model';
import type { RolledHistogram } from '@tidemark/tsdb/rollup';
import { factorOf, notBelowZero, reachBetween, secondsOf } from '../functions/extrapolation.ts';
import { difference } from '../functions/histogram-rates.ts';
import type { RangeNotes } from '../functions/range-notes.ts';
import type { HistogramAnswer, RolledSpan } from './rolled-function.ts';

/** Functions of native histograms, out of windows that have nothing else. */

export function growthOfHistograms(isCounter: boolean, perSecond: boolean): HistogramAnswer {
  return {
    of: isCounter ? 'counters' : 'all',
    answer(span, notes) {
      const { windows, from, to } = span;
      const samples = countOf(span);
      if (samples < 2) return undefined;
      const all = histogramsOf(span);
      if (!isCounter && all.some(({ first }) => first.hint !== 'gauge')) notes.notGauge();
      const growth = isCounter ? counterGrowth(all, windows.count[from], notes) : difference(all[0].first, lastOf(all), notes);
      if (growth === undefined) return undefined;
      const reach = reachBetween(windows.firstMs[from], windows.lastMs[to - 1], samples, span);
      if (isCounter) notBelowZero(reach, all[0].first.count, growth.count);
      const factor = perSecond ? factorOf(reach, secondsOf(span)) : factorOf(reach, 1) * span.share;
      return { ...scaleHistogram(growth, factor), hint: 'gauge' };
    },
  };
}

/** Between the first and the last, and what was reached before each reset. Before one right at the start was nothing. */
function counterGrowth(all: readonly RolledHistogram[], firstCount: number, notes: RangeNotes): NativeHistogram | undefined {
  const isAlone = firstCount === 1;
  const startsAnew = isAlone ? all.length > 1 && isReset(all[0].last, all[1].first) : all[0].startsAnew;
  const last = lastOf(all);
  const reached = [all[0].added];
  for (let i = 1; i < all.length; i++) {
    const begins = isReset(all[i - 1].last, all[i].first) && !(isAlone && i === 1);
    reached.push(begins ? all[i - 1].last : null, all[i].startsAnew ? all[i].first : null, all[i].added);
  }
  let growth = difference(startsAnew ? mapCounts(last, () => 0) : all[0].first, last, notes);
  for (const each of reached) {
    if (each === null || growth === undefined) continue;
    const added = combineHistograms(growth, each, 1);
    growth = added.kind === 'histogram' ? added.histogram : undefined;
    if (growth === undefined) notes.incompatible();
  }
  return growth;
}

/** Of gauges: what they are together, or on average. */
export function sumOfHistograms(isMean: boolean): HistogramAnswer {
  return {
    of: 'gauges',
    answer(span, notes) {
      const [first, ...rest] = histogramsOf(span).flatMap(({ added }) => (added === null ? [] : [added]));
      let sum = first;
      for (const next of rest) {
        const combined = combineHistograms(sum, next, 1);
        if (combined.kind === 'incompatible') {
          notes.incompatible();
          return undefined;
        }
        sum = combined.histogram;
      }
      return isMean ? divideHistogram(sum, countOf(span)) : scaleHistogram(sum, span.share);
    },
  };
}

export const RESETS_OF_HISTOGRAMS: HistogramAnswer = countPairs(({ resets }) => resets, isReset);
export const CHANGES_OF_HISTOGRAMS: HistogramAnswer = countPairs(
  ({ changes }) => changes,
  (before, after) => !sameHistogram(before, after),
);

function countPairs(
  within: (histogram: RolledHistogram) => number,
  differ: (before: NativeHistogram, after: NativeHistogram) => boolean,
): HistogramAnswer {
  return {
    of: 'all',
    answer(span) {
      const all = histogramsOf(span);
      return all.reduce((sum, each, i) => sum + within(each) + (i > 0 && differ(all[i - 1].last, each.first) ? 1 : 0), 0) * span.share;
    },
  };
}

/** A function that looks at no value has the same answer. */
export function asOfNumbers(answer: (span: RolledSpan) => number | undefined): HistogramAnswer {
  return { of: 'all', answer };
}

/** Windows do not tell. */
export const UNKNOWN: HistogramAnswer = { of: 'none', answer: () => undefined };

export const FIRST_HISTOGRAM: HistogramAnswer = { of: 'all', answer: (span) => histogramsOf(span)[0].first };
export const LAST_HISTOGRAM: HistogramAnswer = { of: 'all', answer: (span) => lastOf(histogramsOf(span)) };

function histogramsOf({ windows, from, to }: RolledSpan): RolledHistogram[] {
  return (windows.histograms?.slice(from, to) ?? []).filter((each) => each !== null);
}

function lastOf(all: readonly RolledHistogram[]): NativeHistogram {
  return all[all.length - 1].last;
}

function countOf({ windows, from, to }: RolledSpan): number {
  let count = 0;
  for (let i = from; i < to; i++) count += windows.count[i];
  return count;
}
