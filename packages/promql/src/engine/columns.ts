import type { QueryBudget } from '@tidemark/tsdb';
import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import type { QueryContext } from './context.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import type { Sample } from './histogram/operate.ts';
import { QueryError } from './query-error.ts';
import { mapInSlices, Slices } from './slices.ts';

/**
 * What nodes hand to each other: columns over the steps of the evaluation. An instant query is one step.
 * `present[i]` says what the series has at step i: NOTHING, a NUMBER in `values`, or a HISTOGRAM in `histograms`.
 */
export interface Series {
  readonly labels: Labels;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly histograms?: readonly (NativeHistogram | undefined)[];
  /** With delayed name removal: what says of which metric it is goes at the end of the query. */
  readonly dropsName?: boolean;
}

export const NOTHING = 0;
export const NUMBER = 1;
export const HISTOGRAM = 2;

/** A series in the making. */
export interface OpenSeries extends Series {
  histograms?: (NativeHistogram | undefined)[];
  dropsName?: boolean;
}

export function sampleAt(series: Series, i: number): Sample {
  return series.present[i] === HISTOGRAM ? (series.histograms?.[i] as NativeHistogram) : series.values[i];
}

export function putSample(series: OpenSeries, i: number, sample: Sample): void {
  if (typeof sample === 'number') {
    series.values[i] = sample;
    series.present[i] = NUMBER;
  } else {
    series.histograms ??= [];
    series.histograms[i] = sample;
    series.present[i] = HISTOGRAM;
  }
}

/** Takes series one after the other; `values` are valid until it returns, `present` for ever. */
export type SeriesSink = (series: Series) => void;

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

/**
 * Room for `series` columns is charged before it is taken, as Prometheus counts the points of a result: a selector
 * with few samples may be asked for at very many steps. One step costs nothing beyond the samples themselves.
 */
export function chargeColumns(budget: QueryBudget, series: number, steps: Steps): void {
  if (steps.count > 1) budget.chargeSamples(series * steps.count);
}

export function stepTime(steps: Steps, i: number): number {
  return steps.startMs + i * steps.stepMs;
}

export function stepTimes(steps: Steps): Float64Array {
  const times = new Float64Array(steps.count);
  for (let i = 0; i < times.length; i++) times[i] = stepTime(steps, i);
  return times;
}

export function lastStep(steps: Steps): number {
  return stepTime(steps, steps.count - 1);
}

/** `origin`: the series that it is made of, if there is one. */
export function emptySeries(labels: Labels, count: number, origin?: Pick<Series, 'dropsName'>): OpenSeries {
  const series = { labels, values: new Float64Array(count), present: new Uint8Array(count) };
  return origin?.dropsName ? { ...series, dropsName: true } : series;
}

/** Every number through `change`; histograms are left out. The metric's name is kept: drop it with `withoutNames`. */
export function mapSeries(series: Series, change: (value: number, step: number) => number): Series {
  const { labels } = series;
  const present = numbersOnly(series);
  const values = new Float64Array(present.length);
  for (let i = 0; i < present.length; i++) if (present[i] === NUMBER) values[i] = change(series.values[i], i);
  return { labels, values, present };
}

/** Where the series has numbers. */
export function numbersOnly({ present, histograms }: Series): Uint8Array {
  return histograms === undefined ? present : present.map((kind) => (kind === NUMBER ? NUMBER : NOTHING));
}

/** Labels that say what was measured: gone when something else is made of it. */
const OF_THE_METRIC = [METRIC_NAME, '__type__', '__unit__'];

/** Series that derive from others by losing or gaining labels are asked for again at each evaluation of a rule. */
const nameless = new WeakMap<Labels, Labels>();

export function withoutName(labels: Labels): Labels {
  let derived = nameless.get(labels);
  if (derived === undefined) {
    derived = labels.without(...OF_THE_METRIC);
    nameless.set(labels, derived);
  }
  return derived;
}

export async function withoutNames(
  series: readonly Series[],
  { features, budget }: Pick<QueryContext, 'features' | 'budget'>,
): Promise<Series[]> {
  if (features.delayedNameRemoval) return series.map((one) => ({ ...one, dropsName: true }));
  return mergeSeries(await mapInSlices(series, 0, budget, (one) => ({ ...one, labels: withoutName(one.labels) })), budget);
}

/** The names go whose removal was delayed. */
export async function settleNames(series: readonly Series[], budget: QueryBudget): Promise<readonly Series[]> {
  if (!series.some((one) => one.dropsName)) return series;
  const settle = (one: Series) => (one.dropsName ? { ...one, labels: withoutName(one.labels) } : one);
  return mergeSeries(await mapInSlices(series, 0, budget, settle), budget);
}

/** Makes one of those with equal labels. They must not have a value at the same step. */
export async function mergeSeries(series: readonly Series[], budget: QueryBudget): Promise<Series[]> {
  if (series.length < 2) return [...series];
  const slices = new Slices(budget);
  const byKey = new Map<string, Series>();
  for (const one of series) {
    await slices.spend(0);
    const twin = byKey.get(one.labels.key);
    byKey.set(one.labels.key, twin === undefined ? one : merged(twin, one));
  }
  return [...byKey.values()];
}

function merged(a: Series, b: Series): Series {
  const both: OpenSeries = { ...emptySeries(a.labels, 0, a), values: a.values.slice(), present: a.present.slice() };
  if (a.histograms !== undefined) both.histograms = [...a.histograms];
  for (let i = 0; i < both.present.length; i++) {
    if (b.present[i] === NOTHING) continue;
    if (both.present[i] !== NOTHING) throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
    putSample(both, i, sampleAt(b, i));
  }
  return both;
}

export function isEmpty({ present }: Series): boolean {
  for (let i = 0; i < present.length; i++) if (present[i] !== NOTHING) return false;
  return true;
}
