import { join } from 'node:path';
import { type Clock, CorruptionError, type Millis, type Prng } from '@tidemark/base';
import { type Files, makeFolderDurably, TEMPORARY_SUFFIX } from '@tidemark/base/files';
import { type Place, PlaceMissingError } from '../place/place.ts';
import { type BlockChange, type Extent, NO_ROLLUPS, type RollupState } from '../rollup/rollup-state.ts';
import { rollupsAfter, rollupsOfBlocks, withoutSurplus } from '../rollup/rollups-of-store.ts';
import { Block } from './block.ts';
import { BlockIds } from './block-id.ts';
import { BlockUnreachableError } from './block-unreachable.ts';
import { type BlockTarget, BlockWriter } from './block-writer.ts';
import { findManifest } from './find-manifest.ts';
import { BLOCK_SUFFIX, type BlockMeta } from './format.ts';
import { IndexCache } from './index-cache.ts';
import { type Manifest, type Stray, writeManifest } from './manifest.ts';
import { type AbsentBlock, NO_CHANGE, type Publication } from './publication.ts';
import { Quarantine } from './quarantine.ts';

/**
 * The blocks of one engine on disk.
 *
 *   DIR/MANIFEST      which blocks are live, and the log offset that goes with them; and MANIFEST.copy
 *   DIR/blocks/       ID.block
 *   DIR/quarantine/   what was found damaged, and ID.reason beside it
 *
 * A block is live once the manifest names it; a file that it does not name is a crash's leftover. Those that are no longer young may lie
 * in other places: the manifest says in which.
 */
export interface BlockStoreOptions {
  readonly files: Files;
  readonly dir: string;
  readonly clock: Clock;
  readonly random: Prng;
  readonly indexCacheBytes: number;
  readonly onDamage: (error: CorruptionError) => void;
  /** A live block is no longer, or is again: what it held has gone from answers, or has come back. */
  readonly onSetAside: (meta: BlockMeta) => void;
  /** Beyond the engine's own folder. */
  readonly places?: readonly Place[];
  /** A folder that is new takes over the blocks that lie in the places. */
  readonly takesOver?: boolean;
}

export class BlockStore {
  readonly #options: BlockStoreOptions;
  readonly #cache: IndexCache;
  readonly #quarantine: Quarantine;
  #ids: BlockIds;
  #live: readonly Block[] = [];
  #rolled: readonly Block[] = [];
  /** By tenant; null as long as it cannot be known, for some of the blocks could not be opened. */
  #rollups: ReadonlyMap<string, RollupState> | null = null;
  #replayOffset = 0;
  /** By id, for the live blocks of which it is known: from where the log gives back what is in them. */
  #replayFrom: ReadonlyMap<string, number> = new Map();
  /** The least of it among the blocks set aside since the opening: the next one reads the log from there. */
  #rereadFrom = Number.POSITIVE_INFINITY;
  /** Of the blocks that do not lie in the engine's own folder. */
  readonly #placeOf = new WeakMap<Block, Place>();
  #strays: readonly Stray[] = [];
  /** No longer live where they were; some are still read. */
  #leaving: readonly Block[] = [];
  /** Live, and could not be opened yet. */
  #absent: readonly AbsentBlock[] = [];
  /** The last publication: the next one waits for it. */
  #published: Promise<void> = Promise.resolve();

  private constructor(options: BlockStoreOptions, quarantine: Quarantine) {
    this.#options = options;
    this.#quarantine = quarantine;
    this.#cache = new IndexCache(options.indexCacheBytes);
    this.#ids = new BlockIds(options.clock, options.random, []);
  }

  static async open(options: BlockStoreOptions): Promise<BlockStore> {
    const store = new BlockStore(options, await Quarantine.open(options.files, join(options.dir, 'quarantine')));
    try {
      await store.#open();
    } catch (error) {
      for (const place of options.places ?? []) await place.close();
      throw error;
    }
    return store;
  }

  /** Of samples, in the order in which equal times are settled: by window, then the older block first. */
  get live(): readonly Block[] {
    return this.#live;
  }

  /** Of windows, in the same order. No two of the same width have one of the same time. */
  get rolled(): readonly Block[] {
    return this.#rolled;
  }

