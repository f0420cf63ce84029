import { CorruptionError, sortInSlices } from '@tidemark/base';
import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import { BlockUnreachableError } from '../block/block-unreachable.ts';
import type { ExemplarStore } from '../exemplars/exemplar-store.ts';
import type { Head } from '../head/head.ts';
import type { MetadataStore } from '../metadata/metadata-store.ts';
import type { Exemplar } from '../model/exemplar.ts';
import { compareNames, type Labels } from '../model/labels.ts';
import type { Matcher } from '../model/matcher.ts';
import type { MetricMetadata } from '../model/metadata.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import type { IdList } from '../postings/id-list.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import { deletedIn } from '../rollup/deleted-windows.ts';
import { JoinedWindows, type WindowStretch } from '../rollup/join-windows.ts';
import { rangeOf } from '../rollup/levels.ts';
import type { RolledColumns } from '../rollup/rolled-columns.ts';
import { RolledSource, remembering } from '../rollup/rolled-source.ts';
import { rollupBlocksOf } from '../rollup/rollup-blocks.ts';
import { isMet } from '../rollup/rollup-state.ts';
import { isNowhereSlow, madeOfSamples, slowUnits } from '../rollup/slow-windows.ts';
import { tiersHeld } from '../rollup/tiers-held.ts';
import { type FoundRolled, findRolled, visitFound } from '../rollup/visit-rolled.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';
import { BlockSource } from './block-source.ts';
import type { QueryBudget } from './budget.ts';
import { countNewest } from './count-newest.ts';
import { HeadSource } from './head-source.ts';
import { type Visit, visitMerged } from './merge-sources.ts';
import type { CountRequest, Queryable, RolledRequest, SelectedSeries, SelectRequest, SeriesCounts, Tiers } from './queryable.ts';
import { SharedTimes } from './shared-times.ts';
import type { Source } from './source.ts';

/**
 * Answers from the head and the blocks of one engine. The head is asked first: what leaves it while a query runs
 * is in a block before it leaves, so that the blocks, asked afterwards, have it. Damage takes a block out of the
 * answer and out of the engine; one that cannot be reached is left out, and the budget says what is missing. The rest still answers.
 */
export class Querier implements Queryable {
  readonly #head: Head;
  readonly #store: BlockStore;
  readonly #tombstones: Tombstones;
  readonly #metadata: MetadataStore;
  readonly #exemplars: ExemplarStore;

  constructor(head: Head, store: BlockStore, tombstones: Tombstones, metadata: MetadataStore, exemplars: ExemplarStore) {
    this.#head = head;
    this.#store = store;
    this.#tombstones = tombstones;
    this.#metadata = metadata;
    this.#exemplars = exemplars;
  }

  async select(request: SelectRequest, budget: QueryBudget): Promise<SelectedSeries[]> {
    const found: SelectedSeries[] = [];
    const shared = new SharedTimes();
    await this.visit(request, budget, ({ labels, samples, weights }) => found.push({ labels, samples: shared.copy(samples), weights }));
    return found;
  }

  visit(request: SelectRequest, budget: QueryBudget, visit: (series: SelectedSeries) => void): Promise<void> {
    const { except } = request;
    return this.#visit(request, budget, except === undefined ? () => false : ({ key }) => except.has(key), visit);
  }

