import { assert, sortInSlices } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import { compareLabels, Labels } from '@tidemark/tsdb/model';
import { type Columns, HISTOGRAM, NOTHING, NUMBER, type Series, type Steps, stepTimes, withoutName } from './columns.ts';
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
  if (columns.kind === 'scalar')
    return { kind: 'matrix', series: [{ labels: Labels.EMPTY, times: stepTimes(steps), values: columns.values }] };
  const points = new Points(steps);
  const found: MatrixSeries[] = [];
  for (const one of columns.series) {
    await budget.breathe();
    const shown = points.of(one);
    if (shown.times.length > 0) found.push(shown);
  }
  return { kind: 'matrix', series: await byLabels(found, budget) };
}

function byLabels(series: MatrixSeries[], budget: QueryBudget): Promise<MatrixSeries[]> {
  return sortInSlices(
    series,
    (a, b) => compareLabels(a.labels, b.labels),
    () => budget.breathe(),
  );
}

/** The points that exist. Series that have theirs at the same steps, nearly always all of them, share one column of times. */
export class Points {
  readonly #allTimes: Float64Array;
  /** The pattern that came last; series share the very array. */
  #pattern: Uint8Array | null = null;
  /** Its steps; null when none is missing. */
  #steps: Uint32Array | null = null;
  #times: Float64Array;

  constructor(steps: Steps) {
    this.#allTimes = stepTimes(steps);
    this.#times = this.#allTimes;
  }

  of({ labels, values, present, histograms }: Series): MatrixSeries {
    if (present !== this.#pattern) this.#lookAt(present);
    const times = this.#times;
    const steps = this.#steps;
    // Fast path: nothing is missing.
    if (steps === null) return { labels, times, values };
    const kept = new Float64Array(steps.length);
    for (let i = 0; i < steps.length; i++) kept[i] = present[steps[i]] === HISTOGRAM ? Number.NaN : values[steps[i]];
    if (histograms === undefined) return { labels, times, values: kept };
    return { labels, times, values: kept, histograms: Array.from(steps, (i) => (present[i] === HISTOGRAM ? histograms[i] : undefined)) };
  }

  #lookAt(present: Uint8Array): void {
    const steps = new Uint32Array(present.length);
    let length = 0;
    let isFull = true;
    for (let i = 0; i < present.length; i++) {
      if (present[i] !== NUMBER) isFull = false;
      if (present[i] !== NOTHING) steps[length++] = i;
    }
    this.#pattern = present;
    this.#steps = isFull ? null : steps.subarray(0, length);
    this.#times = this.#allTimes;
    if (isFull) return;
    this.#times = new Float64Array(length);
    for (let i = 0; i < length; i++) this.#times[i] = this.#allTimes[steps[i]];
  }
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