  get all(): readonly Block[] {
    return [...this.#live, ...this.#rolled];
  }

  rollupsOf(tenant: string): RollupState {
    return this.rollups.get(tenant) ?? NO_ROLLUPS;
  }

  get rollups(): ReadonlyMap<string, RollupState> {
    return this.#rollups ?? rollupsOfBlocks(this.all);
  }

  get replayOffset(): number {
    return this.#replayOffset;
  }

  /** A block has been set aside since the opening: the next one reads its samples from the log. */
  get mustReread(): boolean {
    return this.#rereadFrom !== Number.POSITIVE_INFINITY;
  }

  get quarantined(): readonly { readonly id: string; readonly reason: string }[] {
    return this.#quarantine.blocks;
  }

  /** Null for the engine's own folder. */
  placeOf(block: Block): Place | null {
    return this.#placeOf.get(block) ?? null;
  }

  /** Live blocks that could not be opened when the engine was: what they hold is not known. */
  get absent(): readonly AbsentBlock[] {
    return this.#absent;
  }

  /** What may be removed now: nobody reads it. */
  get strays(): readonly Stray[] {
    this.#leaving = this.#leaving.filter((block) => block.isHeld);
    const isRead = (stray: Stray) =>
      this.#leaving.some((block) => block.meta.id === stray.block && this.placeOf(block)?.name === stray.place);
    return this.#strays.filter((stray) => !isRead(stray));
  }

  newestMs(tenant: string): Millis {
    return this.#live.reduce(
      (newest, { meta }) => (meta.tenant === tenant ? Math.max(newest, meta.toMs) : newest),
      Number.NEGATIVE_INFINITY,
    );
  }

  /** Greater than the id of any block that is there, or has been skipped. */
  nextId(): string {
    return this.#ids.next();
  }

  skipId(id: string): void {
    this.#ids.skip(id);
  }

