import { join } from 'node:path';
import { assert, type Clock, type Millis, prng } from '@tidemark/base';
import { type Files, nodeFiles } from '@tidemark/base/files';
import type { Block } from './block/block.ts';
import { BlockStore } from './block/block-store.ts';
import type { BlockMeta } from './block/format.ts';
import { settingAside } from './block/set-aside.ts';
import { writeSnapshot } from './block/write-snapshot.ts';
import { BucketVersions } from './bucket-versions.ts';
import { flushWindow } from './compact/flush-window.ts';
import { RetentionKeeper, type Rewrite } from './compact/keep-retention.ts';
import { type Masks, mergeBlocks } from './compact/merge-blocks.ts';
import { type MergeRules, planMerges } from './compact/plan.ts';
import { longestAgeMs, nextAgeMs, type RetentionRules, rawRetention } from './compact/retention.ts';
import type {
  AppendOutcome,
  BatchOrigin,
  CleaningOutcome,
  DeletionOutcome,
  Engine,
  EngineStats,
  RestoreOutcome,
  RetentionReport,
  SnapshotOutcome,
} from './engine.ts';
import type { EngineOptions } from './engine-options.ts';
import { ExemplarStore } from './exemplars/exemplar-store.ts';
import type { Head } from './head/head.ts';
import { HeadSnapshots } from './head/snapshot/head-snapshots.ts';
import { DEFAULT_LIMITS, type EngineLimits } from './limits.ts';
import { MetadataStore } from './metadata/metadata-store.ts';
import type { SampleBatch } from './model/batch.ts';
import type { ProducerEpoch } from './model/producer-epoch.ts';
import type { TimeRange } from './model/time-range.ts';
import { Pacer } from './pacer.ts';
import { Mover } from './place/mover.ts';
import { openPlaces } from './place/open-places.ts';
import type { Place } from './place/place.ts';
import { blockStats, placeStats } from './place/place-stats.ts';
import { restoreArchived } from './place/restore-archived.ts';
import { decodedRuns } from './query/decoded-runs.ts';
import { Querier } from './query/querier.ts';
import { RollupKeeper } from './rollup/keep-rollups.ts';
import type { Effect } from './rollup/rollup-state.ts';
import { isShortage, refusedFor, unlessUnreachable } from './shortage.ts';
import { deleteSamples } from './tombstones/delete-samples.ts';
import { nextToClean } from './tombstones/next-to-clean.ts';
import type { Deletion } from './tombstones/tombstone.ts';
import { Tombstones } from './tombstones/tombstones.ts';