  async tiers(tenant: string): Promise<readonly Tiers[]> {
    const deleted = await this.#deletedWindows(tenant);
    // Nothing is waited for from here on: this is one moment's state.
    const { live, state } = rollupBlocksOf(this.#store, tenant);
    const inMemory = this.#head.tenant(tenant)?.windows.all() ?? [];
    return tiersHeld({ state, live, inMemory, deleted: (widthMs) => deleted.get(widthMs) ?? [] });
  }

  /** By their width, between which times there is something that was deleted, or may be: of a block that does not answer nobody knows. */
  async #deletedWindows(tenant: string): Promise<ReadonlyMap<number, readonly TimeRange[]>> {
    const deleted = new Map<number, TimeRange[]>();
    if (this.#tombstones.all.length === 0) return deleted;
    for (const block of this.#store.rolled) {
      const { tenant: of, resolutionMs } = block.meta;
      if (of !== tenant) continue;
      const ranges = await this.#deletedIn(block);
      if (ranges.length > 0) deleted.set(resolutionMs, [...(deleted.get(resolutionMs) ?? []), ...ranges]);
    }
    return deleted;
  }

  async #deletedIn(block: Block): Promise<readonly TimeRange[]> {
    block.hold();
    try {
      return await deletedIn(block, this.#tombstones, NO_BREATH);
    } catch (error) {
      if (!(error instanceof BlockUnreachableError)) throw error;
      return [rangeOf(block.meta)];
    } finally {
      await block.release();
    }
  }

  async visitRolled(request: RolledRequest, budget: QueryBudget, visit: (labels: Labels, windows: RolledColumns) => void): Promise<void> {
    const { tenant, range, widthMs } = request;
    const done = new Set<string>();
    const visitOnce = (labels: Labels, windows: RolledColumns) => {
      done.add(labels.key);
      visit(labels, windows);
    };
    const left = this.#leftOut(range, budget);
    const isAsked = ({ meta }: Block) => meta.tenant === tenant && meta.resolutionMs === widthMs && isMet([range], rangeOf(meta));
    for (;;) {
      const slow = slowUnits(this.#store.rollupsOf(tenant).slow, request);
      const complete = await this.#holding(this.#store.rolled.filter(isAsked), left, budget, async (blocks) => {
        const found = await findRolled(blocks, this.#tombstones, request, budget);
        for (const key of done) found.delete(key);
        const made = await this.#visitSlow(request, slow, found, done, budget, visitOnce);
        await visitFound(found, request, made, budget, visitOnce);
        return true;
      });
      if (complete) return;
    }
  }

  /** Series that are left out for they are slow: visits those that have no windows at all, and gives what others have besides. */
  async #visitSlow(
    request: RolledRequest,
    units: readonly TimeRange[],
    found: FoundRolled,
    done: ReadonlySet<string>,
    budget: QueryBudget,
    visit: (labels: Labels, windows: RolledColumns) => void,
  ): Promise<ReadonlyMap<string, readonly WindowStretch[]>> {
    const also = new Map<string, readonly WindowStretch[]>();
    const { tenant, matchers, widthMs, range, leavesOutSlow = false } = request;
    if (units.length === 0) return also;
    const fast = new Set<string>();
    for (const [key, series] of found) {
      await budget.breathe();
      if (await isNowhereSlow(series, units)) fast.add(key);
    }
    const asked = { fromMs: Math.max(range.fromMs, units[0].fromMs) + 1, toMs: Math.min(range.toMs, units[units.length - 1].toMs) };
    if (leavesOutSlow && fast.size === found.size) return also;
    const skip = ({ key }: Labels) => done.has(key) || fast.has(key) || (leavesOutSlow && !found.has(key));
    await this.#visit({ tenant, matchers, range: asked }, budget, skip, (series) => {
      const { key } = series.labels;
      const stretches = madeOfSamples(series, units, request);
      if (found.has(key)) {
        also.set(key, stretches);
        return;
      }
      const windows = new JoinedWindows(widthMs, stretches);
      if (windows.length + windows.staleEndMs.length > 0) visit(series.labels, windows);
    });
    return also;
  }

  /** All but those that are to be skipped. */
  async #visit(
    request: SelectRequest,
    budget: QueryBudget,
    skip: (labels: Labels) => boolean,
    visit: (series: SelectedSeries) => void,
  ): Promise<void> {
    const { tenant, range } = request;
    const visited: Labels[] = [];
    /** By label, once what is asked has changed meanwhile. */
    let known: Set<string> | null = null;
    const left = this.#leftOut(range, budget);
    for (;;) {
      const done = known;
      const { live } = this.#store;
      const complete = await this.#holding(this.#overlapping(tenant, range), left, budget, async (blocks) => {
        const asked: Visit = {
          request,
          budget,
          isCurrent: () => this.#store.live === live,
          isDone: (labels) => skip(labels) || (done?.has(labels.key) ?? false),
          visit(series) {
            visited.push(series.labels);
            visit(series);
          },
        };
        const head = this.#head.tenant(tenant);
        const inHead = head === undefined ? null : new HeadSource(head);
        if (blocks.length === 0) return inHead === null || visitHead(inHead, asked);
        return visitMerged(inHead, await this.#open(blocks, budget), asked);
      });
      if (complete) return;
      known = new Set(Array.from(visited, (labels) => labels.key));
    }
  }

  async countNewest(request: CountRequest, budget: QueryBudget): Promise<SeriesCounts | null> {
    const { tenant, range } = request;
    const { live } = this.#store;
    const head = this.#head.tenant(tenant);
    const inHead = head === undefined || head.series.size === 0 ? [] : [new HeadSource(head)];
    const blocks = this.#overlapping(tenant, range);
    // A series may be in several places, and is counted once.
    if (inHead.length + blocks.length > 1) return null;
    let counted: SeriesCounts | null = { counts: new Map(), newestMs: null };
    const isWhole = await this.#holding(blocks, this.#leftOut(range, budget), budget, async (held) => {
      const sources = inHead.length > 0 ? inHead : await this.#open(held, budget);
      for (const source of sources) counted = await countNewest(source, request, budget);
      return this.#store.live === live;
    });
    return isWhole ? counted : null;
  }

  async series(tenant: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<Labels[]> {
    const found = new Map<string, Labels>();
    await this.#askAll(tenant, range, budget, async (source) => {
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
    await this.#askAll(tenant, range, budget, async (source) => {
      if (matchers.length > 0) {
        for (const labels of await matching(source, matchers, range, budget)) for (const [name] of labels) names.add(name);
        return;
      }
      for (const name of source.index.names()) {
        if (names.has(name)) continue;
        if (source.allHave?.(range) || (await anyCarried(source, name, range, budget))) names.add(name);
      }
    });
    return [...names].sort(compareNames);
  }

  async labelValues(tenant: string, name: string, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<string[]> {
    const values = new Set<string>();
    await this.#askAll(tenant, range, budget, async (source) => {
      if (matchers.length > 0) {
        for (const labels of await matching(source, matchers, range, budget)) values.add(labels.get(name));
        return;
      }
      const all = source.allHave?.(range) ?? false;
      for await (const batch of source.index.values(name)) {
        await budget.breathe();
        for (const [at, value] of batch.values.entries()) {
          if (!values.has(value) && (all || (await carried(source, batch.ids(at), range, budget)))) values.add(value);
        }
      }
    });
    values.delete('');
    return sortInSlices([...values], compareNames, () => budget.breathe());
  }

  async metadata(tenant: string): Promise<readonly MetricMetadata[]> {
    return this.#metadata.of(tenant);
  }

  async exemplars(tenant: string, selectors: readonly (readonly Matcher[])[], range: TimeRange): Promise<readonly Exemplar[]> {
    return this.#exemplars.of(tenant, selectors, range);
  }

  /** The head is asked first: what leaves it meanwhile is in a block before it does. */
  async #askAll(tenant: string, range: TimeRange, budget: QueryBudget, ask: (source: Source) => Promise<void>): Promise<void> {
    const head = this.#head.tenant(tenant);
    if (head !== undefined) await ask(new HeadSource(head));
    const left = this.#leftOut(range, budget);
    for (const block of this.#overlapping(tenant, range)) {
      await this.#holding([block], left, budget, async () => {
        await ask(await BlockSource.open(block, this.#tombstones, () => budget.breathe()));
        return true;
      });
    }
    if (this.#store.rolled.length === 0) return;
    const { rolled, state } = rollupBlocksOf(this.#store, tenant);
    for (const block of remembering(rolled, state.gone[0] ?? [], range)) {
      await this.#holding([block], left, budget, async () => {
        await ask(await RolledSource.open(block));
        return true;
      });
    }
  }

  async #open(blocks: readonly Block[], budget: QueryBudget): Promise<BlockSource[]> {
    const sources: BlockSource[] = [];
    for (const block of blocks) sources.push(await BlockSource.open(block, this.#tombstones, () => budget.breathe()));
    return sources;
  }

  #overlapping(tenant: string, range: TimeRange): readonly Block[] {
    return this.#store.live.filter(({ meta }) => meta.tenant === tenant && overlaps(meta, range));
  }

  /** Blocks that one query does without. What is in those that could not even be opened nobody knows. */
  #leftOut(range: TimeRange, budget: QueryBudget): LeftOut {
    for (const { place } of this.#store.absent) budget.miss({ ...range, reason: 'unreachable', detail: `${place.where} does not answer` });
    return new Set();
  }

  /**
   * None of the blocks is deleted before the work is done. False when one was found damaged, and set aside, or could not be reached, and
   * is left out from now on. Who waits for one that is far waits no longer than the query may.
   */
  async #holding(
    all: readonly Block[],
    left: LeftOut,
    budget: QueryBudget,
    work: (blocks: readonly Block[]) => Promise<boolean>,
  ): Promise<boolean> {
    const blocks = all.filter(({ meta }) => !left.has(meta.id));
    const held = this.#whileHeld(blocks, left, budget, work);
    return blocks.some(({ isFar }) => isFar) ? budget.orEnd(held) : held;
  }

  async #whileHeld(
    blocks: readonly Block[],
    left: LeftOut,
    budget: QueryBudget,
    work: (blocks: readonly Block[]) => Promise<boolean>,
  ): Promise<boolean> {
    for (const block of blocks) block.hold();
    try {
      return await work(blocks);
    } catch (error) {
      const failed = blocks.find(({ path }) => path === pathOf(error));
      if (failed === undefined) throw error;
      if (error instanceof BlockUnreachableError) {
        left.add(failed.meta.id);
        const { fromMs, toMs } = failed.meta;
        budget.miss({ fromMs, toMs, reason: error.reason === 'archived' ? 'archived' : 'unreachable', detail: error.message });
      } else await this.#store.quarantine(failed, error as CorruptionError);
      return false;
    } finally {
      for (const block of blocks) await block.release();
    }
  }
}