  target(tenant: string, windowMs: Millis, resolutionMs = 0): BlockTarget {
    const id = this.nextId();
    return { id, tenant, windowMs, resolutionMs, path: this.#pathOf(id) };
  }

  createBlock(target: BlockTarget): Promise<BlockWriter> {
    return BlockWriter.create(target, this.#options.files);
  }

  /** A block that has been written and is not yet live. */
  load(target: BlockTarget): Promise<Block> {
    return this.#openBlock(target.id, null);
  }

  /** Reads again what opening it reads. Rejects with `CorruptionError` when that has been damaged since. */
  async verify(block: Block): Promise<void> {
    await this.#openBlock(block.meta.id, this.placeOf(block));
  }

  /** A live block lies in another place now, which has taken it. */
  async move(block: Block, place: Place): Promise<void> {
    await this.#openBlock(block.meta.id, this.placeOf(block)); // What has rotted since it was opened has been copied as it is.
    const moved = await this.#openBlock(block.meta.id, place);
    await this.publish({ effect: { kind: 'same' }, add: [moved], remove: [block], replayOffset: () => this.#replayOffset });
  }

  /** Changes what is known of strays, and nothing else. */
  async setStrays(strays: (known: readonly Stray[]) => readonly Stray[]): Promise<void> {
    await this.publish({ ...NO_CHANGE, replayOffset: () => this.#replayOffset, strays });
  }

  /** Opens what could not be opened before. Rejects with `BlockUnreachableError` when it still cannot. */
  async openAbsent(): Promise<void> {
    for (const { id, place } of this.#absent) {
      const block = await this.#openBlock(id, place);
      await this.#published;
      this.#absent = this.#absent.filter((absent) => absent.id !== id);
      this.#becomes(this.#changed({ add: [block], remove: [] }));
      this.#options.onSetAside(block.meta);
    }
    await this.#knowRollups();
  }

  /** One step: before it is on disk nothing has changed, afterwards all of it has. */
  publish(change: Publication): Promise<void> {
    const next = this.#published.then(async () => {
      const replayOffset = Math.min(change.replayOffset(), this.#rereadFrom);
      const replayFrom = this.#replayFromAfter(change);
      const strays = this.#straysAfter(change);
      const all = this.#changed(change);
      const rollups = this.#rollupsAfter(change, all);
      await this.#writeManifest(all, { replayOffset, replayFrom: Object.fromEntries(replayFrom), rollups, strays });
      this.#strays = strays;
      this.#leaving = [...this.#leaving, ...change.remove.filter((block) => this.placeOf(block) !== null)];
      this.#replayOffset = replayOffset;
      this.#replayFrom = replayFrom;
      this.#rollups = rollups;
      this.#becomes(all);
      for (const block of change.remove) await block.discard();
    });
    this.#published = next.catch(() => {});
    return next;
  }

  /** What was deleted before `offset` of the log is forgotten: blocks that would be read again from before it no longer are. */
  async neverRereadBefore(offset: number): Promise<void> {
    const kept = [...this.#replayFrom].filter(([, from]) => from >= offset);
    if (kept.length === this.#replayFrom.size) return;
    this.#replayFrom = new Map(kept);
    await this.publish({ ...NO_CHANGE, replayOffset: () => this.#replayOffset });
  }

  /** Damaged: no query asks it again; its file stays for whoever wants to look at it. The next opening reads its samples from the log. */
  async quarantine(block: Block, error: CorruptionError): Promise<void> {
    if (!this.all.includes(block)) return;
    this.#rereadFrom = Math.min(this.#rereadFrom, this.#replayFrom.get(block.meta.id) ?? Number.POSITIVE_INFINITY);
    const left = this.all.filter((other) => other !== block);
    this.#rollups = this.#rollupsAfter({ add: [], remove: [block], effect: { kind: 'damaged' } }, left);
    this.#becomes(left);
    this.#options.onSetAside(block.meta);
    try {
      await this.#moveAside(block.meta.id, this.placeOf(block), error);
      await this.publish({ ...NO_CHANGE, replayOffset: () => this.#replayOffset });
    } catch {
      // A full disk must not end the query that found the damage. The manifest still names it: the next opening finds it again.
    }
  }

  #rollupsAfter(change: BlockChange, all: readonly Block[]): ReadonlyMap<string, RollupState> | null {
    return this.#rollups && rollupsAfter(this.#rollups, change, this.#absent.length > 0 ? null : all);
  }

  /** Once all blocks are there it can be said what they are worth, also when nothing else tells. */
  async #knowRollups(): Promise<void> {
    if (this.#rollups !== null || this.#absent.length > 0) return;
    const surplus = this.all.filter((block) => !withoutSurplus(this.all).includes(block));
    this.#rollups = rollupsOfBlocks(this.all.filter((block) => !surplus.includes(block)));
    if (this.all.length > 0) await this.publish({ ...NO_CHANGE, remove: surplus, replayOffset: () => this.#replayOffset });
  }

  #changed(change: Pick<Publication, 'add' | 'remove'>): readonly Block[] {
    const kept = this.all.filter((block) => !change.remove.includes(block));
    return [...kept, ...change.add].sort((a, b) => a.meta.windowMs - b.meta.windowMs || (a.meta.id < b.meta.id ? -1 : 1));
  }

  /** What has not changed stays the very list: who goes through it sees that. */
  #becomes(all: readonly Block[]): void {
    const [live, rolled] = [all.filter(({ meta }) => meta.resolutionMs === 0), all.filter(({ meta }) => meta.resolutionMs > 0)];
    if (!isSame(live, this.#live)) this.#live = live;
    if (!isSame(rolled, this.#rolled)) this.#rolled = rolled;
  }

  #replayFromAfter(change: Publication): ReadonlyMap<string, number> {
    const known = (block: Block) => this.#replayFrom.get(block.meta.id) ?? Number.POSITIVE_INFINITY;
    const added = change.replayFrom ?? Math.min(...change.remove.map(known));
    const after = this.#changed(change).map((block): [string, number] => [
      block.meta.id,
      change.add.includes(block) ? added : known(block),
    ]);
    return new Map(after.filter(([, from]) => from !== Number.POSITIVE_INFINITY));
  }

  /** What leaves a place is a stray there until it has been removed; what has come is none. */
  #straysAfter(change: Publication): readonly Stray[] {
    const strayOf = (block: Block) => ({ block: block.meta.id, place: this.placeOf(block)?.name });
    const isPlaced = (stray: ReturnType<typeof strayOf>): stray is Stray => stray.place !== undefined;
    const come = change.add.map(strayOf);
    const known = (change.strays ?? ((all) => all))(this.#strays);
    const kept = known.filter(({ block, place }) => !come.some((one) => one.block === block && one.place === place));
    return [...kept, ...change.remove.map(strayOf).filter(isPlaced)];
  }

  #writeManifest(open: readonly Block[], parts: Omit<Manifest, 'blocks' | 'extents' | 'places'>): Promise<void> {
    const placed = open.map((block) => ({ id: block.meta.id, place: this.placeOf(block), extent: block.meta }));
    const all = [...placed, ...this.#absent];
    const places = Object.fromEntries(all.flatMap(({ id, place }) => (place === null ? [] : [[id, place.name]])));
    const extents = Object.fromEntries(all.flatMap(({ id, extent }) => (extent === null ? [] : [[id, extent]])));
    return writeManifest(this.#options.files, this.#manifestPath, { ...parts, blocks: all.map(({ id }) => id), extents, places });
  }

  async #open(): Promise<void> {
    const { files, dir } = this.#options;
    await makeFolderDurably(files, join(dir, 'blocks'));
    const manifest = await this.#findManifest();
    const placeOf = await this.#preparePlaces(manifest);
    this.#strays = manifest.strays;
    this.#replayOffset = manifest.replayOffset;
    this.#replayFrom = new Map(Object.entries(manifest.replayFrom));
    this.#rollups = manifest.rollups;
    this.#ids = new BlockIds(this.#options.clock, this.#options.random, manifest.blocks);
    const live: Block[] = [];
    const damaged: { readonly meta: Extent }[] = [];
    for (const id of manifest.blocks) {
      const place = placeOf.get(id) ?? null;
      const extent = manifest.extents[id] ?? null;
      try {
        live.push(await this.#openBlock(id, place));
      } catch (error) {
        if (error instanceof BlockUnreachableError && place !== null) {
          this.#absent = [...this.#absent, { id, place, extent }];
          continue;
        }
        if (!(error instanceof CorruptionError)) throw error;
        await this.#moveAside(id, place, error);
        if (extent !== null) damaged.push({ meta: extent });
        this.#replayOffset = Math.min(this.#replayOffset, this.#replayFrom.get(id) ?? this.#replayOffset);
      }
    }
    this.#becomes(this.#changed({ add: live, remove: [] }));
    this.#rollups = this.#rollupsAfter({ add: [], remove: damaged, effect: { kind: 'damaged' } }, this.all);
    await this.#knowRollups();
    if (live.length + this.#absent.length < manifest.blocks.length)
      await this.publish({ ...NO_CHANGE, replayOffset: () => this.#replayOffset });
    await this.#removeLeftovers(
      new Set(live.filter((block) => this.placeOf(block) === null).map((block) => `${block.meta.id}${BLOCK_SUFFIX}`)),
    );
  }

  async #openBlock(id: string, place: Place | null): Promise<Block> {
    const { files, clock } = this.#options;
    if (place === null) return Block.open(this.#pathOf(id), this.#cache, files, clock);
    const block = await Block.open(place.pathOf(id), this.#cache, place.files, clock);
    this.#placeOf.set(block, place);
    return block;
  }

  /** By block. Throws `PlaceMissingError` when one lies where nobody knows how to look. */
  async #preparePlaces(manifest: Manifest): Promise<ReadonlyMap<string, Place>> {
    const { places = [] } = this.#options;
    const named = new Map(places.map((place) => [place.name, place]));
    const placeOf = new Map<string, Place>();
    for (const [id, name] of Object.entries(manifest.places)) {
      const place = named.get(name);
      if (place === undefined)
        throw new PlaceMissingError(`there are blocks in place ${name}, which is not configured: configure it again`);
      placeOf.set(id, place);
    }
    for (const place of places) await place.prepare(new Set([...placeOf].filter(([, one]) => one === place).map(([id]) => id)));
    return placeOf;
  }

  #findManifest(): Promise<Manifest> {
    const { files, places = [], takesOver = false, onDamage } = this.#options;
    const asidePath = () => this.#quarantine.pathOf(`MANIFEST.${this.#ids.next()}`);
    return findManifest({ files, path: this.#manifestPath, places, takesOver, asidePath, onDamage });
  }

  async #moveAside(id: string, place: Place | null, error: CorruptionError): Promise<void> {
    this.#cache.forget(place === null ? this.#pathOf(id) : place.pathOf(id));
    this.#options.onDamage(error);
    await this.#quarantine.take(id, place === null ? this.#pathOf(id) : null, error);
  }

  async #removeLeftovers(named: ReadonlySet<string>): Promise<void> {
    const { files, dir } = this.#options;
    for (const name of await files.list(join(dir, 'blocks'))) if (!named.has(name)) await files.remove(join(dir, 'blocks', name));
    for (const name of await files.list(dir)) if (name.endsWith(TEMPORARY_SUFFIX)) await files.remove(join(dir, name));
  }

  #pathOf(id: string): string {
    return join(this.#options.dir, 'blocks', `${id}${BLOCK_SUFFIX}`);
  }

  get #manifestPath(): string {
    return join(this.#options.dir, 'MANIFEST');
  }
}

function isSame(a: readonly Block[], b: readonly Block[]): boolean {
  return a.length === b.length && a.every((block, i) => block === b[i]);
}
