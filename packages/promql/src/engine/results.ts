import { assert, sortInSlices } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import { compareLabels, Labels } from '@tidemark/tsdb/model';
import { type Columns, HISTOGRAM, isEmpty, NOTHING, NUMBER, type Series, type Steps, stepTime, stepTimes, withoutName } from './columns.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import type { SampleStretch } from './select.ts';
import type { MatrixSeries, QueryValue, VectorSample } from './value.ts';
import type { Matrix } from './windows.ts';

/** From columns to what a query answers. */

export function instantResult(columns: Columns, atMs: number): QueryValue {
  if (columns.kind === 'scalar') return { kind: 'scalar', atMs, value: columns.values[0] };
  if (columns.kind === 'string') return { kind: 'string', atMs, value: columns.value };
  const samples = columns.series.filter((one) => one.present[0] !== NOTHING).map(vectorSample);
  return { kind: 'vector', atMs, samples };
}

function vectorSample({ labels, values, present, histograms }: Series): VectorSample {
  return present[0] === HISTOGRAM ? { labels, value: Number.NaN, histogram: histograms?.[0] } : { labels, value: values[0] };
}

export async function rangeResult(columns: Columns, steps: Steps, budget: QueryBudget): Promise<QueryValue> {
  assert(columns.kind !== 'string', 'a range query of a string was refused');
  const allTimes = stepTimes(steps);
  if (columns.kind === 'scalar') return { kind: 'matrix', series: [{ labels: Labels.EMPTY, times: allTimes, values: columns.values }] };
  const points: MatrixSeries[] = [];
  /** A pattern without a gap, which most series share. */
  let full: Uint8Array | null = null;
  for (const one of columns.series) {
    await budget.breathe();
    const isFull = one.present === full;
    if (!isFull && isEmpty(one)) continue;
    const shown = isFull ? { labels: one.labels, times: allTimes, values: one.values } : pointsOf(one, steps, allTimes);
    if (shown.times === allTimes) full = one.present;
    points.push(shown);
  }
  return { kind: 'matrix', series: await byLabels(points, budget) };
}

function byLabels(series: MatrixSeries[], budget: QueryBudget): Promise<MatrixSeries[]> {
  return sortInSlices(
    series,
    (a, b) => compareLabels(a.labels, b.labels),
    () => budget.breathe(),
  );
}

/** The points that exist. `allTimes` are those of the steps: all series without a gap share them. */
export function pointsOf(series: Series, steps: Steps, allTimes: Float64Array): MatrixSeries {
  const { labels, values, present, histograms } = series;
  if (isFull(present)) return { labels, times: allTimes, values }; // Fast path: nothing is missing.
  const there: number[] = [];
  for (let i = 0; i < present.length; i++) if (present[i] !== NOTHING) there.push(i);
  const times = Float64Array.from(there, (i) => stepTime(steps, i));
  const kept = Float64Array.from(there, (i) => (present[i] === HISTOGRAM ? Number.NaN : values[i]));
  if (histograms === undefined) return { labels, times, values: kept };
  return { labels, times, values: kept, histograms: there.map((i) => (present[i] === HISTOGRAM ? histograms[i] : undefined)) };
}

function isFull(present: Uint8Array): boolean {
  for (let i = 0; i < present.length; i++) if (present[i] !== NUMBER) return false;
  return true;
}

/** A range vector as an instant query's result: the samples themselves. */
export async function windowResult({ view, rangeMs, each }: Matrix, budget: QueryBudget): Promise<QueryValue> {
  const visible = (time: number) => time > view.lastMs - rangeMs && time <= view.lastMs;
  const series: MatrixSeries[] = [];
  await each((stretch) => {
    const named = inTimeOrder(stretch, visible);
    const one = stretch.dropsName ? { ...named, labels: withoutName(named.labels) } : named;
    if (one.times.length > 0) series.push(one);
  });
  return { kind: 'matrix', series: await byLabels(series, budget) };
}

function inTimeOrder(stretch: SampleStretch, visible: (time: number) => boolean): MatrixSeries {
  const { labels, times, values, histograms } = stretch;
  if (histograms === undefined) return { labels, times: times.filter(visible), values: values.filter((_, i) => visible(times[i])) };
  const points: { time: number; value: number; histogram?: NativeHistogram }[] = Array.from(times, (time, i) => ({
    time,
    value: values[i],
  }));
  for (const [i, time] of histograms.times.entries()) points.push({ time, value: Number.NaN, histogram: histograms.values[i] });
  const shown = points.filter(({ time }) => visible(time)).sort((a, b) => a.time - b.time);
  return {
    labels,
    times: Float64Array.from(shown, ({ time }) => time),
    values: Float64Array.from(shown, ({ value }) => value),
    histograms: shown.map(({ histogram }) => histogram),
  };
}