const NO_BREATH = async () => {};

/** By id: a block may move to another place meanwhile. */
type LeftOut = Set<string>;

/** Of the block that it is about. */
function pathOf(error: unknown): string | null {
  if (error instanceof CorruptionError) return error.file;
  return error instanceof BlockUnreachableError ? error.path : null;
}

/** Without blocks nothing is merged, and what the head gives is visited as it is. False when the blocks have changed meanwhile. */
async function visitHead(head: HeadSource, { request, budget, isCurrent, isDone, visit }: Visit): Promise<boolean> {
  const { matchers, range, newestOnly = false } = request;
  const ids = await resolveMatchers(
    head.index,
    matchers,
    () => budget.breathe(),
    (id) => head.labels(id),
  );
  await head.read(ids, range, newestOnly, budget, (labels, samples) => {
    if (isCurrent() && !isDone(labels)) visit({ labels, samples });
  });
  return isCurrent();
}

/** Labels of the series that match and have samples in `range`. */
async function matching(source: Source, matchers: readonly Matcher[], range: TimeRange, budget: QueryBudget): Promise<Labels[]> {
  const found: Labels[] = [];
  const ids = await resolveMatchers(
    source.index,
    matchers,
    () => budget.breathe(),
    (id) => source.labels(id),
  );
  const all = source.allHave?.(range) ?? false;
  for (const id of ids) {
    await budget.breathe();
    if (all || (await source.has(id, range))) found.push(await source.labels(id));
  }
  return found;
}

/** Does a series with this label have a sample in `range`? */
async function anyCarried(source: Source, name: string, range: TimeRange, budget: QueryBudget): Promise<boolean> {
  for await (const { values, ids } of source.index.values(name)) {
    for (let at = 0; at < values.length; at++) if (await carried(source, ids(at), range, budget)) return true;
  }
  return false;
}

/** Does one of these series have a sample in `range`? */
async function carried(source: Source, ids: IdList, range: TimeRange, budget: QueryBudget): Promise<boolean> {
  for (const id of ids) {
    await budget.breathe();
    if (await source.has(id, range)) return true;
  }
  return false;
}
