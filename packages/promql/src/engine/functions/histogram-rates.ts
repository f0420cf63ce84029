import { combineHistograms, divideHistogram, isReset, scaleHistogram } from '../histogram/combine.ts';
import { mapCounts, type NativeHistogram } from '../histogram/native-histogram.ts';
import { extrapolation } from './extrapolation.ts';
import type { RangeNotes } from './range-notes.ts';
import type { HistogramFunction } from './ranges.ts';

/** The rate family over native histograms: what numbers do, bucket by bucket. */

export function histogramGrowth(isCounter: boolean, perSecond: boolean): HistogramFunction {
  return (histograms, window, notes) => {
    const { values, from, to } = histograms;
    if (to - from < 2) return undefined;
    const samples = values.slice(from, to);
    noteHints(samples, isCounter, notes);
    // Before a reset right at the start was nothing: how that sample's buckets were laid out does not matter.
    const startsAnew = isCounter && isReset(samples[0], samples[1]);
    const before = startsAnew ? mapCounts(samples[1], () => 0) : samples[0];
    let growth = difference(before, samples[samples.length - 1], notes);
    for (let i = startsAnew ? 2 : 1; i < samples.length && isCounter && growth !== undefined; i++) {
      if (!isReset(samples[i - 1], samples[i])) continue;
      const added = combineHistograms(growth, samples[i - 1], 1);
      growth = added.kind === 'histogram' ? added.histogram : undefined;
      if (growth === undefined) notes.incompatible();
    }
    if (growth === undefined) return undefined;
    const counter = isCounter ? { before: samples[0].count, growth: growth.count } : null;
    return { ...scaleHistogram(growth, extrapolation(histograms, window, counter, perSecond)), hint: 'gauge' };
  };
}

export function instantGrowth(
  before: NativeHistogram,
  newest: NativeHistogram,
  isCounter: boolean,
  seconds: number,
  notes: RangeNotes,
): NativeHistogram | undefined {
  noteHints([before, newest], isCounter, notes);
  const growth = isCounter && isReset(before, newest) ? newest : difference(before, newest, notes);
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
