import { formatNumber } from '../../syntax/numbers.ts';
import { withoutNames } from '../columns.ts';
import { meanOf, sumOf, varianceOf } from '../kahan.ts';
import { quantileOf } from '../quantile.ts';
import { overWindows, type WindowFunction } from '../windows.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** One number for all samples of a window. */

function overTime(answer: WindowFunction): FunctionBody {
  return async ({ args, steps, context }) => ({
    kind: 'vector',
    series: withoutNames(await overWindows(await args.matrix(0), steps, context, () => answer)),
  });
}

/** The sample itself, its metric's name too. */
function sampleItself(answer: WindowFunction): FunctionBody {
  return async ({ args, steps, context }) => ({
    kind: 'vector',
    series: await overWindows(await args.matrix(0), steps, context, () => answer),
  });
}

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

const quantileOverTime: FunctionBody = async ({ args, steps, context }) => {
  const q = await args.scalar(0);
  const matrix = await args.matrix(1);
  for (const one of q) {
    if (!(one >= 0 && one <= 1))
      context.notes.warn(`quantile value should be between 0 and 1, got ${formatNumber(one)}`, args.expr(0).span);
  }
  const series = await overWindows(
    matrix,
    steps,
    context,
    () =>
      ({ values, from, to, step }) =>
        quantileOf(q[step], values, from, to),
  );
  return { kind: 'vector', series: withoutNames(series) };
};

/** Median of the distances to the median; NaN when a sample is. */
function medianDeviation(values: Float64Array, from: number, to: number): number {
  for (let i = from; i < to; i++) if (Number.isNaN(values[i])) return Number.NaN;
  const median = quantileOf(0.5, values, from, to);
  const distances = values.slice(from, to).map((value) => Math.abs(value - median));
  return quantileOf(0.5, distances, 0, distances.length);
}

export const OVER_TIME: FunctionTable = {
  avg_over_time: overTime(({ values, from, to }) => meanOf(values, from, to)),
  count_over_time: overTime(({ from, to }) => to - from),
  first_over_time: sampleItself(({ values, from }) => values[from]),
  last_over_time: sampleItself(({ values, to }) => values[to - 1]),
  mad_over_time: overTime(({ values, from, to }) => medianDeviation(values, from, to)),
  max_over_time: overTime(({ values, from, to }) => values[maximumAt(values, from, to)]),
  min_over_time: overTime(({ values, from, to }) => values[minimumAt(values, from, to)]),
  present_over_time: overTime(() => 1),
  quantile_over_time: quantileOverTime,
  stddev_over_time: overTime(({ values, from, to }) => Math.sqrt(varianceOf(values, from, to))),
  stdvar_over_time: overTime(({ values, from, to }) => varianceOf(values, from, to)),
  sum_over_time: overTime(({ values, from, to }) => sumOf(values, from, to)),
  ts_of_first_over_time: overTime(({ times, from }) => times[from] / 1000),
  ts_of_last_over_time: overTime(({ times, to }) => times[to - 1] / 1000),
  ts_of_max_over_time: overTime(({ times, values, from, to }) => times[lastMaximumAt(values, from, to)] / 1000),
  ts_of_min_over_time: overTime(({ times, values, from, to }) => times[lastMinimumAt(values, from, to)] / 1000),
};
