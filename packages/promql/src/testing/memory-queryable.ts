import type { Millis } from '@tidemark/base';
import type { Queryable, QueryBudget, SelectedSeries, SelectRequest } from '@tidemark/tsdb';
import {
  type Labels,
  type Matcher,
  type MetricMetadata,
  matchesAll,
  type SampleColumns,
  type TimeRange,
  writeStaleAt,
} from '@tidemark/tsdb/model';

/** A table of series in memory, for one tenant or all: the smallest `Queryable`. */
export class MemoryQueryable implements Queryable {
  readonly #series = new Map<string, { labels: Labels; samples: Map<Millis, number | 'stale'>; columns: SampleColumns | null }>();

  clear(): void {
    this.#series.clear();
  }

  /** A later value for the same time replaces the former. */
  append(labels: Labels, timeMs: Millis, value: number | 'stale'): void {
    let series = this.#series.get(labels.key);
    if (series === undefined) {
      series = { labels, samples: new Map(), columns: null };
      this.#series.set(labels.key, series);
    }
    series.samples.set(timeMs, value);
    series.columns = null;
  }

  async select(request: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]> {
    const selected: SelectedSeries[] = [];
    for (const series of this.#series.values()) {
      if (!matchesAll(request.matchers, (name) => series.labels.get(name))) continue;
      series.columns ??= columnsOf(series.samples);
      const samples = slice(series.columns, request.range, request.newestOnly === true);
      if (samples.times.length === 0) continue;
      budget.chargeSeries(1);
      budget.chargeSamples(samples.times.length);
      selected.push({ labels: series.labels, samples });
    }
    return selected;
  }

  async series(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<Labels[]> {
    const selected = await this.select({ tenant, matchers, range }, budget);
    return selected.map((series) => series.labels);
  }

  async labelNames(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]> {
    const series = await this.series(tenant, matchers, range, budget);
    return [...new Set(series.flatMap((labels) => [...labels].map(([name]) => name)))].sort();
  }

  async labelValues(tenant: string, name: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]> {
    const series = await this.series(tenant, matchers, range, budget);
    return [...new Set(series.map((labels) => labels.get(name)).filter((value) => value !== ''))].sort();
  }

  async metadata(): Promise<readonly MetricMetadata[]> {
    return [];
  }
}

function columnsOf(samples: ReadonlyMap<Millis, number | 'stale'>): SampleColumns {
  const times = Float64Array.from(samples.keys()).sort();
  const values = new Float64Array(times.length);
  times.forEach((time, i) => {
    const value = samples.get(time);
    if (value === 'stale') writeStaleAt(values, i);
    else values[i] = value as number;
  });
  return { times, values };
}

function slice({ times, values }: SampleColumns, range: TimeRange, newestOnly: boolean): SampleColumns {
  const to = firstAbove(times, range.toMs);
  const from = Math.min(firstAbove(times, range.fromMs - 1), to);
  const start = newestOnly ? Math.max(from, to - 1) : from;
  return { times: times.subarray(start, to), values: values.subarray(start, to) };
}

/** Position of the first time above `limit`. */
function firstAbove(times: Float64Array, limit: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
