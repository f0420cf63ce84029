import { combineHistograms, divideHistogram, isReset, scaleHistogram } from '@tidemark/tsdb/model';
import { mapCounts, type NativeHistogram } from '../histogram/native-histogram.ts';
import type { HistogramWindow } from '../windows.ts';
import { extrapolation, secondsOf } from './extrapolation.ts';
import type { RangeNotes } from './range-notes.ts';
import type { HistogramFunction } from './ranges.ts';
import { factorSince, isRestarted, noteOverlaps, startWithin } from './start-times.ts';

/** The rate family over native histograms: what numbers do, bucket by bucket. */

export function histogramGrowth(isCounter: boolean, perSecond: boolean): HistogramFunction {
  return (histograms, window, notes) => {
    const { values, from, to } = histograms;
    const start = isCounter ? startWithin(histograms, window.startMs) : null;
    const growth = to - from < 2 ? undefined : growthBetween(histograms, isCounter, notes);
    if (start !== null) {
      // A single one is not lost: it began at nothing. With more it is lost where they do not fit each other.
      if (to - from > 1 && growth === undefined) return undefined;
      const since = growth === undefined ? values[from] : added(growth, values[from], notes);
      const factor = factorSince(start, histograms, window.endMs, perSecond ? secondsOf(window) : 1);
      return since && { ...scaleHistogram(since, factor), hint: 'gauge' };
    }
    if (growth === undefined) return undefined;
    const counter = isCounter ? { before: values[from].count, growth: growth.count } : null;
    return { ...scaleHistogram(growth, extrapolation(histograms, window, counter, perSecond)), hint: 'gauge' };
  };
}

/** Between the first of a window and its last, resets made good. At least two. */
function growthBetween(histograms: HistogramWindow, isCounter: boolean, notes: RangeNotes): NativeHistogram | undefined {
  const { values, from, to } = histograms;
  const samples = values.slice(from, to);
  noteHints(samples, isCounter, notes);
  const isResetAt = (i: number) => isRestarted(histograms, from + i) || isReset(samples[i - 1], samples[i]);
  if (isCounter) noteOverlaps(histograms, notes);
  // Before a reset right at the start was nothing: how that sample's buckets were laid out does not matter.
  const startsAnew = isCounter && isResetAt(1);
  const before = startsAnew ? mapCounts(samples[1], () => 0) : samples[0];
  let growth = difference(before, samples[samples.length - 1], notes);
  for (let i = startsAnew ? 2 : 1; i < samples.length && isCounter && growth !== undefined; i++) {
    if (isResetAt(i)) growth = added(growth, samples[i - 1], notes);
  }
  return growth;
}

function added(growth: NativeHistogram, histogram: NativeHistogram, notes: RangeNotes): NativeHistogram | undefined {
  const sum = combineHistograms(growth, histogram, 1);
  if (sum.kind === 'histogram') return sum.histogram;
  notes.incompatible();
  return undefined;
}

export function instantGrowth(
  before: NativeHistogram,
  newest: NativeHistogram,
  counter: { readonly isCounter: boolean; readonly isReset: boolean },
  seconds: number,
  notes: RangeNotes,
): NativeHistogram | undefined {
  const { isCounter } = counter;
  noteHints([before, newest], isCounter, notes);
  const growth = isCounter && (counter.isReset || isReset(before, newest)) ? newest : difference(before, newest, notes);
  return growth === undefined ? undefined : { ...divideHistogram(growth, seconds), hint: 'gauge' };
}

export function difference(before: NativeHistogram, after: NativeHistogram, notes: RangeNotes): NativeHistogram | undefined {
  const combined = combineHistograms(after, before, -1);
  if (combined.kind === 'incompatible') {
    notes.incompatible();
    return undefined;
  }
  if (combined.reconciled) notes.reconciled('subtraction');
  return combined.histogram;
}

export function noteHints(samples: readonly NativeHistogram[], isCounter: boolean, notes: RangeNotes): void {
  if (isCounter && samples.some(({ hint }) => hint === 'gauge')) notes.notCounter();
  if (!isCounter && samples.some(({ hint }) => hint !== 'gauge')) notes.notGauge();
}
