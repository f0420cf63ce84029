import type { Millis } from '@tidemark/base';
import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { BlockMeta } from '../block/format.ts';
import { settingAside } from '../block/set-aside.ts';
import type { Masks } from '../compact/merge-blocks.ts';
import { type MergeRules, planMerges } from '../compact/plan.ts';
import { keptMs, type RetentionRules } from '../compact/retention.ts';
import type { Head } from '../head/head.ts';
import { type EngineLimits, limitsOf } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Pacer } from '../pacer.ts';
import { concerns } from '../tombstones/block-mask.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';
import { mergeRolled } from './merge-rolled.ts';
import { blocksOf, LEVELS, planRollup, type RollupBlocks, type RollupRules, stateOf, unitsOf } from './plan-rollups.ts';
import { rollUp } from './roll-up.ts';
import { reaches } from './sources.ts';
import { FINEST_MS, TIERS } from './tiers.ts';

export interface RollupParts {
  readonly store: BlockStore;
  readonly tombstones: Tombstones;
  readonly head: Head;
  readonly limits: EngineLimits;
}

/** Keeps the windows of one engine's samples: makes what is missing, makes anew what is stale, and merges what is small. */
export class RollupKeeper {
  readonly #parts: RollupParts;
  /** Units without windows, and what they would have been made from. */
  readonly #empty = new Set<string>();
  /** Deletions that have been found to have nothing of a block. */
  readonly #untouched = new WeakMap<Block, Set<string>>();

  constructor(parts: RollupParts) {
    this.#parts = parts;
  }

  async run(nowMs: Millis, mergeRules: MergeRules, pacer: Pacer): Promise<void> {
    const { store, tombstones } = this.#parts;
    // What cannot be reached may have windows: others must not be made in their place.
    if (store.absent.length > 0) return;
    for (;;) {
      const job = planRollup(blocksIn(store), await this.#rulesAt(nowMs, mergeRules, pacer));
      if (job === null) break;
      const blocks = [...job.sources, ...job.outputs.flatMap(({ replaces }) => replaces ?? [])];
      await settingAside(store, blocks, async () => {
        for (const unit of await rollUp(store, tombstones, job, pacer)) this.#empty.add(keyOf(unit, job.sources));
      });
    }
    // A block of minutes says of one unit which series are left out there; of several it could not.
    for (const { widthMs } of TIERS) if (widthMs !== FINEST_MS) await this.#mergeAll(widthMs, mergeRules, pacer);
  }

  /** Of some series of one block; what was made from it stays as it is. */
  thin(block: Block, masks: Masks, pacer: Pacer): Promise<void> {
    return settingAside(this.#parts.store, [block], () => mergeRolled(this.#parts.store, masks, [block], 'thinned', pacer));
  }

  /** Is something still to be made from the block, that is to be kept? */
  isAwaited({ meta }: Block, nowMs: Millis): boolean {
    const { store } = this.#parts;
    const blocks = blocksOf(blocksIn(store), meta.tenant);
    return LEVELS.some(
      (level) =>
        level.fromWidthMs === meta.resolutionMs &&
        unitsOf([{ meta }], level).some((unit) => {
          const state = stateOf(unit, level, blocks);
          return (state === 'missing' || state === 'stale') && this.#isKept(meta.tenant, level.mainWidthMs, unit.toMs, nowMs);
        }),
    );
  }

  async #mergeAll(widthMs: Millis, rules: MergeRules, pacer: Pacer): Promise<void> {
    const { store, tombstones } = this.#parts;
    // A window that ends with a span is in it.
    const planned = () =>
      store.rolled
        .filter(({ meta }) => meta.resolutionMs === widthMs)
        .map((block) => ({ block, meta: { ...block.meta, toMs: block.meta.toMs - 1 }, bytes: block.bytes }));
    for (let merges = planMerges(planned(), rules); merges.length > 0; merges = planMerges(planned(), rules)) {
      for (const group of merges) {
        const blocks = group.map(({ block }) => block);
        await settingAside(store, blocks, () => mergeRolled(store, tombstones, blocks, 'merged', pacer));
      }
    }
  }

  async #rulesAt(nowMs: Millis, { isOpen }: MergeRules, pacer: Pacer): Promise<RollupRules> {
    const deleted = new Map<BlockMeta, readonly TimeRange[]>();
    for (const block of this.#parts.store.rolled) deleted.set(block.meta, await this.#deletedOf(block, pacer));
    return {
      nowMs,
      isOpen,
      lateMs: (tenant) => limitsOf(this.#parts.limits, tenant).lateWindowMs,
      isKept: (tenant, widthMs, endMs) => this.#isKept(tenant, widthMs, endMs, nowMs),
      deletedOf: (meta) => deleted.get(meta) ?? [],
      isEmpty: (unit, sources) => this.#empty.has(keyOf(unit, sources)),
    };
  }

  #isKept(tenant: string, widthMs: Millis, endMs: Millis, nowMs: Millis): boolean {
    const { retention, rollups } = this.#parts.limits;
    return rollups && nowMs - endMs <= neededMs(retention, tenant, widthMs);
  }

  async #deletedOf(block: Block, pacer: Pacer): Promise<TimeRange[]> {
    const { tombstones } = this.#parts;
    const concerning = tombstones.all.filter((each) => concerns(each, block.meta));
    if (concerning.length === 0) return [];
    const known = this.#untouched.get(block);
    if (known !== undefined && concerning.every(({ id }) => known.has(id))) return [];
    const index = await block.index().catch(() => null);
    if (index === null) return []; // Whoever reads it next finds it damaged, and sets it aside.
    const mask = await tombstones.maskOf(block.meta, index, () => pacer.breathe());
    if (mask.size > 0) return concerning.map(({ range }) => range);
    this.#untouched.set(block, new Set(concerning.map(({ id }) => id)));
    return [];
  }
}

/** How long windows are kept, or anything that is made from them: history that comes late goes through all widths, whatever their age. */
function neededMs(retention: RetentionRules, tenant: string, widthMs: Millis): Millis {
  const coarser = TIERS.filter(({ fromWidthMs }) => fromWidthMs === widthMs);
  return Math.max(keptMs(retention, tenant, widthMs), ...coarser.map((tier) => neededMs(retention, tenant, tier.widthMs)));
}

function blocksIn(store: BlockStore): RollupBlocks<Block> {
  return { live: store.live, rolled: store.rolled, recordOf: (id) => store.recordOf(id) };
}

function keyOf(unit: TimeRange, sources: readonly { readonly meta: BlockMeta }[]): string {
  const from = sources.filter(({ meta }) => reaches(meta, unit)).map(({ meta }) => meta.id);
  return `${unit.fromMs} ${unit.toMs} ${from}`;
}