/**
 * Opens what is in `dir`: live blocks are verified in their frame, damaged ones set aside, a crash's leftovers removed; memory is as it
 * was saved last. Then read the log from `replayOffset`.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { dir, clock, files = nodeFiles, prng: random = prng(clock.now()), onDamage = () => {}, onShortage = () => {} } = options;
  const retention = options.retentionMs === undefined ? {} : { retention: rawRetention(options.retentionMs) };
  const limits = { ...DEFAULT_LIMITS, ...options.limits, ...retention };
  const versions = new BucketVersions(clock);
  const onSetAside = (meta: BlockMeta) => versions.touch(meta.tenant, meta);
  const places = await openPlaces(files, dir, limits.farCacheBytes, options.places ?? []);
  const { indexCacheBytes, decodedBytes } = limits;
  decodedRuns().grow(decodedBytes);
  const { takesOver } = options;
  const store = await BlockStore.open({ files, dir, clock, random, indexCacheBytes, onDamage, onSetAside, places, takesOver });
  const metadata = await MetadataStore.open(files, join(dir, 'METADATA'), limits.metadataPerTenantMax, onDamage);
  const exemplars = await ExemplarStore.open(files, join(dir, 'EXEMPLARS'), limits.exemplarsPerTenantMax, onDamage);
  const tombstones = await Tombstones.open(files, join(dir, 'TOMBSTONES'), clock, onDamage);
  for (const { id } of tombstones.all) store.skipId(id);
  const snapshots = new HeadSnapshots({ files, dir, clock, limits, onDamage });
  const head = await snapshots.load(store, options.logReaches);
  const newestMs = () => newestOf(store, head);
  const onRemoved = ({ meta }: Block) => versions.touch(meta.tenant, meta);
  const rules = limits.retention;
  const rollups = new RollupKeeper({ store, tombstones, head, limits });
  const isAwaited = (block: Block, nowMs: Millis) => rollups.isAwaited(block, nowMs);
  const slowIn = (block: Block, pacer: Pacer) => rollups.slowIn(block, pacer);
  const retained = { files, dir, clock, store, tombstones, rules, newestMs, onRemoved, isAwaited, slowIn, onDamage };
  const keeper = await RetentionKeeper.open(retained);
  const parts = { files, clock, limits, store, metadata, exemplars, tombstones, versions, head, snapshots, places, rollups };
  return new DiskEngine({ ...parts, retention: keeper, onShortage });
}

interface EngineParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly limits: EngineLimits;
  readonly store: BlockStore;
  readonly metadata: MetadataStore;
  readonly exemplars: ExemplarStore;
  readonly tombstones: Tombstones;
  readonly versions: BucketVersions;
  readonly head: Head;
  readonly snapshots: HeadSnapshots;
  readonly retention: RetentionKeeper;
  readonly places: readonly Place[];
  readonly rollups: RollupKeeper;
  readonly onShortage: (error: Error) => void;
}

/** Composition only: appends go to the head, queries to the querier, upkeep moves samples from the head to blocks. */
class DiskEngine extends Querier implements Engine {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #limits: EngineLimits;
  readonly #store: BlockStore;
  readonly #metadata: MetadataStore;
  readonly #exemplars: ExemplarStore;
  readonly #head: Head;
  readonly #snapshots: HeadSnapshots;
  readonly #tombstones: Tombstones;
  readonly #versions: BucketVersions;
  readonly #retention: RetentionKeeper;
  readonly #rollups: RollupKeeper;
  /** Of any tenant. */
  readonly #longestAgeMs: Millis;
  readonly #mover: Mover;
  readonly #onShortage: (error: Error) => void;
  /** One round at a time. */
  #upkeep: Promise<void> = Promise.resolve();
  /** Ends the round that runs: a deletion does not wait for it. */
  #interrupt = new AbortController();
  #appendedTo: number;
  #conflicts = 0;
  #drained = false;

  constructor({
    files,
    clock,
    limits,
    store,
    metadata,
    exemplars,
    tombstones,
    versions,
    head,
    snapshots,
    places,
    retention,
    rollups,
    onShortage,
  }: EngineParts) {
    super(head, store, tombstones, metadata, exemplars);
    this.#files = files;
    this.#clock = clock;
    this.#limits = limits;
    this.#store = store;
    this.#metadata = metadata;
    this.#exemplars = exemplars;
    this.#head = head;
    this.#snapshots = snapshots;
    this.#tombstones = tombstones;
    this.#versions = versions;
    this.#mover = new Mover({ store, places, clock, inTurn: (work) => this.#inTurn(work) });
    this.#appendedTo = Math.max(store.replayOffset, head.appendedTo);
    this.#retention = retention;
    this.#rollups = rollups;
    this.#longestAgeMs = Math.max(...[NO_TENANT, ...limits.retention.tenants.keys()].map((each) => longestAgeMs(limits.retention, each)));
    this.#onShortage = onShortage;
  }

  get replayOffset(): number {
    return this.#snapshots.replayOffset ?? this.#store.replayOffset;
  }

  get openEpochs(): readonly ProducerEpoch[] {
    return this.#snapshots.openEpochs;
  }

  append(batch: SampleBatch, origin: BatchOrigin): AppendOutcome {
    assert(!this.#drained, 'the engine has been drained');
    this.#metadata.add(batch.tenant, batch.metadata);
    this.#exemplars.add(batch.tenant, batch.exemplars ?? []);
    this.#appendedTo = Math.max(this.#appendedTo, origin.offset + 1);
    const filter = this.#tombstones.filterOf(batch, origin);
    const nowMs = this.#clock.now();
    const outcome = this.#head.append(batch, origin, nowMs, (tenant) => this.#store.newestMs(tenant), filter);
    if (outcome.appended > 0) this.#versions.appended(batch, this.#takenTimes(batch.acceptedAtMs));
    return outcome;
  }

  maintain(nowMs: Millis, signal: AbortSignal, extent: 'all' | 'drop only' = 'all'): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#drained || signal.aborted) return;
      this.#interrupt = new AbortController();
      const ended = AbortSignal.any([signal, this.#interrupt.signal]);
      try {
        this.#mover.begin(nowMs);
        const trustedMs = this.#retention.read(nowMs);
        this.#versions.forgetBefore(trustedMs - this.#longestAgeMs);
        if (extent === 'drop only') await this.#retention.apply(trustedMs, null);
        else await this.#maintain(nowMs, trustedMs, new Pacer(this.#clock, ended));
      } catch (error) {
        if (ended.aborted) return;
        if (!isShortage(error)) throw error;
        this.#onShortage(error);
      }
    });
  }

