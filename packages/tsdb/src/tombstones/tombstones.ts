import { basename, dirname, join } from 'node:path';
import { assert, type Clock, CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import type { BlockIndex } from '../block/block-index.ts';
import { setChecksummedJsonAside } from '../block/checksummed-json.ts';
import type { BlockMeta } from '../block/format.ts';
import type { BatchOrigin } from '../engine.ts';
import { TOMBSTONES_MAX } from '../limits.ts';
import type { SampleBatch } from '../model/batch.ts';
import type { Breathe } from '../postings/label-index.ts';
import { BatchFilter, type GroupFilter } from './batch-filter.ts';
import { type BlockMask, concerns, maskOf, NO_MASK } from './block-mask.ts';
import { readTombstones, type Tombstone, writeTombstones } from './tombstone.ts';

/**
 * The deletions of one engine, from when each is made until nothing is left that it holds for:
 *
 *   memory     emptied when it is made
 *   blocks     with a lesser id: masked in queries, left out when a merge writes them anew
 *   the log    records before its offset: left out when they are replayed
 *
 * The file is replaced before a deletion has any effect.
 */
export class Tombstones {
  readonly #files: Files;
  readonly #path: string;
  readonly #filter = new BatchFilter();
  #all: readonly Tombstone[];
  /** One that is being made: holds for all that arrives until it is settled. */
  #making: Tombstone | null = null;
  /** Records before this may have something deleted. */
  #logOffset = 0;
  /** No block has any of these samples any more. */
  readonly #cleaned = new Set<string>();
  /** Masks go with the index that they are about, and are made anew when `#all` is another. */
  readonly #masks = new WeakMap<BlockIndex, { readonly for: readonly Tombstone[]; readonly mask: BlockMask }>();

  private constructor(files: Files, path: string, tombstones: readonly Tombstone[]) {
    this.#files = files;
    this.#path = path;
    this.#all = tombstones;
    this.#logOffset = furthest(tombstones);
  }

  /** When its copy is damaged as well, the file is set aside: what it said is lost, and what it hid is seen again. */
  static async open(files: Files, path: string, clock: Clock, onDamage: (error: CorruptionError) => void): Promise<Tombstones> {
    try {
      return new Tombstones(files, path, await readTombstones(files, path, onDamage));
    } catch (error) {
      if (!(error instanceof CorruptionError)) throw error;
      onDamage(error);
      await setChecksummedJsonAside(files, path, join(dirname(path), 'quarantine', `${basename(path)}.${clock.now()}`));
      return new Tombstones(files, path, []);
    }
  }

  get all(): readonly Tombstone[] {
    return this.#all;
  }

  get isFull(): boolean {
    return this.#all.length >= TOMBSTONES_MAX;
  }

  /** From here on it holds for blocks and for whatever is appended. Call `settle` once memory is emptied. */
  async begin(tombstone: Tombstone): Promise<void> {
    assert(this.#making === null, 'one deletion at a time');
    await this.#replace([...this.#all, tombstone]);
    this.#making = tombstone;
    this.#logOffset = Number.POSITIVE_INFINITY;
  }

  /** From here on it holds for records before `logOffset` only. */
  async settle(logOffset: number): Promise<void> {
    const making = this.#making;
    assert(making !== null, 'no deletion is being made');
    this.#making = null;
    this.#logOffset = furthest(this.#all);
    if (logOffset > making.logOffset) await this.#replace(this.#all.map((each) => (each === making ? { ...making, logOffset } : each)));
  }

  /** Null when nothing of the batch is deleted: nearly always. */
  filterOf(batch: SampleBatch, { offset }: BatchOrigin): GroupFilter | null {
    if (offset >= this.#logOffset) return null;
    const holding = this.#all.filter((each) => each.tenant === batch.tenant && (offset < each.logOffset || each === this.#making));
    return holding.length === 0 ? null : this.#filter.of(batch, holding);
  }

  async maskOf(meta: BlockMeta, index: BlockIndex, breathe: Breathe): Promise<BlockMask> {
    const all = this.#all;
    if (all.length === 0) return NO_MASK;
    const known = this.#masks.get(index);
    if (known?.for === all) return known.mask;
    const concerning = all.filter((each) => concerns(each, meta));
    const mask = concerning.length === 0 ? NO_MASK : await maskOf(concerning, index, breathe);
    this.#masks.set(index, { for: all, mask });
    return mask;
  }

  /** Every block whose id is less than `id` has been looked at, and written anew where something was deleted. */
  cleaned(id: string): void {
    for (const tombstone of this.#all) if (tombstone.id < id) this.#cleaned.add(tombstone.id);
  }

  /** Forgets those that hold for nothing any more. Before that `forgetting` hears up to which offset the log must not be read again. */
  async retire(
    live: readonly { readonly meta: BlockMeta }[],
    replayOffset: number,
    forgetting: (logOffset: number) => Promise<void>,
  ): Promise<void> {
    const kept = this.#all.filter(
      (each) => replayOffset < each.logOffset || (!this.#cleaned.has(each.id) && live.some(({ meta }) => concerns(each, meta))),
    );
    if (kept.length === this.#all.length) return;
    await forgetting(furthest(this.#all.filter((each) => !kept.includes(each))));
    await this.#replace(kept);
  }

  async #replace(all: readonly Tombstone[]): Promise<void> {
    await writeTombstones(this.#files, this.#path, all);
    this.#all = all;
    if (this.#making === null) this.#logOffset = furthest(all);
  }
}

function furthest(tombstones: readonly Tombstone[]): number {
  return tombstones.reduce((most, { logOffset }) => Math.max(most, logOffset), 0);
}
