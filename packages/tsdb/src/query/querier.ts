import { CorruptionError } from '@tidemark/base';
import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { Head } from '../head/head.ts';
import type { MetadataStore } from '../metadata/metadata-store.ts';
import { compareNames, type Labels } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { MetricMetadata } from '../model/metadata.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';
import { BlockSource } from './block-source.ts';
import type { QueryBudget } from './budget.ts';
import { HeadSource } from './head-source.ts';
import { SeriesMerge } from './merge-series.ts';
import type { Queryable, SelectedSeries, SelectRequest } from './queryable.ts';
import { SharedTimes } from './shared-times.ts';
import type { Source } from './source.ts';

/**
 * Answers from the head and the blocks of one engine. The head is asked first: what leaves it while a query runs
 * is in a block before it leaves, so that the blocks, asked afterwards, have it. Damage takes a block out of the
 * answer and out of the engine; the rest still answers.
 */
export class Querier implements Queryable {
  readonly #head: Head;
  readonly #store: BlockStore;
  readonly #tombstones: Tombstones;
  readonly #metadata: MetadataStore;

  constructor(head: Head, store: BlockStore, tombstones: Tombstones, metadata: MetadataStore) {
    this.#head = head;
    this.#store = store;
    this.#tombstones = tombstones;
    this.#metadata = metadata;
  }

  async select(request: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]> {
    const { tenant, matchers, range, newestOnly = false } = request;
    const ask = async (source: Source): Promise<SelectedSeries[]> => {
      const found: SelectedSeries[] = [];
      const shared = new SharedTimes();
      const ids = resolveMatchers(source.index, matchers);
      await source.read(ids, range, newestOnly, budget, (labels, samples) => found.push({ labels, samples: shared.copy(samples) }));
      return found;
    };
    const inHead = await this.#askHead(tenant, ask);
    const inBlocks = await this.#askBlocks(tenant, range, ask);
    if (inBlocks.length === 0) return inHead ?? [];
    const merge = new SeriesMerge();
    for (const found of [...inBlocks, inHead ?? []]) for (const series of found) merge.add(series);
    return newestOnly ? merge.newest() : merge.all();
  }

  async visit(request: SelectRequest, budget: QueryBudget, visit: (series: SelectedSeries) => void): Promise<void> {
    const { tenant, range, newestOnly = false } = request;
    const head = this.#head.tenant(tenant);
    const { live } = this.#store;
    const visited = new Set<Labels>();
    if (head !== undefined && this.#overlapping(tenant, range).length === 0) {
      // Fast path: everything is in the head, and stays there until the live blocks change.
      const source = new HeadSource(head);
      const ids = resolveMatchers(source.index, request.matchers);
      await source.read(ids, range, newestOnly, budget, (labels, samples) => {
        if (this.#store.live !== live) return;
        visited.add(labels);
        visit({ labels, samples });
      });
      if (this.#store.live === live) return;
    }
    const keys = new Set(Array.from(visited, (labels) => labels.key));
    for (const series of await this.select(request, budget)) {
      await budget.breathe();
      if (!keys.has(series.labels.key)) visit(series);
    }
  }

  async series(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<Labels[]> {
    const found = new Map<string, Labels>();
    await this.#askAll(tenant, range, async (source) => {
      for (const labels of await matching(source, matchers, range, budget)) {
        if (found.has(labels.key)) continue;
        budget.chargeSeries(1);
        found.set(labels.key, labels);
      }
    });
    return [...found.values()];
  }

  async labelNames(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]> {
    const names = new Set<string>();
    await this.#askAll(tenant, range, async (source) => {
      if (matchers.length > 0) {
        for (const labels of await matching(source, matchers, range, budget)) for (const [name] of labels) names.add(name);
        return;
      }
      for (const name of source.index.names()) {
        if (names.has(name)) continue;
        for (const value of source.index.values(name)) {
          if (!(await carried(source, name, value, range, budget))) continue;
          names.add(name);
          break;
        }
      }
    });
    return [...names].sort(compareNames);
  }

  async labelValues(tenant: string, name: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]> {
    const values = new Set<string>();
    await this.#askAll(tenant, range, async (source) => {
      if (matchers.length > 0) {
        for (const labels of await matching(source, matchers, range, budget)) values.add(labels.get(name));
        return;
      }
      for (const value of source.index.values(name)) {
        if (!values.has(value) && (await carried(source, name, value, range, budget))) values.add(value);
      }
    });
    values.delete('');
    return [...values].sort(compareNames);
  }

  async metadata(tenant: string): Promise<readonly MetricMetadata[]> {
    return this.#metadata.of(tenant);
  }

  async #askAll(tenant: string, range: TimeRange, ask: (source: Source) => Promise<void>): Promise<void> {
    await this.#askHead(tenant, ask);
    await this.#askBlocks(tenant, range, ask);
  }

  async #askHead<T>(tenant: string, ask: (source: Source) => Promise<T>): Promise<T | null> {
    const head = this.#head.tenant(tenant);
    return head === undefined ? null : ask(new HeadSource(head));
  }

  #overlapping(tenant: string, range: TimeRange): readonly Block[] {
    return this.#store.live.filter(({ meta }) => meta.tenant === tenant && overlaps(meta, range));
  }

  async #askBlocks<T>(tenant: string, range: TimeRange, ask: (source: Source) => Promise<T>): Promise<T[]> {
    const blocks = this.#overlapping(tenant, range);
    const answers: T[] = [];
    for (const block of blocks) block.hold(); // So that none of them is deleted before its turn comes.
    try {
      for (const block of blocks) {
        try {
          answers.push(await ask(await BlockSource.open(block, this.#tombstones)));
        } catch (error) {
          if (!(error instanceof CorruptionError)) throw error;
          await this.#store.quarantine(block, error);
        }
      }
    } finally {
      for (const block of blocks) await block.release();
    }
    return answers;
  }
}

/** Labels of the series that match and have samples in `range`. */
async function matching(source: Source, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<Labels[]> {
  const found: Labels[] = [];
  for (const id of resolveMatchers(source.index, matchers)) {
    await budget.breathe();
    if (await source.has(id, range)) found.push(source.labels(id));
  }
  return found;
}

/** Does a series with this label have a sample in `range`? */
async function carried(source: Source, name: string, value: string, range: TimeRange, budget: QueryBudget): Promise<boolean> {
  for (const id of source.index.ids(name, value)) {
    await budget.breathe();
    if (await source.has(id, range)) return true;
  }
  return false;
}
