import type { VectorSelector } from '../../syntax/ast.ts';
import { chargeColumns, emptySeries, isEmpty, putSample, type Series, type Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import { RangeNotes } from '../functions/range-notes.ts';
import type { Sample } from '../histogram/operate.ts';
import { type SampleStretch, visitStretches } from '../select.ts';
import { reachOf, type View, viewOf } from '../times.ts';
import { lineAt, shareOf } from './ends.ts';
import { interpolateHistograms } from './growth.ts';

/** `metric smoothed`: at each step what the line between the samples before and after it says; without one after it, the one before. */
export async function smoothVector(selector: VectorSelector, steps: Steps, context: QueryContext): Promise<Series[]> {
  const view = viewOf(selector, steps, context);
  const { leadMs, tailMs } = reachOf(selector, context);
  const range = { fromMs: view.firstMs - leadMs + 1, toMs: view.lastMs + tailMs };
  const found: Series[] = [];
  await visitStretches({ matchers: selector.matchers, range }, context, (stretch) => {
    chargeColumns(context.budget, 1, steps);
    const notes = new RangeNotes(context.notes, selector.span, stretch);
    const series = smoothed(stretch, view, steps.count, context.lookbackMs, notes);
    if (!isEmpty(series)) found.push(series);
  });
  return found;
}

function smoothed(stretch: SampleStretch, view: View, count: number, lookbackMs: number, notes: RangeNotes): Series {
  const series = emptySeries(stretch.labels, count);
  const { times, values, histograms } = stretch;
  const numberAt = (i: number) => values[i];
  const lineOfNumbers = (i: number, atMs: number) => lineAt(atMs, times[i], values[i], times[i + 1], values[i + 1]);
  const histogramAt = (i: number) => ({ ...histogramsOf(stretch)[i], hint: 'unknown' }) as const;
  const lineOfHistograms = (i: number, atMs: number) => {
    const at = stretch.histograms?.times ?? times;
    const share = shareOf(atMs, at[i], at[i + 1]);
    const [before, after] = [histogramsOf(stretch)[i], histogramsOf(stretch)[i + 1]];
    return interpolateHistograms(before, after, share, before.hint !== 'gauge' || after.hint !== 'gauge', notes);
  };
  for (let i = 0; i < count; i++) {
    const atMs = view.firstMs + i * view.stepMs;
    const numbers = neighbours(times, atMs, lookbackMs);
    const others = histograms === undefined ? NONE : neighbours(histograms.times, atMs, lookbackMs);
    let sample: Sample | undefined;
    if (numbers.any && others.any) notes.mixed();
    else if (numbers.any) sample = sampleBetween(times, numbers, atMs, numberAt, lineOfNumbers);
    else if (others.any && histograms !== undefined) {
      sample = sampleBetween(histograms.times, others, atMs, histogramAt, lineOfHistograms);
    }
    if (sample !== undefined) putSample(series, i, sample);
  }
  return series;
}

function histogramsOf({ histograms }: SampleStretch) {
  return histograms?.values ?? [];
}

/** Positions of the newest sample at or before a time and the oldest behind it; -1 where none is near enough. */
interface Neighbours {
  readonly before: number;
  readonly after: number;
  readonly any: boolean;
}

const NONE: Neighbours = { before: -1, after: -1, any: false };

function neighbours(times: Float64Array, atMs: number, lookbackMs: number): Neighbours {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= atMs) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 && times[low - 1] > atMs - lookbackMs ? low - 1 : -1;
  const after = low < times.length && times[low] <= atMs + lookbackMs ? low : -1;
  return { before, after, any: before >= 0 || after >= 0 };
}

function sampleBetween(
  times: Float64Array,
  { before, after }: Neighbours,
  atMs: number,
  at: (i: number) => Sample,
  line: (i: number, atMs: number) => Sample | undefined,
): Sample | undefined {
  if (before < 0) return undefined;
  if (after < 0 || times[before] === atMs) return at(before);
  return line(before, atMs);
}
