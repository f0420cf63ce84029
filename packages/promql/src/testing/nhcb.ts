import { type Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { bucketsOf, CUSTOM_SCHEMA, type NativeHistogram } from '../engine/histogram/native-histogram.ts';
import type { NotedSeries, NotedValue } from './series-notation.ts';

/** `load_with_nhcb`: what classic histograms (`_bucket`, `_count`, `_sum`) become with custom buckets. */
export function nativeFromClassic(series: readonly NotedSeries[]): NotedSeries[] {
  const groups = new Map<string, { labels: Labels; buckets: [number, NotedSeries][]; count?: NotedSeries; sum?: NotedSeries }>();
  for (const one of series) {
    const match = /^(.+)_(bucket|count|sum)$/.exec(one.labels.name);
    if (match === null) continue;
    const labels = one.labels.without('le').with(METRIC_NAME, match[1]);
    const group = groups.get(labels.key) ?? { labels, buckets: [] };
    groups.set(labels.key, group);
    if (match[2] === 'count') group.count = one;
    else if (match[2] === 'sum') group.sum = one;
    else if (one.labels.get('le') !== '') group.buckets.push([Number(one.labels.get('le').replace('+Inf', 'Infinity')), one]);
  }
  const converted: NotedSeries[] = [];
  for (const { labels, buckets, count, sum } of groups.values()) {
    const rising = buckets.filter(([le]) => !Number.isNaN(le)).sort(([a], [b]) => a - b);
    // Of a bound that is written in two ways the first counts.
    const sorted = rising.filter(([le], at) => at === 0 || le !== rising[at - 1][0]);
    const length = Math.max(0, ...sorted.map(([, one]) => one.values.length), count?.values.length ?? 0);
    const values = Array.from({ length }, (_, i) => convert(sorted, i, numberAt(count, i), numberAt(sum, i)));
    if (sorted.length > 0) converted.push({ labels, values });
  }
  return converted;
}

function numberAt(series: NotedSeries | undefined, i: number): number | undefined {
  const value = series?.values[i];
  return value?.kind === 'number' ? value.value : undefined;
}

function convert(sorted: readonly [number, NotedSeries][], i: number, total: number | undefined, sum = 0): NotedValue {
  const cumulative = sorted.flatMap(([le, series]) => {
    const count = numberAt(series, i);
    return count === undefined ? [] : [[le, count] as const];
  });
  if (cumulative.length === 0 && total === undefined) return { kind: 'none' };
  const bounds = cumulative.map(([le]) => le).filter(Number.isFinite);
  const counts = cumulative.map(([, count]) => count);
  const all = total ?? counts.at(-1) ?? 0;
  if (counts.length === bounds.length) counts.push(all);
  const positive = bucketsOf(counts.map((count, at) => [at, count - (counts[at - 1] ?? 0)] as const));
  const histogram: NativeHistogram = {
    schema: CUSTOM_SCHEMA,
    bounds,
    zeroThreshold: 0,
    zeroCount: 0,
    count: all,
    sum,
    positive,
    negative: new Map(),
    hint: 'unknown',
  };
  return { kind: 'histogram', histogram };
}
