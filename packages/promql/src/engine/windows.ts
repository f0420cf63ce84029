import { chargeColumns, emptySeries, isEmpty, putSample, type Series, type Steps, stepTime } from './columns.ts';
import type { QueryContext } from './context.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import type { Sample } from './histogram/operate.ts';
import type { SampleStretch, View } from './select.ts';

/** Samples of one series within one step's range, `(startMs, endMs]`: positions `from` up to, not including, `to`. */
export interface Window {
  readonly times: Float64Array;
  readonly values: Float64Array;
  from: number;
  to: number;
  startMs: number;
  endMs: number;
  /** When the query asks, which `offset` and `@` do not move. */
  evalMs: number;
  /** The step's number: for parameters that change from step to step. */
  step: number;
}

/** The same range's native histograms. */
export interface HistogramWindow {
  readonly times: Float64Array;
  readonly values: readonly NativeHistogram[];
  from: number;
  to: number;
}

/** A function of one window of numbers, which is never empty; undefined where it has no answer. */
export type WindowFunction = (window: Window) => number | undefined;

/** One of the two windows may be empty. */
export type MixedFunction = (window: Window, histograms: HistogramWindow) => Sample | undefined;

/** May look at the whole series once, before it is asked about each window. */
export type Prepared<Answer> = (stretch: SampleStretch) => Answer;

/** A range vector at every step. */
export interface Matrix {
  readonly view: View;
  readonly rangeMs: number;
  readonly stretches: readonly SampleStretch[];
}

/** Of numbers only: `onMixed` hears of windows whose histograms were left out beside numbers. */
export function overWindows(
  matrix: Matrix,
  steps: Steps,
  context: QueryContext,
  prepare: Prepared<WindowFunction>,
  onMixed?: (stretch: SampleStretch) => void,
): Promise<Series[]> {
  return overMixedWindows(matrix, steps, context, (stretch) => {
    const answer = prepare(stretch);
    return (window, histograms) => {
      if (window.from === window.to) return undefined;
      if (histograms.from < histograms.to) onMixed?.(stretch);
      return answer(window);
    };
  });
}

export async function overMixedWindows(
  matrix: Matrix,
  steps: Steps,
  context: QueryContext,
  prepare: Prepared<MixedFunction>,
): Promise<Series[]> {
  chargeColumns(context.budget, matrix.stretches.length, steps);
  const found: Series[] = [];
  for (const stretch of matrix.stretches) {
    if (matrix.stretches.length > 1) await context.budget.breathe();
    const series = slide(stretch, matrix, steps, prepare(stretch));
    if (!isEmpty(series)) found.push(series);
  }
  return found;
}

const NO_TIMES = new Float64Array(0);

function slide(stretch: SampleStretch, matrix: Matrix, steps: Steps, answer: MixedFunction): Series {
  const { times, values, labels } = stretch;
  const { view, rangeMs } = matrix;
  const answers = emptySeries(labels, steps.count);
  const window: Window = { times, values, from: 0, to: 0, startMs: 0, endMs: 0, evalMs: 0, step: 0 };
  const histograms: HistogramWindow = { times: NO_TIMES, values: [], ...stretch.histograms, from: 0, to: 0 };
  for (let i = 0; i < steps.count; i++) {
    window.endMs = view.firstMs + i * view.stepMs;
    window.startMs = window.endMs - rangeMs;
    advance(window, window.startMs, window.endMs);
    advance(histograms, window.startMs, window.endMs);
    if (window.from === window.to && histograms.from === histograms.to) continue;
    window.evalMs = stepTime(steps, i);
    window.step = i;
    const sample = answer(window, histograms);
    if (sample !== undefined) putSample(answers, i, sample);
  }
  return answers;
}

function advance(window: { readonly times: Float64Array; from: number; to: number }, startMs: number, endMs: number): void {
  const { times } = window;
  let { from, to } = window;
  while (to < times.length && times[to] <= endMs) to++;
  while (from < to && times[from] <= startMs) from++;
  window.from = from;
  window.to = to;
}
