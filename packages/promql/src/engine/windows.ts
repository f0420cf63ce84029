import { type Series, type Steps, stepTime } from './columns.ts';
import type { QueryContext } from './context.ts';
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

/** A function of one window, which is never empty; undefined where it has no answer. */
export type WindowFunction = (window: Window) => number | undefined;

/** May look at the whole series once, before it is asked about each window. */
export type PreparedFunction = (stretch: SampleStretch) => WindowFunction;

/** A range vector at every step. */
export interface Matrix {
  readonly view: View;
  readonly rangeMs: number;
  readonly stretches: readonly SampleStretch[];
}

export async function overWindows(matrix: Matrix, steps: Steps, context: QueryContext, prepare: PreparedFunction): Promise<Series[]> {
  const found: Series[] = [];
  for (const stretch of matrix.stretches) {
    if (matrix.stretches.length > 1) await context.budget.breathe();
    const series = slide(stretch, matrix, steps, prepare(stretch));
    if (series !== null) found.push(series);
  }
  return found;
}

function slide(stretch: SampleStretch, matrix: Matrix, steps: Steps, answer: WindowFunction): Series | null {
  const { times, values, labels } = stretch;
  const { view, rangeMs } = matrix;
  const answers = new Float64Array(steps.count);
  const present = new Uint8Array(steps.count);
  const window: Window = { times, values, from: 0, to: 0, startMs: 0, endMs: 0, evalMs: 0, step: 0 };
  let found = false;
  for (let i = 0; i < steps.count; i++) {
    window.endMs = view.firstMs + i * view.stepMs;
    window.startMs = window.endMs - rangeMs;
    while (window.to < times.length && times[window.to] <= window.endMs) window.to++;
    while (window.from < window.to && times[window.from] <= window.startMs) window.from++;
    if (window.from === window.to) continue;
    window.evalMs = stepTime(steps, i);
    window.step = i;
    const value = answer(window);
    if (value === undefined) continue;
    answers[i] = value;
    present[i] = 1;
    found = true;
  }
  return found ? { labels, values: answers, present } : null;
}
