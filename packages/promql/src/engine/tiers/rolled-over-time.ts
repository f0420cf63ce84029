import { assert } from '@tidemark/base';
import { mergeSketches, quantileOfSketch, type RolledColumns, type Sketched, sketchedOf, stretchesOf, tierOf } from '@tidemark/tsdb/rollup';
import { KahanSum } from '../kahan.ts';
import type { HistogramAnswer, Need, RolledFunction, RolledSpan } from './rolled-function.ts';
import { asOfNumbers, FIRST_HISTOGRAM, LAST_HISTOGRAM, sumOfHistograms } from './rolled-histograms.ts';

/** One number for all samples of a range, out of windows. */

function over(answer: RolledFunction['answer'], need: Need | null = null, ofHistograms: HistogramAnswer | null = null): RolledFunction {
  return { need, answer, ofHistograms };
}

/** That looks at no value. */
function ofAny(answer: RolledFunction['answer']): RolledFunction {
  return over(answer, null, asOfNumbers(answer));
}

export const ROLLED_OVER_TIME = {
  avg_over_time: over((span) => sumOf(span) / countOf(span), 'sum', sumOfHistograms(true)),
  count_over_time: ofAny((span) => countOf(span) * span.share),
  first_over_time: over(({ windows, from }) => windows.first[from], null, FIRST_HISTOGRAM),
  last_over_time: over(({ windows, to }) => windows.last[to - 1], null, LAST_HISTOGRAM),
  mad_over_time: over((span) => medianDeviation(sketchOf(span)), 'sketches'),
  max_over_time: over(({ windows, from, to }) => windows.max[extremeAt(windows.max, from, to, isMore, false)]),
  min_over_time: over(({ windows, from, to }) => windows.min[extremeAt(windows.min, from, to, isLess, false)]),
  present_over_time: ofAny(() => 1),
  stddev_over_time: over((span) => Math.sqrt(varianceOf(span)), 'deviation'),
  stdvar_over_time: over(varianceOf, 'deviation'),
  sum_over_time: over((span) => sumOf(span) * span.share, 'sum', sumOfHistograms(false)),
  ts_of_first_over_time: ofAny(({ windows, from }) => windows.firstMs[from] / 1000),
  ts_of_last_over_time: ofAny(({ windows, to }) => windows.lastMs[to - 1] / 1000),
  ts_of_max_over_time: over(({ windows, from, to }) => timeOf(windows, extremeAt(windows.max, from, to, isMore, true), windows.max)),
  ts_of_min_over_time: over(({ windows, from, to }) => timeOf(windows, extremeAt(windows.min, from, to, isLess, true), windows.min)),
} satisfies Record<string, RolledFunction>;

/** `q`: by step. */
export function quantileOver(q: Float64Array): RolledFunction {
  return over((span) => quantileOfSketch(sketchOf(span), q[span.step]), 'sketches');
}

function countOf({ windows, from, to }: RolledSpan): number {
  let count = 0;
  for (let i = from; i < to; i++) count += windows.count[i];
  return count;
}

function sumOf({ windows, from, to }: RolledSpan): number {
  const sum = new KahanSum();
  for (let i = from; i < to; i++) sum.add(windows.sum[i]);
  return sum.total;
}

/** Within the windows, and between their means. */
function varianceOf(span: RolledSpan): number {
  const { windows, from, to } = span;
  const { sum, count } = windows;
  const deviation = windows.deviation as Float64Array;
  const all = countOf(span);
  const mean = sumOf(span) / all;
  let squares = 0;
  for (let i = from; i < to; i++) {
    const distance = sum[i] / count[i] - mean;
    squares += count[i] * (deviation[i] * deviation[i] + distance * distance);
  }
  return squares / all;
}

const isLess = (a: number, b: number) => a < b;
const isMore = (a: number, b: number) => a > b;

/** Position of the best, and of equal ones the first, or with `latest` the last. A NaN loses against every number. */
function extremeAt(
  values: Float64Array,
  from: number,
  to: number,
  better: (value: number, best: number) => boolean,
  latest: boolean,
): number {
  let at = from;
  for (let i = from + 1; i < to; i++) {
    if (better(values[i], values[at]) || Number.isNaN(values[at]) || (latest && values[i] === values[at])) at = i;
  }
  return at;
}

/** As known as it is: exactly at a window's ends, or in the middle between them. */
function timeOf({ first, last, firstMs, lastMs }: RolledColumns, at: number, extreme: Float64Array): number {
  if (last[at] === extreme[at] || Number.isNaN(extreme[at])) return lastMs[at] / 1000;
  return (firstMs[at] + (first[at] === extreme[at] ? firstMs[at] : lastMs[at])) / 2000;
}

/** All of the span's windows as one. */
function sketchOf(span: RolledSpan): Sketched {
  const windows = sketchedOf(span.windows, span.from, span.to);
  if (windows.length === 1) return windows[0];
  const { widthMs, min, max } = span.windows;
  const { sketchFloor } = tierOf(widthMs);
  assert(sketchFloor !== null, 'what has sketches has a floor for them');
  return {
    sketch: mergeSketches(windows, sketchFloor),
    count: countOf(span),
    min: min[extremeAt(min, span.from, span.to, isLess, false)],
    max: max[extremeAt(max, span.from, span.to, isMore, false)],
  };
}

/** Median of the distances to the median, out of how the values are spread. */
function medianDeviation(window: Sketched): number {
  const median = quantileOfSketch(window, 0.5);
  const distances = stretchesOf(window).map(({ value, count }) => ({ distance: Math.abs(value - median), count }));
  if (distances.some(({ distance }) => Number.isNaN(distance))) return Number.NaN;
  distances.sort((a, b) => a.distance - b.distance);
  const rank = (window.count - 1) / 2;
  return (distanceAt(distances, Math.floor(rank)) + distanceAt(distances, Math.ceil(rank))) / 2;
}

function distanceAt(rising: readonly { readonly distance: number; readonly count: number }[], rank: number): number {
  let left = rank;
  for (const { distance, count } of rising) {
    if (left < count) return distance;
    left -= count;
  }
  return Number.NaN;
}
