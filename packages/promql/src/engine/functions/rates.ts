import { metricNameOf } from '../../syntax/check.ts';
import { withoutNames } from '../columns.ts';
import type { SampleStretch } from '../select.ts';
import { overWindows, type Prepared, type Window, type WindowFunction } from '../windows.ts';
import type { FunctionBody, FunctionTable } from './registry.ts';

/** How fast counters and gauges move. */

function overMatrix(prepare: Prepared<WindowFunction>): FunctionBody {
  return async ({ args, steps, context }) => {
    const series = await overWindows(await args.matrix(0), steps, context, prepare);
    return { kind: 'vector', series: withoutNames(series) };
  };
}

const COUNTER_NAME = /_(total|sum|count|bucket)$/;

/** `rate` and `increase` say so when the metric is not named like a counter. */
function ofCounter(prepare: Prepared<WindowFunction>): FunctionBody {
  return async ({ args, steps, context }) => {
    const series = await overWindows(await args.matrix(0), steps, context, prepare);
    const name = metricNameOf(args.expr(0)) || (series[0]?.labels.name ?? '');
    if (series.length > 0 && name !== '' && !COUNTER_NAME.test(name)) {
      const message = `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`;
      context.notes.info(message, args.expr(0).span);
    }
    return { kind: 'vector', series: withoutNames(series) };
  };
}

/** Resets up to each position, so that a window without one needs no second look at its samples. */
function resetsUpTo(values: Float64Array): Uint32Array {
  const counts = new Uint32Array(values.length);
  for (let i = 1; i < values.length; i++) counts[i] = counts[i - 1] + Number(values[i] < values[i - 1]);
  return counts;
}

function lostToResets(values: Float64Array, from: number, to: number): number {
  let lost = 0;
  for (let i = from + 1; i < to; i++) if (values[i] < values[i - 1]) lost += values[i - 1];
  return lost;
}

function counterGrowth(perSecond: boolean): Prepared<WindowFunction> {
  return ({ values }: SampleStretch) => {
    const resets = resetsUpTo(values);
    return (window) => {
      const { from, to } = window;
      if (to - from < 2) return undefined;
      let growth = values[to - 1] - values[from];
      if (resets[to - 1] !== resets[from]) growth += lostToResets(values, from, to);
      return extrapolate(window, growth, true, perSecond);
    };
  };
}

const gaugeDelta: WindowFunction = (window) => {
  const { values, from, to } = window;
  return to - from < 2 ? undefined : extrapolate(window, values[to - 1] - values[from], false, false);
};

/**
 * Samples rarely lie on the window's ends: the growth between the first and the last is stretched to the ends,
 * by at most half an average interval where the series seems to begin or end within the window, and for counters
 * not below the point where they were zero. As Prometheus does, so that values agree.
 */
function extrapolate(window: Window, growth: number, isCounter: boolean, perSecond: boolean): number {
  const { times, values, from, to, startMs, endMs } = window;
  const sampled = (times[to - 1] - times[from]) / 1000;
  const average = sampled / (to - from - 1);
  let toStart = (times[from] - startMs) / 1000;
  let toEnd = (endMs - times[to - 1]) / 1000;
  const threshold = average * 1.1;
  if (toStart >= threshold) toStart = average / 2;
  if (isCounter) {
    let toZero = toStart;
    if (growth > 0 && values[from] >= 0) toZero = sampled * (values[from] / growth);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = average / 2;
  let factor = (sampled + toStart + toEnd) / sampled;
  if (perSecond) factor /= (endMs - startMs) / 1000;
  return growth * factor;
}

function lastTwo(isCounter: boolean, perSecond: boolean): WindowFunction {
  return ({ times, values, from, to }) => {
    if (to - from < 2) return undefined;
    const newest = values[to - 1];
    const before = values[to - 2];
    const seconds = (times[to - 1] - times[to - 2]) / 1000;
    if (seconds === 0) return undefined;
    const difference = isCounter && newest < before ? newest : newest - before;
    return perSecond ? difference / seconds : difference;
  };
}

function countPairs(counts: (before: number, after: number) => boolean): WindowFunction {
  return ({ values, from, to }) => {
    let count = 0;
    for (let i = from + 1; i < to; i++) if (counts(values[i - 1], values[i])) count++;
    return count;
  };
}

export const RATES: FunctionTable = {
  changes: overMatrix(() => countPairs((before, after) => before !== after && !(Number.isNaN(before) && Number.isNaN(after)))),
  delta: overMatrix(() => gaugeDelta),
  idelta: overMatrix(() => lastTwo(false, false)),
  increase: ofCounter(counterGrowth(false)),
  irate: overMatrix(() => lastTwo(true, true)),
  rate: ofCounter(counterGrowth(true)),
  resets: overMatrix(() => countPairs((before, after) => after < before)),
};
