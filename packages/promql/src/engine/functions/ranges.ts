import type { Reduction } from '@tidemark/tsdb';
import { unwrap } from '../../syntax/ast.ts';
import { type Series, withoutName, withoutNames } from '../columns.ts';
import type { NativeHistogram } from '../histogram/native-histogram.ts';
import type { Sample } from '../histogram/operate.ts';
import type { SampleStretch } from '../select.ts';
import { type FromWindows, overRolled } from '../tiers/over-rolled.ts';
import { rolledFunctionOf } from '../tiers/rolled-functions.ts';
import {
  type AtOnce,
  type HistogramWindow,
  type MixedFunction,
  overMixedWindows,
  overWindows,
  type Prepared,
  type Window,
  type WindowFunction,
} from '../windows.ts';
import { RangeNotes } from './range-notes.ts';
import type { FunctionBody, Invocation } from './registry.ts';

/** Functions of a range vector, by what they do with native histograms. With a sink in the call they give it each series, and return none. */

/** Numbers only: histograms beside them are left out with a note. The matrix is argument `at`. */
export async function ofNumbers(
  call: Invocation,
  at: number,
  prepare: Prepared<WindowFunction>,
  atOnce?: AtOnce,
  reduction?: Reduction,
): Promise<Series[]> {
  const { series, rest: context } = await fromWindows(call, at);
  if (context === null) return series;
  const { args, steps, sink } = call;
  const onMixed = (stretch: SampleStretch) => new RangeNotes(context.notes, args.expr(at).span, stretch).ignored();
  const found = await overWindows(await args.matrix(at, reduction, context), steps, context, prepare, onMixed, atOnce, sink);
  return [...series, ...found];
}

/** Any samples, in whatever mix. */
export async function ofSamples(
  call: Invocation,
  prepare: Prepared<MixedFunction>,
  atOnce?: AtOnce,
  reduction?: Reduction,
): Promise<Series[]> {
  const { series, rest: context } = await fromWindows(call, 0);
  if (context === null) return series;
  const { args, steps, sink } = call;
  return [...series, ...(await overMixedWindows(await args.matrix(0, reduction, context), steps, context, prepare, atOnce, sink))];
}

/** Where a tier is asked instead of samples; a subquery's points are samples whatever they were made of. */
async function fromWindows(call: Invocation, at: number): Promise<FromWindows> {
  const { args, steps, context, sink } = call;
  const matrix = unwrap(args.expr(at));
  if (context.widthMs === 0 || matrix.kind !== 'matrix') return { series: [], rest: context };
  return overRolled(matrix, steps, context, await rolledFunctionOf(call), sink);
}

export type HistogramFunction = (histograms: HistogramWindow, window: Window, notes: RangeNotes) => NativeHistogram | undefined;

/** All numbers or all histograms: of a mix there is no answer, with a note. */
export async function ofOneKind(
  call: Invocation,
  prepare: Prepared<WindowFunction>,
  ofHistograms: HistogramFunction,
  atOnce?: AtOnce,
  reduction?: Reduction,
): Promise<Series[]> {
  const mixed: Prepared<MixedFunction> = (stretch) => {
    const ofWindow = prepare(stretch);
    const notes = new RangeNotes(call.context.notes, call.args.expr(0).span, stretch);
    return (window, histograms) => {
      if (histograms.from === histograms.to) return ofWindow(window);
      if (window.from === window.to) return ofHistograms(histograms, window, notes);
      notes.mixed();
      return undefined;
    };
  };
  return ofSamples(call, mixed, atOnce, reduction);
}

/** As a function's body, without the metric's name. */
export function nameless(run: (call: Invocation) => Promise<Series[]>): FunctionBody {
  return async (call) => ({ kind: 'vector', series: await withoutNames(await run(namelessSink(call)), call.context) });
}

function namelessSink(call: Invocation): Invocation {
  const { sink } = call;
  return sink === undefined ? call : { ...call, sink: (series) => sink({ ...series, labels: withoutName(series.labels) }) };
}

/** Both windows' samples from the newest on. */
export function newestFirst(window: Window, histograms: HistogramWindow): { timeMs: number; sample: Sample }[] {
  const samples: { timeMs: number; sample: Sample }[] = [];
  let number = window.to - 1;
  let histogram = histograms.to - 1;
  while (number >= window.from || histogram >= histograms.from) {
    const numberIsNewer = histogram < histograms.from || (number >= window.from && window.times[number] > histograms.times[histogram]);
    if (numberIsNewer) samples.push({ timeMs: window.times[number], sample: window.values[number--] });
    else samples.push({ timeMs: histograms.times[histogram], sample: histograms.values[histogram--] });
  }
  return samples;
}
