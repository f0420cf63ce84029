import type { QueryBudget } from '@tidemark/tsdb';
import { KERNEL_SAMPLES_MAX, KERNEL_SORTED_MAX, KERNEL_WINDOWS_MAX, type WindowAnswers, windowKernel } from '@tidemark/tsdb/kernel';
import type { Extension } from '../syntax/ast.ts';
import { ColumnRoom } from './column-room.ts';
import { chargeColumns, emptySeries, isEmpty, NUMBER, putSample, type Series, type SeriesSink, type Steps, stepTime } from './columns.ts';
import type { QueryContext } from './context.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import type { Sample } from './histogram/operate.ts';
import { KERNEL_SAMPLES_MIN, KERNEL_SEEN_MAX, KERNEL_STEPS_MIN, WINDOW_SLICE_SAMPLES } from './limits.ts';
import type { SampleStretch } from './select.ts';
import type { View } from './times.ts';
import { type PlanShape, pieceOf, type SharedPlan, WindowPlans } from './window-plan.ts';

/** Samples of one series within one step's range, `(startMs, endMs]`: positions `from` up to, not including, `to`. */
export interface Window {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** How many samples each value stands for, when that is not one: only for who asked for a reduction. */
  readonly weights?: Float64Array;
  /** As in `SampleStretch`. */
  readonly starts?: Float64Array;
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
  readonly starts?: Float64Array;
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
export interface Matrix extends Look {
  /** Loads each series, one after the other; its columns are valid until `visit` returns. Once only. */
  each(visit: (stretch: SampleStretch) => void): Promise<void>;
}

/** Where a range vector looks at each step. */
export interface Look {
  readonly view: View;
  readonly rangeMs: number;
  readonly extension: Extension | null;
}

/** A kernel that answers all windows of a series of numbers at once, as the function beside it does one by one. */
export interface AtOnce extends PlanShape {
  readonly what: WindowAnswers;
  /** Made of the kernel's answer, where it is finite. */
  readonly finish?: (answer: number) => number;
}

/** Of numbers only: `onMixed` hears of windows whose histograms were left out beside numbers. */
export function overWindows(
  matrix: Matrix,
  steps: Steps,
  context: QueryContext,
  prepare: Prepared<WindowFunction>,
  onMixed?: (stretch: SampleStretch) => void,
  atOnce?: AtOnce,
  sink?: SeriesSink,
): Promise<Series[]> {
  const mixed: Prepared<MixedFunction> = (stretch) => {
    const answer = prepare(stretch);
    return (window, histograms) => {
      if (window.from === window.to) return undefined;
      if (histograms.from < histograms.to) onMixed?.(stretch);
      return answer(window);
    };
  };
  return overMixedWindows(matrix, steps, context, mixed, atOnce, sink);
}

/** A series for each that has an answer: all of them, or one after the other to `sink`, and then none. */
export async function overMixedWindows(
  matrix: Matrix,
  steps: Steps,
  context: QueryContext,
  prepare: Prepared<MixedFunction>,
  atOnce?: AtOnce,
  sink?: SeriesSink,
): Promise<Series[]> {
  const plans = atOnce !== undefined && steps.count <= KERNEL_WINDOWS_MAX ? new WindowPlans(matrix, steps, atOnce) : null;
  try {
    return await overPlanned(matrix, steps, context, prepare, atOnce, sink, plans);
  } finally {
    plans?.release();
  }
}

async function overPlanned(
  matrix: Matrix,
  steps: Steps,
  { budget }: QueryContext,
  prepare: Prepared<MixedFunction>,
  atOnce: AtOnce | undefined,
  sink: SeriesSink | undefined,
  plans: WindowPlans | null,
): Promise<Series[]> {
  const found: Series[] = [];
  const take = sink ?? ((series) => found.push(series));
  const long: (SampleStretch & { readonly plan?: SharedPlan })[] = [];
  // Whoever takes series one by one has done with the kernel's answers before the next are made.
  const room = sink === undefined ? new ColumnRoom(steps.count) : null;
  await matrix.each((stretch) => {
    chargeColumns(budget, 1, steps);
    if (plans !== null && atOnce !== undefined && fits(stretch) && pays(stretch, steps)) {
      const plan = plans.of(stretch.times, stretch.facts !== undefined);
      if (plan.isEmpty) return;
      if (atOnce.what !== 'quantile' || plan.samplesMost <= KERNEL_SORTED_MAX) {
        if (SEES_EACH_WINDOW.has(atOnce.what) && plan.samplesSeen > KERNEL_SEEN_MAX) long.push({ ...copyOf(stretch), plan });
        else take(answerAtOnce(stretch, matrix, steps, plan, atOnce, prepare, room));
        return;
      }
    }
    if (isLong(stretch, matrix, steps)) {
      long.push(copyOf(stretch));
      return;
    }
    const series = finished(slide(stretch, matrix, steps, prepare(stretch)));
    if (!isEmpty(series)) take(series);
  });
  for (const { plan, ...stretch } of long) {
    if (plan !== undefined && atOnce !== undefined) {
      take(await answerInPieces(stretch, matrix, steps, plan, atOnce, prepare, budget));
      continue;
    }
    const sliding = slide(stretch, matrix, steps, prepare(stretch));
    let slice = sliding.next();
    for (; !slice.done; slice = sliding.next()) await budget.breathe();
    if (!isEmpty(slice.value)) take(slice.value);
  }
  return found;
}

/** Kernels that look at the samples of each window anew; the others look at each sample once or twice. */
const SEES_EACH_WINDOW: ReadonlySet<WindowAnswers> = new Set(['sum', 'mean', 'variance', 'quantile']);

/** As `answerAtOnce`, some windows at a time. */
async function answerInPieces(
  stretch: SampleStretch,
  look: Look,
  steps: Steps,
  plan: SharedPlan,
  atOnce: AtOnce,
  prepare: Prepared<MixedFunction>,
  budget: QueryBudget,
): Promise<Series> {
  const answers = new Float64Array(steps.count);
  for (let from = 0; from < steps.count; ) {
    await budget.breathe();
    let to = from;
    for (let seen = 0; to < steps.count && (to === from || seen <= KERNEL_SEEN_MAX); to++) seen += plan.to[to] - plan.from[to];
    const piece = pieceOf(plan, from, to);
    windowKernel().answer(atOnce.what, piece, stretch.values.subarray(piece.samplesFrom, piece.samplesTo));
    answers.set(windowKernel().answers, from);
    from = to;
  }
  return settled(stretch, look, steps, plan, atOnce, prepare, answers);
}

/** Its windows have so many samples between them that something else must run in between. */
function isLong({ times }: SampleStretch, { view, rangeMs }: Look, { count }: Steps): boolean {
  const windowsOfSample = view.stepMs === 0 ? count : Math.min(count, Math.ceil(rangeMs / view.stepMs));
  return times.length * windowsOfSample > 4 * WINDOW_SLICE_SAMPLES;
}

/** What a visit gives is valid until it ends. */
function copyOf({ times, values, weights, packed: _, ...rest }: SampleStretch): SampleStretch {
  return { ...rest, times: times.slice(), values: values.slice(), ...(weights !== undefined && { weights: weights.slice() }) };
}

function finished(sliding: Generator<void, Series>): Series {
  let slice = sliding.next();
  while (!slice.done) slice = sliding.next();
  return slice.value;
}

/** Few windows of few samples are sooner looked through than planned. */
function pays({ times }: SampleStretch, { count }: Steps): boolean {
  return count >= KERNEL_STEPS_MIN || times.length >= KERNEL_SAMPLES_MIN;
}

function fits({ histograms, times, weights, starts }: SampleStretch): boolean {
  return histograms === undefined && weights === undefined && starts === undefined && times.length <= KERNEL_SAMPLES_MAX;
}

function answerAtOnce(
  stretch: SampleStretch,
  look: Look,
  steps: Steps,
  plan: SharedPlan,
  atOnce: AtOnce,
  prepare: Prepared<MixedFunction>,
  room: ColumnRoom | null,
): Series {
  const kernel = windowKernel();
  const resets = stretch.facts?.resets ?? null;
  const areFinite =
    atOnce.what === 'counter growth' && resets !== null
      ? kernel.counterGrowth(plan, stretch.packed ?? stretch.values, resets)
      : kernel.answer(atOnce.what, plan, stretch.values);
  const answers = room === null ? kernel.answers : room.copyOf(kernel.answers);
  const { labels, dropsName } = stretch;
  if (areFinite && atOnce.finish === undefined) return { labels, values: answers, present: plan.present, dropsName };
  return settled(stretch, look, steps, plan, atOnce, prepare, answers);
}

/** What the kernel's answers mean. */
function settled(
  stretch: SampleStretch,
  look: Look,
  steps: Steps,
  { present, from, to }: SharedPlan,
  { finish }: AtOnce,
  prepare: Prepared<MixedFunction>,
  answers: Float64Array,
): Series {
  const { labels, dropsName } = stretch;
  let one: MixedFunction | null = null;
  for (let i = 0; i < answers.length; i++) {
    if (present[i] !== NUMBER) continue;
    if (Number.isFinite(answers[i])) {
      if (finish !== undefined) answers[i] = finish(answers[i]);
      continue;
    }
    // Beyond the finite numbers the function itself has the word.
    one ??= prepare(stretch);
    const window = windowAt(stretch, look, steps, i);
    window.from = from[i];
    window.to = to[i];
    answers[i] = one(window, NO_HISTOGRAMS) as number;
  }
  return { labels, values: answers, present, dropsName };
}

const NO_TIMES = new Float64Array(0);
const NO_HISTOGRAMS: HistogramWindow = { times: NO_TIMES, values: [], from: 0, to: 0 };

/** Its positions are not known yet. */
function windowAt({ times, values }: SampleStretch, { view, rangeMs }: Look, steps: Steps, step: number): Window {
  const endMs = view.firstMs + step * view.stepMs;
  return { times, values, from: 0, to: 0, startMs: endMs - rangeMs, endMs, evalMs: stepTime(steps, step), step };
}

/** Window by window; yields where something else may run. */
function* slide(stretch: SampleStretch, { view, rangeMs, extension }: Look, steps: Steps, answer: MixedFunction): Generator<void, Series> {
  const { times, values, weights, starts, labels } = stretch;
  const answers = emptySeries(labels, steps.count, stretch);
  const window: Window = { times, values, weights, starts, from: 0, to: 0, startMs: 0, endMs: 0, evalMs: 0, step: 0 };
  const histograms: HistogramWindow = { times: NO_TIMES, values: [], ...stretch.histograms, from: 0, to: 0 };
  let seen = 0;
  for (let i = 0; i < steps.count; i++) {
    window.endMs = view.firstMs + i * view.stepMs;
    window.startMs = window.endMs - rangeMs;
    advance(window, window.startMs, window.endMs);
    advance(histograms, window.startMs, window.endMs);
    if (window.from === window.to && histograms.from === histograms.to && extension !== 'smoothed') continue;
    window.evalMs = stepTime(steps, i);
    window.step = i;
    const sample = answer(window, histograms);
    if (sample !== undefined) putSample(answers, i, sample);
    seen += window.to - window.from;
    if (seen < WINDOW_SLICE_SAMPLES) continue;
    seen = 0;
    yield;
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
