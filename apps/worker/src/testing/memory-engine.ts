import type {
  AppendOutcome,
  BatchOrigin,
  CleaningOutcome,
  Deletion,
  DeletionOutcome,
  Engine,
  EngineStats,
  QueryBudget,
  RestoreOutcome,
  RetentionReport,
  SelectedSeries,
  SelectRequest,
  SnapshotOutcome,
} from '@tidemark/tsdb';
import {
  compareNames,
  type Exemplar,
  type Labels,
  type Matcher,
  type MetricMetadata,
  matchesAll,
  type SampleBatch,
  type TimeRange,
} from '@tidemark/tsdb/model';

/** An engine without a disk, as plain as can be: what the worker's own tests run over. Samples must arrive in order. */
interface Series {
  readonly labels: Labels;
  readonly times: number[];
  /** As words, so that stale markers keep their bits. */
  values: Float64Array;
}

export class MemoryEngine implements Engine {
  replayOffset = 0;
  openEpochs = [];
  drained = false;
  appends: BatchOrigin[] = [];
  readonly #tenants = new Map<string, Map<string, Series>>();
  readonly #exemplars: { readonly tenant: string; readonly exemplar: Exemplar }[] = [];
  readonly #metadata = new Map<string, Map<string, MetricMetadata>>();

  append(batch: SampleBatch, origin: BatchOrigin): AppendOutcome {
    this.appends.push(origin);
    const tenant = this.#tenants.get(batch.tenant) ?? new Map<string, Series>();
    this.#tenants.set(batch.tenant, tenant);
    const families = this.#metadata.get(batch.tenant) ?? new Map<string, MetricMetadata>();
    this.#metadata.set(batch.tenant, families);
    for (const entry of batch.metadata) families.set(entry.family, entry);
    for (const exemplar of batch.exemplars ?? []) this.#exemplars.push({ tenant: batch.tenant, exemplar });
    let appended = 0;
    let tooOld = 0;
    for (const { timeMs, numbers, values } of batch.groups) {
      for (const [i, number] of numbers.entries()) {
        const labels = batch.table.labels(number);
        const series = tenant.get(labels.key) ?? { labels, times: [], values: new Float64Array(0) };
        tenant.set(labels.key, series);
        if (timeMs <= (series.times.at(-1) ?? Number.NEGATIVE_INFINITY)) {
          tooOld++;
          continue;
        }
        const grown = new Float64Array(series.values.length + 1);
        grown.set(series.values);
        grown.set(values.subarray(i, i + 1), series.values.length);
        series.values = grown;
        series.times.push(timeMs);
        appended++;
      }
    }
    return { appended, refused: tooOld === 0 ? [] : [{ reason: 'too_old', samples: tooOld, firstSeries: 'a series' }] };
  }

  async select({ tenant, matchers, range, newestOnly }: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]> {
    const selected: SelectedSeries[] = [];
    for (const series of this.#matching(tenant, matchers)) {
      await budget.breathe();
      let from = series.times.findIndex((time) => time >= range.fromMs);
      const to = series.times.findLastIndex((time) => time <= range.toMs) + 1;
      if (from === -1 || from >= to) continue;
      if (newestOnly) from = to - 1;
      budget.chargeSeries(1);
      budget.chargeSamples(to - from);
      selected.push({
        labels: series.labels,
        samples: { times: Float64Array.from(series.times.slice(from, to)), values: series.values.slice(from, to) },
      });
    }
    return selected;
  }

  async series(tenant: string, matchers: readonly Matcher[], { fromMs, toMs }: TimeRange): Promise<Labels[]> {
    return this.#matching(tenant, matchers)
      .filter(({ times }) => times.some((time) => time >= fromMs && time <= toMs))
      .map(({ labels }) => labels);
  }

  async labelNames(tenant: string, matchers: readonly Matcher[], range: TimeRange): Promise<string[]> {
    return sortedUnique((await this.series(tenant, matchers, range)).flatMap((labels) => [...labels].map(([name]) => name)));
  }

  async labelValues(tenant: string, name: string, matchers: readonly Matcher[], range: TimeRange): Promise<string[]> {
    return sortedUnique((await this.series(tenant, matchers, range)).map((labels) => labels.get(name)).filter((value) => value !== ''));
  }

  async metadata(tenant: string): Promise<readonly MetricMetadata[]> {
    return [...(this.#metadata.get(tenant)?.values() ?? [])];
  }

  async exemplars(tenant: string, selectors: readonly (readonly Matcher[])[], { fromMs, toMs }: TimeRange): Promise<Exemplar[]> {
    return this.#exemplars
      .filter((each) => each.tenant === tenant && each.exemplar.timeMs >= fromMs && each.exemplar.timeMs <= toMs)
      .map(({ exemplar }) => exemplar)
      .filter(({ series }) => selectors.some((matchers) => matchesAll(matchers, (name) => series.get(name))));
  }

  async maintain(): Promise<void> {}

  async deleteSamples({ tenant, selectors, range }: Deletion): Promise<DeletionOutcome> {
    const series = new Set(selectors.flatMap((matchers) => this.#matching(tenant, matchers)));
    for (const each of series) {
      const kept = each.times.map((time) => time < range.fromMs || time > range.toMs);
      each.values = each.values.filter((_, i) => kept[i]);
      each.times.splice(0, each.times.length, ...each.times.filter((_, i) => kept[i]));
    }
    return { kind: 'deleted' };
  }

  bucketVersion(): number {
    return this.appends.length;
  }

  async cleanTombstones(): Promise<CleaningOutcome> {
    return { kind: 'cleaned' };
  }

  async snapshot(): Promise<SnapshotOutcome> {
    return { kind: 'refused', reason: 'nothing is on a disk' };
  }

  async restoreArchived(): Promise<RestoreOutcome> {
    return { kind: 'asked', blocks: [] };
  }

  async drain(): Promise<void> {
    this.drained = true;
  }

  async retention(): Promise<RetentionReport> {
    return { held: null, leaving: [] };
  }

  stats(): EngineStats {
    const series = [...this.#tenants.values()].flatMap((tenant) => [...tenant.values()]);
    const samples = series.reduce((sum, { times }) => sum + times.length, 0);
    return {
      headSeries: series.length,
      headSamples: samples,
      headBytesMax: Number.POSITIVE_INFINITY,
      headBytes: 0,
      headFromMs: null,
      headToMs: null,
      blocks: [],
      places: [],
      tombstones: 0,
      conflicts: 0,
      leftOut: 0,
      headSavedBytes: 0,
      quarantined: [],
    };
  }

  #matching(tenant: string, matchers: readonly Matcher[]): Series[] {
    return [...(this.#tenants.get(tenant)?.values() ?? [])].filter(({ labels }) => matchesAll(matchers, (name) => labels.get(name)));
  }
}

function sortedUnique(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareNames);
}
