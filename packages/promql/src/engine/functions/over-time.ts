import type { Reduction } from '@tidemark/tsdb';
import type { WindowAnswers } from '@tidemark/tsdb/kernel';
import type { Series } from '../columns.ts';
import { totalOf } from '../histogram/sum.ts';
import { meanOf, sumOf, varianceOf } from '../kahan.ts';
import { quantileOf } from '../quantile.ts';
import type { AtOnce, HistogramWindow, MixedFunction, Window, WindowFunction } from '../windows.ts';
import { nameless, ofNumbers, ofOneKind, ofSamples } from './ranges.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** One number for all samples of a window. */

function ofNumbersOnly(answer: WindowFunction, atOnce?: AtOnce, reduction?: Reduction): FunctionBody {
  return nameless((call) => ofNumbers(call, 0, () => answer, atOnce, reduction));
}

function atOnce(what: WindowAnswers, finish?: (answer: number) => number): AtOnce {
  return { what, samplesMin: 1, extrapolate: null, finish };
}

function ofAny(answer: MixedFunction, kernel?: AtOnce, reduction?: Reduction): FunctionBody {
  return nameless((call) => ofSamples(call, () => answer, kernel, reduction));
}

/** The sample itself, its metric's name too. */
function sampleItself(answer: MixedFunction, kernel?: AtOnce): FunctionBody {
  return async (call) => ({ kind: 'vector', series: await ofSamples(call, () => answer, kernel) });
}

function summed(what: 'sum' | 'mean', ofWindow: WindowFunction): FunctionBody {
  return nameless((call) =>
    ofOneKind(
      call,
      () => ofWindow,
      ({ values, from, to }, _window, notes) => {
        const total = totalOf(values.slice(from, to), what);
        if (total.kind === 'incompatible') {
          notes.incompatible();
          return undefined;
        }
        if (total.reconciled) notes.reconciled('aggregation');
        if (total.collided) notes.collided();
        return total.histogram;
      },
      atOnce(what),
      'sum',
    ),
  );
}

/** The samples that the window's values stand for. */
function countOf({ weights, from, to }: Window): number {
  if (weights === undefined) return to - from;
  let count = 0;
  for (let i = from; i < to; i++) count += weights[i];
  return count;
}

/** Values that stand for many are sums, and nothing is lost in adding them up. */
function meanOfWindow(window: Window): number {
  const { values, weights, from, to } = window;
  return weights === undefined ? meanOf(values, from, to) : sumOf(values, from, to) / countOf(window);
}

/** Is the oldest, or the newest, sample a number? */
function isNumberFirst(window: Window, histograms: HistogramWindow): boolean {
  return histograms.from === histograms.to || (window.from < window.to && window.times[window.from] < histograms.times[histograms.from]);
}

function isNumberLast(window: Window, histograms: HistogramWindow): boolean {
  return (
    histograms.from === histograms.to || (window.from < window.to && window.times[window.to - 1] > histograms.times[histograms.to - 1])
  );
}

const firstSample: MixedFunction = (window, histograms) =>
  isNumberFirst(window, histograms) ? window.values[window.from] : histograms.values[histograms.from];

const lastSample: MixedFunction = (window, histograms) =>
  isNumberLast(window, histograms) ? window.values[window.to - 1] : histograms.values[histograms.to - 1];

const firstTime: MixedFunction = (window, histograms) =>
  (isNumberFirst(window, histograms) ? window.times[window.from] : histograms.times[histograms.from]) / 1000;

const lastTime: MixedFunction = (window, histograms) =>
  (isNumberLast(window, histograms) ? window.times[window.to - 1] : histograms.times[histograms.to - 1]) / 1000;

/** Position of the best value; a NaN loses against every number. Of equal ones the first, or with `latest` the last. */
function extremeAt(better: (value: number, best: number) => boolean, latest: boolean) {
  return (values: Float64Array, from: number, to: number): number => {
    let at = from;
    for (let i = from + 1; i < to; i++) {
      if (better(values[i], values[at]) || Number.isNaN(values[at]) || (latest && values[i] === values[at])) at = i;
    }
    return at;
  };
}

const isLess = (a: number, b: number) => a < b;
const isMore = (a: number, b: number) => a > b;
const minimumAt = extremeAt(isLess, false);
const maximumAt = extremeAt(isMore, false);
const lastMinimumAt = extremeAt(isLess, true);
const lastMaximumAt = extremeAt(isMore, true);

const quantileOverTime = nameless(async (call) => {
  const { args, context, sink } = call;
  const q = await args.scalar(0);
  let answers = 0;
  const counting = (series: Series) => {
    answers++;
    sink?.(series);
  };
  const answer: WindowFunction = ({ values, from, to, step }) => quantileOf(q[step], values, from, to);
  const told = sink === undefined ? call : { ...call, sink: counting };
  const series = await ofNumbers(told, 1, () => answer, { ...atOnce('quantile'), parameter: (step) => q[step] });
  if (answers + series.length > 0) context.notes.quantiles(q, args.expr(0).span);
  return series;
});

/** Median of the distances to the median; NaN when a sample is. */
function medianDeviation(values: Float64Array, from: number, to: number): number {
  for (let i = from; i < to; i++) if (Number.isNaN(values[i])) return Number.NaN;
  const median = quantileOf(0.5, values, from, to);
  const distances = values.slice(from, to).map((value) => Math.abs(value - median));
  return quantileOf(0.5, distances, 0, distances.length);
}

export const OVER_TIME: FunctionTable = {
  avg_over_time: summed('mean', meanOfWindow),
  count_over_time: ofAny((window, histograms) => countOf(window) + histograms.to - histograms.from, atOnce('count'), 'count'),
  first_over_time: sampleItself(firstSample),
  last_over_time: sampleItself(lastSample, atOnce('last')),
  mad_over_time: ofNumbersOnly(({ values, from, to }) => medianDeviation(values, from, to)),
  max_over_time: ofNumbersOnly(({ values, from, to }) => values[maximumAt(values, from, to)], atOnce('max'), 'max'),
  min_over_time: ofNumbersOnly(({ values, from, to }) => values[minimumAt(values, from, to)], atOnce('min'), 'min'),
  present_over_time: ofAny(
    () => 1,
    atOnce('count', () => 1),
    'count',
  ),
  quantile_over_time: quantileOverTime,
  stddev_over_time: ofNumbersOnly(({ values, from, to }) => Math.sqrt(varianceOf(values, from, to)), atOnce('variance', Math.sqrt)),
  stdvar_over_time: ofNumbersOnly(({ values, from, to }) => varianceOf(values, from, to), atOnce('variance')),
  sum_over_time: summed('sum', ({ values, from, to }) => sumOf(values, from, to)),
  ts_of_first_over_time: ofAny(firstTime),
  ts_of_last_over_time: ofAny(lastTime),
  ts_of_max_over_time: ofNumbersOnly(({ times, values, from, to }) => times[lastMaximumAt(values, from, to)] / 1000),
  ts_of_min_over_time: ofNumbersOnly(({ times, values, from, to }) => times[lastMinimumAt(values, from, to)] / 1000),
};