  deleteSamples(deletion: Deletion, logEnd: number): Promise<DeletionOutcome> {
    this.#interrupt.abort();
    const parts = { clock: this.#clock, head: this.#head, store: this.#store, tombstones: this.#tombstones };
    return this.#inTurn(async () => {
      assert(!this.#drained, 'the engine has been drained');
      const { fromMs, toMs } = this.#takenTimes(this.#clock.now());
      const { range, tenant } = deletion;
      try {
        await this.#snapshots.forget();
        return await deleteSamples(parts, deletion, logEnd, () => this.#appendedTo);
      } catch (error) {
        return refusedFor(error, 'the deletion could not be written down');
      } finally {
        this.#versions.touch(tenant, { fromMs: Math.max(fromMs, range.fromMs), toMs: Math.min(toMs, range.toMs) });
      }
    });
  }

  snapshot(dir: string, skipHead: boolean): Promise<SnapshotOutcome> {
    this.#interrupt.abort();
    return this.#inTurn(async () => {
      assert(!this.#drained, 'the engine has been drained');
      try {
        if (!skipHead) await this.#flushAll();
        const { all: blocks, rollups } = this.#store;
        const parts = { blocks, rollups, tombstones: this.#tombstones.all, metadata: this.#metadata, exemplars: this.#exemplars };
        await writeSnapshot(this.#files, dir, { ...parts, placeOf: (block) => this.#store.placeOf(block) }, new Pacer(this.#clock));
        return { kind: 'written' };
      } catch (error) {
        return refusedFor(error, 'the snapshot could not be written');
      }
    });
  }

  async cleanTombstones(): Promise<CleaningOutcome> {
    const upTo = this.#store.nextId();
    try {
      // A turn for each merge: deletions and upkeep come in between.
      for (let more = true; more; ) {
        more = await this.#inTurn(async () => {
          const pacer = new Pacer(this.#clock);
          const blocks = this.#drained ? null : await nextToClean(this.#store.live, this.#tombstones, upTo, pacer);
          if (blocks !== null) await this.#merge(blocks, pacer);
          return blocks !== null;
        });
      }
      const nowMs = this.#clock.now();
      await this.#inTurn(() => this.#rollups.run(nowMs, this.#mergeRulesAt(nowMs), new Pacer(this.#clock)));
    } catch (error) {
      return refusedFor(error, 'not all blocks could be written anew');
    }
    this.#tombstones.cleaned(upTo);
    await this.#inTurn(() => this.#retireTombstones());
    return { kind: 'cleaned' };
  }

  restoreArchived(tenant: string, range: TimeRange, days: number): Promise<RestoreOutcome> {
    return restoreArchived(this.#store, tenant, range, days);
  }

  async drain(): Promise<void> {
    await this.#mover.stop();
    await this.#inTurn(async () => {
      if (this.#drained) return;
      this.#drained = true;
      await this.#metadata.save();
      await this.#exemplars.save(new Pacer(this.#clock));
      await this.#flushAll();
      const replayOffset = this.#head.replayOffset();
      if (replayOffset !== this.#store.replayOffset)
        await this.#store.publish({ effect: { kind: 'same' }, add: [], remove: [], replayOffset: () => replayOffset });
      // The head holds no samples now, but says which records need not be read again, where the manifest says from where the epochs began.
      if (this.#store.mustReread) await this.#snapshots.forget();
      else await this.#snapshots.save(this.#head, this.#store, new Pacer(this.#clock));
    });
  }

  retention(atMs: Millis, rules: RetentionRules = this.#limits.retention): Promise<RetentionReport> {
    return this.#retention.report(atMs, rules, new Pacer(this.#clock));
  }

  bucketVersion(tenant: string, range: TimeRange): number {
    return this.#versions.of(tenant, range);
  }

  stats(): EngineStats {
    return {
      ...this.#head.stats(),
      blocks: blockStats(this.#store),
      places: placeStats(this.#store, this.#mover, this.#clock.now()),
      tombstones: this.#tombstones.all.length,
      conflicts: this.#conflicts,
      leftOut: this.#rollups.leftOut,
      headSavedBytes: this.#snapshots.writtenBytes,
      quarantined: this.#store.quarantined,
    };
  }

  async #maintain(nowMs: Millis, trustedMs: Millis, pacer: Pacer): Promise<void> {
    await this.#metadata.save();
    for (const [name, tenant] of this.#head.tenants()) {
      for (const windowMs of tenant.dueWindows(nowMs)) {
        await this.#flush(name, windowMs, pacer);
      }
    }
    const saveBeside = () => this.#exemplars.save(pacer);
    if (this.#snapshots.isDue(this.#head, this.#store)) await this.#snapshots.save(this.#head, this.#store, pacer, saveBeside);
    const merge: Rewrite = (blocks, masks, effect) => this.#thin(blocks, masks, effect, pacer);
    await unlessUnreachable(() => this.#retention.apply(trustedMs, { merge, pacer }));
    await unlessUnreachable(() => this.#rollups.run(trustedMs, this.#mergeRulesAt(trustedMs), pacer));
    await unlessUnreachable(() => this.#mergeAll(trustedMs, pacer));
    await this.#retireTombstones();
  }

  /** Level by level: what one merge gives may be part of the next. */
  async #mergeAll(trustedMs: Millis, pacer: Pacer): Promise<void> {
    const rules = this.#mergeRulesAt(trustedMs);
    for (let merges = planMerges(this.#store.live, rules); merges.length > 0; merges = planMerges(this.#store.live, rules)) {
      for (const blocks of merges) await this.#merge(blocks, pacer);
    }
  }

  #retireTombstones(): Promise<void> {
    const { all, replayOffset } = this.#store;
    return this.#tombstones.retire(all, replayOffset, (logOffset) => this.#store.neverRereadBefore(logOffset));
  }

  /** What is before or behind is refused. */
  #takenTimes(nowMs: Millis): TimeRange {
    return { fromMs: this.#clock.now() - this.#longestAgeMs, toMs: nowMs + this.#limits.futureMs };
  }

  async #flushAll(): Promise<void> {
    const pacer = new Pacer(this.#clock);
    for (const [name, tenant] of this.#head.tenants()) {
      for (const windowMs of tenant.windows.starts()) await this.#flush(name, windowMs, pacer);
    }
  }

  async #flush(tenant: string, windowMs: Millis, pacer: Pacer): Promise<void> {
    this.#snapshots.becomesStale();
    await this.#exemplars.save(pacer);
    await flushWindow(this.#head, this.#store, tenant, windowMs, pacer);
  }

  #mergeRulesAt(nowMs: Millis): MergeRules {
    return {
      spanMaxMs: (meta) => nextAgeMs(this.#limits.retention, meta, nowMs - meta.toMs) / SPANS_OF_AGE,
      isOpen: (tenant, fromMs, toMs) =>
        this.#head
          .tenant(tenant)
          ?.windows.starts()
          .some((start) => start >= fromMs && start < toMs) ?? false,
    };
  }

  /** All of them are of samples, or one of windows. */
  #thin(blocks: readonly Block[], masks: Masks, effect: Effect, pacer: Pacer): Promise<void> {
    if (blocks[0].meta.resolutionMs > 0) return this.#rollups.thin(blocks[0], masks, pacer);
    return this.#merge(blocks, pacer, masks, effect);
  }

  #merge(blocks: readonly Block[], pacer: Pacer, masks: Masks = this.#tombstones, effect: Effect = { kind: 'same' }): Promise<void> {
    return settingAside(this.#store, blocks, async () => {
      this.#conflicts += await mergeBlocks(this.#store, masks, blocks, effect, pacer);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#upkeep.then(work);
    this.#upkeep = next.then(
      () => {},
      () => {},
    );
    return next;
  }
}

/** Blocks of an age: none is longer than the tenth part of it. */
const SPANS_OF_AGE = 10;

/** Whoever no rule names. */
const NO_TENANT = '';

function newestOf(store: BlockStore, head: Head): Millis | null {
  const { headToMs } = head.stats();
  const newest = Math.max(headToMs ?? Number.NEGATIVE_INFINITY, ...store.live.map(({ meta }) => meta.toMs));
  return newest === Number.NEGATIVE_INFINITY ? null : newest;
}
