/**
 * Series whose every sample follows from its time, so that what a query should say of years is known without keeping them.
 * Samples lie on multiples of the interval, and a window (end - width, end] holds width / interval of them.
 */
import type { Millis } from '@tidemark/base';
import { Labels } from '@tidemark/tsdb/model';

export interface KnownSeries {
  readonly labels: Labels;
  readonly intervalMs: Millis;
  /** Samples of (fromMs, toMs]. */
  readonly fromMs: Millis;
  readonly toMs: Millis;
  /** Of the sample at `index * intervalMs`. */
  valueAt(index: number): number;
}

interface Life {
  readonly intervalMs: Millis;
  readonly fromMs?: Millis;
  readonly toMs?: Millis;
}

/** Grows by `step` with each sample, and begins at 0 again with each `turn`th. */
export function counter(labels: Readonly<Record<string, string>>, life: Life, step: number, turn: number): KnownSeries {
  return { ...named(labels, life), valueAt: (index) => step * (index % turn) };
}

/** Goes up and down between 1 and `height` + 1, by tenths. */
export function wave(labels: Readonly<Record<string, string>>, life: Life, height: number, turn: number): KnownSeries {
  const half = turn / 2;
  return {
    ...named(labels, life),
    valueAt: (index) => Math.round(10 + (10 * height * (half - Math.abs((index % turn) - half))) / half) / 10,
  };
}

function named(labels: Readonly<Record<string, string>>, { intervalMs, fromMs = 0, toMs = Number.POSITIVE_INFINITY }: Life) {
  return { labels: Labels.from(labels), intervalMs, fromMs, toMs };
}

/** What is known of a window; null where it holds no sample. */
export const KNOWN: Readonly<Record<string, (series: KnownSeries, endMs: Millis, widthMs: Millis) => number | null>> = {
  count_over_time: (...window) => valuesIn(...window)?.length ?? null,
  sum_over_time: (...window) => sumIn(...window),
  avg_over_time: (...window) => {
    const sum = sumIn(...window);
    return sum === null ? null : sum / (valuesIn(...window) as Float64Array).length;
  },
  min_over_time: (...window) => valuesIn(...window)?.reduce((least, value) => Math.min(least, value)) ?? null,
  max_over_time: (...window) => valuesIn(...window)?.reduce((most, value) => Math.max(most, value)) ?? null,
  first_over_time: (...window) => valuesIn(...window)?.at(0) ?? null,
  last_over_time: (...window) => valuesIn(...window)?.at(-1) ?? null,
  increase: increaseIn,
  'quantile_over_time 0.5': (...window) => quantileIn(0.5, ...window),
  'quantile_over_time 0.95': (...window) => quantileIn(0.95, ...window),
  'quantile_over_time 0.99': (...window) => quantileIn(0.99, ...window),
};

/** What windows keep of the series. */
export function knownOf({ labels }: KnownSeries): readonly string[] {
  return labels.name.endsWith('_total') ? OF_COUNTERS : OF_GAUGES;
}

const OF_ALL = ['count_over_time', 'min_over_time', 'max_over_time', 'first_over_time', 'last_over_time'];
const OF_COUNTERS = [...OF_ALL, 'increase'];
const QUANTILES = ['quantile_over_time 0.5', 'quantile_over_time 0.95', 'quantile_over_time 0.99'];
const OF_GAUGES = [...OF_ALL, 'sum_over_time', 'avg_over_time', ...QUANTILES];

/** As it is written: `name` or `name parameter`, of a window of `selector`. */
export function queryOf(known: string, selector: string, widthMs: Millis): string {
  const [name, parameter] = known.split(' ');
  return `${name}(${parameter === undefined ? '' : `${parameter}, `}${selector}[${widthMs / 1000}s])`;
}

function valuesIn({ intervalMs, fromMs, toMs, valueAt }: KnownSeries, endMs: Millis, widthMs: Millis): Float64Array | null {
  const first = Math.floor(Math.max(endMs - widthMs, fromMs) / intervalMs) + 1;
  const last = Math.floor(Math.min(endMs, toMs) / intervalMs);
  return last < first ? null : Float64Array.from({ length: last - first + 1 }, (_, i) => valueAt(first + i));
}

/** Values are tenths at most: in them it adds up exactly. */
function sumIn(series: KnownSeries, endMs: Millis, widthMs: Millis): number | null {
  const values = valuesIn(series, endMs, widthMs);
  return values === null ? null : values.reduce((sum, value) => sum + Math.round(value * 10), 0) / 10;
}

/** Prometheus' rule: what it grew by, stretched to the ends of the window where these are near, but not to below 0. */
function increaseIn(series: KnownSeries, endMs: Millis, widthMs: Millis): number | null {
  const values = valuesIn(series, endMs, widthMs);
  if (values === null || values.length < 2) return null;
  const { intervalMs, fromMs, toMs } = series;
  let grown = 0;
  for (let i = 1; i < values.length; i++) grown += values[i] < values[i - 1] ? values[i] : values[i] - values[i - 1];
  const firstMs = (Math.floor(Math.max(endMs - widthMs, fromMs) / intervalMs) + 1) * intervalMs;
  const lastMs = Math.floor(Math.min(endMs, toMs) / intervalMs) * intervalMs;
  const near = (gapMs: Millis) => (gapMs >= 1.1 * intervalMs ? intervalMs / 2 : gapMs);
  const toZeroMs = grown > 0 ? ((lastMs - firstMs) * values[0]) / grown : Number.POSITIVE_INFINITY;
  const beforeMs = Math.min(near(firstMs - (endMs - widthMs)), toZeroMs);
  return (grown * (lastMs - firstMs + beforeMs + near(endMs - lastMs))) / (lastMs - firstMs);
}

function quantileIn(share: number, series: KnownSeries, endMs: Millis, widthMs: Millis): number | null {
  const values = valuesIn(series, endMs, widthMs)?.sort();
  if (values === undefined) return null;
  const rank = share * (values.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, values.length - 1);
  return values[below] * (1 - (rank - below)) + values[above] * (rank - below);
}
