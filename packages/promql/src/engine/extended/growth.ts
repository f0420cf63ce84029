import { combineHistograms, divideHistogram, isReset, scaleHistogram } from '@tidemark/tsdb/model';
import type { Series } from '../columns.ts';
import { difference, noteHints } from '../functions/histogram-rates.ts';
import { RangeNotes } from '../functions/range-notes.ts';
import { ofSamples } from '../functions/ranges.ts';
import type { Invocation } from '../functions/registry.ts';
import { isCustom, type NativeHistogram } from '../histogram/native-histogram.ts';
import type { HistogramWindow, Window } from '../windows.ts';
import { type Ends, type ExtendedRange, endsOf, lineAt, shareOf } from './ends.ts';

/** rate, increase and delta of an extended range. */
export function extendedGrowth(call: Invocation, smoothed: boolean, isCounter: boolean, perSecond: boolean): Promise<Series[]> {
  const { lookbackMs, notes } = call.context;
  return ofSamples(call, (stretch) => {
    const said = new RangeNotes(notes, call.args.expr(0).span, stretch);
    return (window, histograms) => {
      const { startMs, endMs } = window;
      const range = { startMs, endMs, lookbackMs, smoothed };
      const ends = endsOf(window.times, window.from, window.to, range);
      const others = endsOf(histograms.times, histograms.from, histograms.to, range);
      if (ends !== null && others !== null) said.mixed();
      if ((ends === null) === (others === null)) return undefined;
      const seconds = perSecond ? (endMs - startMs) / 1000 : 1;
      if (ends !== null) return growthOfNumbers(window, ends, range, isCounter) / seconds;
      const growth = others && growthOfHistograms(histograms, others, range, isCounter, said);
      return growth ? { ...divideHistogram(growth, seconds), hint: 'gauge' } : undefined;
    };
  });
}

function growthOfNumbers({ times, values }: Window, { first, last }: Ends, range: ExtendedRange, isCounter: boolean): number {
  const { startMs, endMs, smoothed } = range;
  const between = (i: number, atMs: number): number => {
    const before = isCounter && values[i + 1] < values[i] ? 0 : values[i];
    return lineAt(atMs, times[i], before, times[i + 1], values[i + 1]);
  };
  const left = smoothed && times[first] < startMs ? between(first, startMs) : values[first];
  const right = smoothed && times[last] > endMs ? between(last - 1, endMs) : values[last];
  let growth = right - left;
  if (!isCounter) return growth;
  let before = left;
  for (let i = times[first] <= startMs ? first + 1 : first; i <= last && times[i] < endMs; i++) {
    if (values[i] < before) growth += before;
    before = values[i];
  }
  return right < before ? growth + before : growth;
}

function growthOfHistograms(
  { times, values }: HistogramWindow,
  { first, last }: Ends,
  range: ExtendedRange,
  isCounter: boolean,
  notes: RangeNotes,
): NativeHistogram | undefined {
  const { startMs, endMs, smoothed } = range;
  const between = (i: number, atMs: number) =>
    interpolateHistograms(values[i], values[i + 1], shareOf(atMs, times[i], times[i + 1]), isCounter, notes);
  if (values.slice(first, last + 1).some((one) => combineHistograms(values[first], one, 1).kind === 'incompatible')) {
    notes.incompatible();
    return undefined;
  }
  const startsBetween = smoothed && times[first] < startMs;
  const left = startsBetween ? between(first, startMs) : values[first];
  const right = smoothed && times[last] > endMs ? between(last - 1, endMs) : values[last];
  if (left === undefined || right === undefined) return undefined;
  noteHints(isCounter ? values.slice(first, last + 1) : [left, right], isCounter, notes);
  let growth = difference(left, right, notes);
  if (!isCounter) return growth;
  // A reset right behind the start is in the line that was drawn there already.
  const isDrawn = startsBetween && isReset(values[first], values[first + 1]);
  let before = isDrawn ? values[first + 1] : left;
  for (let i = isDrawn ? first + 2 : first + 1; i <= last; i++) {
    const next = i < last ? values[i] : right;
    if (isReset(before, next)) growth = growth && sum(growth, before, notes);
    before = next;
  }
  return growth;
}

function sum(a: NativeHistogram, b: NativeHistogram, notes: RangeNotes): NativeHistogram | undefined {
  const added = combineHistograms(a, b, 1);
  if (added.kind === 'incompatible') {
    notes.incompatible();
    return undefined;
  }
  if (added.reconciled) notes.reconciled('addition');
  return added.histogram;
}

/** `share` of the way from one to the next; a counter that began again comes from nothing. */
export function interpolateHistograms(
  before: NativeHistogram,
  after: NativeHistogram,
  share: number,
  isCounter: boolean,
  notes: RangeNotes,
): NativeHistogram | undefined {
  if (share === 0) return before;
  if (share === 1) return after;
  if (isCustom(before) !== isCustom(after)) {
    notes.incompatible();
    return undefined;
  }
  if (isCounter && isReset(before, after)) return scaleHistogram(after, share);
  const change = difference(before, after, notes);
  return change && sum(scaleHistogram(change, share), before, notes);
}
