import type { Millis, Prng } from '@tidemark/base';
import type { Queryable, QueryBudget, SelectedSeries, SelectRequest } from '@tidemark/tsdb';
import {
  type Labels,
  type Matcher,
  type MetricMetadata,
  markHigh,
  markLow,
  matchesAll,
  type NativeHistogram,
  type SampleColumns,
  type TimeRange,
  writeStaleAt,
} from '@tidemark/tsdb/model';

/** A stale marker, a number, or a native histogram. */
export type TableSample = 'stale' | number | NativeHistogram;

interface TableSeries {
  readonly labels: Labels;
  readonly samples: Map<Millis, TableSample>;
  /** Of the samples that tell when their series started. */
  readonly starts: Map<Millis, Millis>;
  columns: SampleColumns | null;
}

/** A table of series in memory, the same for every tenant: the smallest `Queryable`. */
export class MemoryQueryable implements Queryable {
  readonly #series = new Map<string, TableSeries>();

  clear(): void {
    this.#series.clear();
  }

  /** A later sample for the same time replaces the former. */
  append(labels: Labels, timeMs: Millis, sample: TableSample, startMs: Millis = 0): void {
    let series = this.#series.get(labels.key);
    if (series === undefined) {
      series = { labels, samples: new Map(), starts: new Map(), columns: null };
      this.#series.set(labels.key, series);
    }
    series.samples.set(timeMs, sample);
    if (startMs === 0) series.starts.delete(timeMs);
    else series.starts.set(timeMs, startMs);
    series.columns = null;
  }

  /** The same series, each in one of `count` tables. */
  split(count: number, random: Prng): MemoryQueryable[] {
    const tables = Array.from({ length: count }, () => new MemoryQueryable());
    for (const [key, series] of this.#series) random.pick(tables).#series.set(key, series);
    return tables;
  }

  async select(request: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]> {
    const selected: SelectedSeries[] = [];
    for (const series of this.#series.values()) {
      if (request.except?.has(series.labels.key)) continue;
      if (!matchesAll(request.matchers, (name) => series.labels.get(name))) continue;
      series.columns ??= columnsOf(series);
      const samples = slice(series.columns, request.range, request.newestOnly === true);
      const { times } = samples;
      if (times.length === 0) continue;
      budget.chargeSeries(1);
      budget.chargeSamples(times.length);
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

function columnsOf({ samples, starts }: Pick<TableSeries, 'samples' | 'starts'>): SampleColumns {
  const times = Float64Array.from(samples.keys()).sort();
  const values = new Float64Array(times.length);
  const histograms: NativeHistogram[] = [];
  const words = new Uint32Array(values.buffer);
  for (const [i, time] of times.entries()) {
    const sample = samples.get(time);
    if (sample === 'stale') writeStaleAt(values, i);
    else if (typeof sample === 'number') values[i] = sample;
    else {
      const number = histograms.push(sample as NativeHistogram) - 1;
      words.set([markLow(number), markHigh(number)], 2 * i);
    }
  }
  const told = starts.size > 0 && { starts: Float64Array.from(times, (time) => starts.get(time) ?? 0) };
  return { times, values, ...(histograms.length > 0 && { histograms }), ...told };
}

function slice({ times, values, starts, ...rest }: SampleColumns, range: TimeRange, newestOnly: boolean): SampleColumns {
  const to = firstAbove(times, range.toMs);
  const from = Math.min(firstAbove(times, range.fromMs - 1), to);
  const start = newestOnly ? Math.max(from, to - 1) : from;
  return {
    ...rest,
    times: times.subarray(start, to),
    values: values.subarray(start, to),
    ...(starts && { starts: starts.subarray(start, to) }),
  };
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
