import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { QueryError } from './query-error.ts';

/**
 * What nodes hand to each other: columns over the steps of the evaluation. An instant query is one step.
 * `present[i]` says whether the series has a value at step i; where it is 0, `values[i]` means nothing.
 */
export interface Series {
  readonly labels: Labels;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** What a node gives. Text is the same at each step. */
export type Columns =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly series: readonly Series[] };

/** Evenly spaced times of evaluation. */
export interface Steps {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

export function stepTime(steps: Steps, i: number): number {
  return steps.startMs + i * steps.stepMs;
}

export function lastStep(steps: Steps): number {
  return stepTime(steps, steps.count - 1);
}

export function emptySeries(labels: Labels, count: number): Series {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count) };
}

/** Every present value through `change`. The metric's name is kept: drop it with `withoutNames`. */
export function mapSeries(series: Series, change: (value: number, step: number) => number): Series {
  const { labels, present } = series;
  const values = new Float64Array(present.length);
  for (let i = 0; i < present.length; i++) if (present[i] === 1) values[i] = change(series.values[i], i);
  return { labels, values, present };
}

/** Series that derive from others by losing or gaining labels are asked for again at each evaluation of a rule. */
const nameless = new WeakMap<Labels, Labels>();

export function withoutName(labels: Labels): Labels {
  let derived = nameless.get(labels);
  if (derived === undefined) {
    derived = labels.without(METRIC_NAME);
    nameless.set(labels, derived);
  }
  return derived;
}

export function withoutNames(series: readonly Series[]): Series[] {
  return mergeSeries(series.map((one) => ({ ...one, labels: withoutName(one.labels) })));
}

/** Makes one of those with equal labels. They must not have a value at the same step. */
export function mergeSeries(series: readonly Series[]): Series[] {
  if (series.length < 2) return [...series];
  const byKey = new Map<string, Series>();
  for (const one of series) {
    const twin = byKey.get(one.labels.key);
    byKey.set(one.labels.key, twin === undefined ? one : merged(twin, one));
  }
  return [...byKey.values()];
}

function merged(a: Series, b: Series): Series {
  const values = a.values.slice();
  const present = a.present.slice();
  for (let i = 0; i < present.length; i++) {
    if (b.present[i] === 0) continue;
    if (present[i] !== 0) throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
    values[i] = b.values[i];
    present[i] = b.present[i];
  }
  return { labels: a.labels, values, present };
}

export function isEmpty(series: Series): boolean {
  return !series.present.includes(1);
}
