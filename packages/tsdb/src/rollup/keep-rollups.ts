import type { Millis } from '@tidemark/base';
import type { Block } from '../block/block.ts';
import { createdMs } from '../block/block-id.ts';
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
import type { Tombstones } from '../tombstones/tombstones.ts';
import { deletedIn } from './deleted-windows.ts';
import { LEVELS, unitsAround } from './levels.ts';
import { mergeRolled } from './merge-rolled.ts';
import { dueUnits, planRollup, type RollupRules } from './plan-rollups.ts';
import { rollUp } from './roll-up.ts';
import { rollupBlocksOf } from './rollup-blocks.ts';
import { isMet } from './rollup-state.ts';
import { FINEST_MS, TIERS } from './tiers.ts';
import { withoutMinutes } from './without-minutes.ts';

export interface RollupParts {
  readonly store: BlockStore;
  readonly tombstones: Tombstones;
  readonly head: Head;
  readonly limits: EngineLimits;
}

/** Keeps the windows of one engine's samples: makes what is due, and merges what is small. */
export class RollupKeeper {
  readonly #parts: RollupParts;
  #leftOut = 0;

  constructor(parts: RollupParts) {
    this.#parts = parts;
  }

  /** Samples since opening that came for windows that cannot be made anew, and are not in them. */
  get leftOut(): number {
    return this.#leftOut;
  }

  async run(nowMs: Millis, mergeRules: MergeRules, pacer: Pacer): Promise<void> {
    const { store, tombstones } = this.#parts;
    // What cannot be reached may have windows: others must not be made in their place.
    if (store.absent.length > 0) return;
    for (const tenant of new Set(store.all.map(({ meta }) => meta.tenant))) {
      for (;;) {
        const job = planRollup(rollupBlocksOf(store, tenant), await this.#rulesAt(tenant, nowMs, mergeRules, pacer));
        if (job === null) break;
        const blocks = [...job.sources, ...job.outputs.flatMap(({ replaces }) => replaces ?? [])];
        await settingAside(store, blocks, async () => {
          this.#leftOut += await rollUp(store, tombstones, tenant, job, pacer);
        });
      }
    }
    for (const { widthMs } of TIERS) await this.#mergeAll(widthMs, mergeRules, pacer);
  }

  /** Of some series of one block. */
  thin(block: Block, masks: Masks, pacer: Pacer): Promise<void> {
    const effect = { kind: 'gone', keepsSlow: false, thinning: null } as const;
    return settingAside(this.#parts.store, [block], () => mergeRolled(this.#parts.store, masks, [block], effect, pacer));
  }

  /** Is something still to be made from the block, that is to be kept? Or may something come for a unit that it is a part of? */
  isAwaited({ meta }: Block, nowMs: Millis): boolean {
    const { store, head, limits } = this.#parts;
    const level = LEVELS.find(({ fromWidthMs }) => fromWidthMs === meta.resolutionMs);
    if (level === undefined || !limits.rollups) return false;
    const { tenant, resolutionMs } = meta;
    const own = unitsAround(meta, level);
    const isKept = (widthMs: Millis, endMs: Millis) => this.#isKept(tenant, widthMs, endMs, nowMs);
    const { state } = rollupBlocksOf(store, tenant);
    const due = LEVELS.filter(({ fromWidthMs }) => fromWidthMs <= resolutionMs).flatMap((each) => dueUnits(state, each, { isKept }));
    if (isMet(due, own)) return true;
    const ageMs = nowMs - createdMs(meta.id);
    if (resolutionMs === 0 && ageMs >= 0 && ageMs < limitsOf(limits, tenant).lateWindowMs && isKept(level.mainWidthMs, own.toMs))
      return true;
    const open = head.tenant(tenant)?.windows.all() ?? [];
    return open.some((window) => isMet([own], { fromMs: window.fromMs - 1, toMs: window.toMs }) && isKept(level.mainWidthMs, own.toMs));
  }

  /** The series of a block that need their raw samples for windows of a minute; null when one of these blocks was found damaged. */
  async slowIn(block: Block, pacer: Pacer): Promise<ReadonlySet<number> | null> {
    if (block.meta.resolutionMs > 0) return new Set();
    const { store, tombstones } = this.#parts;
    const { rolled, state } = rollupBlocksOf(store, block.meta.tenant);
    const minutes = rolled.filter(({ meta }) => meta.resolutionMs === FINEST_MS);
    let found: ReadonlySet<number> | null = null;
    await settingAside(store, [block, ...minutes], async () => {
      found = await withoutMinutes(block, minutes, state, tombstones, pacer);
    });
    return found;
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
        await settingAside(store, blocks, () => mergeRolled(store, tombstones, blocks, { kind: 'same' }, pacer));
      }
    }
  }

  async #rulesAt(tenant: string, nowMs: Millis, { isOpen }: MergeRules, pacer: Pacer): Promise<RollupRules> {
    const { store, tombstones, limits } = this.#parts;
    const deleted = new Map<BlockMeta, readonly TimeRange[]>();
    for (const block of store.rolled) deleted.set(block.meta, await deletedIn(block, tombstones, () => pacer.breathe()));
    return {
      nowMs,
      isOpen: (fromMs, toMs) => isOpen(tenant, fromMs, toMs),
      lateMs: limitsOf(limits, tenant).lateWindowMs,
      isKept: (widthMs, endMs) => this.#isKept(tenant, widthMs, endMs, nowMs),
      deletedOf: (meta) => deleted.get(meta) ?? [],
    };
  }

  #isKept(tenant: string, widthMs: Millis, endMs: Millis, nowMs: Millis): boolean {
    const { retention, rollups } = this.#parts.limits;
    return rollups && nowMs - endMs <= neededMs(retention, tenant, widthMs);
  }
}

/** How long windows are kept, or anything that is made from them: history that comes late goes through all widths, whatever their age. */
function neededMs(retention: RetentionRules, tenant: string, widthMs: Millis): Millis {
  const coarser = TIERS.filter(({ fromWidthMs }) => fromWidthMs === widthMs);
  return Math.max(keptMs(retention, tenant, widthMs), ...coarser.map((tier) => neededMs(retention, tenant, tier.widthMs)));
}
