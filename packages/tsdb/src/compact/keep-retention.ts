import { join } from 'node:path';
import { type Clock, type ClockState, CorruptionError, JUMP_BELIEVED_MS, JUMP_MS, type Millis, TrustedClock } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import { readChecksummedJson, writeChecksummedJson } from '../block/checksummed-json.ts';
import { settingAside } from '../block/set-aside.ts';
import type { LeavingSamples, RetentionReport } from '../engine.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Pacer } from '../pacer.ts';
import type { GoneEffect } from '../rollup/rollup-state.ts';
import { thinningOf } from '../rollup/thinned.ts';
import { unlessUnreachable } from '../shortage.ts';
import { leavingSeries } from './leaving-series.ts';
import type { Masks } from './merge-blocks.ts';
import { type Leaving, planRetention, type RetentionRules } from './retention.ts';

/**
 * Applies the retention rules to one engine's blocks, and says what they would do.
 *
 *   DIR/CLOCK   the time that was seen last, so that the next life of the engine knows a jump of the clock
 */
export interface RetentionParts {
  readonly files: Files;
  readonly dir: string;
  readonly clock: Clock;
  readonly store: BlockStore;
  readonly tombstones: Masks;
  readonly rules: RetentionRules;
  /** Of all samples; null when there are none. */
  readonly newestMs: () => Millis | null;
  readonly onRemoved: (block: Block) => void;
  /** Is something still to be made from the block? */
  readonly isAwaited: (block: Block, nowMs: Millis) => boolean;
  /** The series of a block that are scraped slowly; null when it cannot be said, for something that says it was found damaged. */
  readonly slowIn: (block: Block, pacer: Pacer) => Promise<ReadonlySet<number> | null>;
  readonly onDamage: (error: CorruptionError) => void;
}

export class RetentionKeeper {
  readonly #parts: RetentionParts;
  readonly #time: TrustedClock;
  #writtenMs = Number.NEGATIVE_INFINITY;
  /** Blocks that have been looked at and have none of the series that leave. */
  readonly #wholeFor = new WeakMap<Block, string>();

  private constructor(parts: RetentionParts, time: TrustedClock) {
    this.#parts = parts;
    this.#time = time;
  }

  static async open(parts: RetentionParts): Promise<RetentionKeeper> {
    const { clock, newestMs } = parts;
    const was = (await readState(parts)) ?? { seenMs: newestMs() ?? clock.now(), jump: null };
    return new RetentionKeeper(parts, new TrustedClock(clock, was));
  }

  /** The time that retention goes by: while the clock has jumped, what it would say otherwise. */
  read(nowMs: Millis): Millis {
    return this.#time.read(nowMs);
  }

  /** Call `read` before. Drops what is past its age as a whole. With `merge`, which writes blocks anew, the others lose the series that are. */
  async apply(nowMs: Millis, rewriting: { readonly merge: Rewrite; readonly pacer: Pacer } | null): Promise<void> {
    if (Math.abs(this.#time.state.seenMs - this.#writtenMs) >= WRITE_EVERY_MS) await this.#write();
    if (this.#time.state.jump !== null) return;
    const { store, rules, isAwaited } = this.#parts;
    const { drop, thin } = planRetention(store.all, nowMs, rules, (block) => isAwaited(block, nowMs));
    await this.#drop(
      drop.map(({ block }) => block),
      ALL_GONE,
    );
    if (rewriting === null) return;
    for (const { block, leaving } of thin) {
      if (!store.all.includes(block)) continue; // Written anew with one of the same window.
      if (this.#wholeFor.get(block) !== keyOf(leaving)) await settingAside(store, [block], () => this.#thin(block, leaving, rewriting));
    }
  }

  async #thin(block: Block, leaving: Leaving, { merge, pacer }: { readonly merge: Rewrite; readonly pacer: Pacer }): Promise<void> {
    const { store, tombstones, onRemoved } = this.#parts;
    const index = await block.index();
    const slow = await this.#slowIn(block, leaving, pacer);
    if (slow === null) return;
    const leaves = await leavingSeries(index, leaving, slow, () => pacer.breathe());
    if (leaves.size === 0) this.#wholeFor.set(block, keyOf(leaving));
    else if (leaves.size === index.seriesCount) await this.#drop([block], goneBy(leaving));
    else {
      // With those of the same window, so that equal times are settled as before.
      const { tenant, windowMs, resolutionMs } = block.meta;
      const isBeside = ({ meta }: Block) => meta.tenant === tenant && meta.windowMs === windowMs && meta.resolutionMs === resolutionMs;
      const group = store.all.filter(isBeside);
      await merge(group, withoutSeries(tombstones, block, leaves), goneBy(leaving));
      onRemoved(block);
    }
  }

  /** What would go at `atMs`. Upkeep goes on meanwhile: blocks are read as queries read them. */
  async report(atMs: Millis, rules: RetentionRules, pacer: Pacer): Promise<RetentionReport> {
    const { store, isAwaited } = this.#parts;
    const { drop, thin } = planRetention(store.all, atMs, rules, (block) => isAwaited(block, atMs));
    const leaving = drop.map(({ block, reason }): LeavingSamples => ({ ...descriptionOf(block), reason }));
    for (const { block } of thin) block.hold();
    try {
      for (const { block, leaving: which } of thin) {
        const look = async () => {
          const slow = await this.#slowIn(block, which, pacer);
          const part = slow && (await partLeaving(block, which, slow, pacer));
          if (part !== null) leaving.push(part);
        };
        await unlessUnreachable(() => settingAside(store, [block], look));
      }
    } finally {
      for (const { block } of thin) await block.release();
    }
    const { jump } = this.#time.state;
    return { held: jump === null ? null : { expectedMs: jump.expectedMs, forMs: JUMP_BELIEVED_MS - jump.lastedMs }, leaving };
  }

  async #slowIn(block: Block, { others, slowOthers }: Leaving, pacer: Pacer): Promise<ReadonlySet<number> | null> {
    return others === slowOthers ? NONE : this.#parts.slowIn(block, pacer);
  }

  async #drop(remove: readonly Block[], effect: GoneEffect): Promise<void> {
    const { store, onRemoved } = this.#parts;
    if (remove.length === 0) return;
    await store.publish({ effect, add: [], remove, replayOffset: () => store.replayOffset });
    for (const block of remove) onRemoved(block);
  }

  /** On a full disk what is past its age must go all the same. */
  async #write(): Promise<void> {
    const { files, dir } = this.#parts;
    const { seenMs, jump } = this.#time.state;
    await writeChecksummedJson(files, pathIn(dir), VERSION, { seenMs, jump }).then(
      () => {
        this.#writtenMs = seenMs;
      },
      () => {},
    );
  }
}

/** Replaces blocks of the same window by one, of which `masks` say what is left out, and `effect` what that means. */
export type Rewrite = (blocks: readonly Block[], masks: Masks, effect: GoneEffect) => Promise<void>;

const ALL_GONE: GoneEffect = { kind: 'gone', keepsSlow: false, thinning: null };

const NONE: ReadonlySet<number> = new Set();

const VERSION = 1;

/** Often enough to tell a restart from a jump. */
const WRITE_EVERY_MS = JUMP_MS / 6;

/** Null when there is none; one that is damaged counts for nothing. */
async function readState({ files, dir, onDamage }: RetentionParts): Promise<ClockState | null> {
  try {
    return (await readChecksummedJson(files, pathIn(dir), VERSION, onDamage)) as ClockState | null;
  } catch (error) {
    if (!(error instanceof CorruptionError)) throw error;
    onDamage(error);
    return null;
  }
}

function pathIn(dir: string): string {
  return join(dir, 'CLOCK');
}

function descriptionOf({ meta, bytes }: Block): Omit<LeavingSamples, 'reason'> {
  const { id, tenant, resolutionMs, fromMs, toMs, series, samples } = meta;
  return { id, tenant, resolutionMs, fromMs, toMs, series, samples, bytes };
}

/** Null when none of the series is in the block. */
async function partLeaving(block: Block, leaving: Leaving, slow: ReadonlySet<number>, pacer: Pacer): Promise<LeavingSamples | null> {
  const index = await block.index().catch(() => null);
  if (index === null) return null;
  const leaves = await leavingSeries(index, leaving, slow, () => pacer.breathe());
  if (leaves.size === 0) return null;
  let samples = 0;
  let leavingBytes = 0;
  let allBytes = 0;
  for (let id = 0; id < index.seriesCount; id++) {
    await pacer.breathe();
    const { run } = await index.entry(id);
    allBytes += run.bytes;
    if (!leaves.has(id)) continue;
    leavingBytes += run.bytes;
    for (const { count } of run.chunks) samples += count;
  }
  // Times and the index go with the values, about.
  const bytes = Math.round((block.bytes * leavingBytes) / allBytes);
  return { ...descriptionOf(block), series: leaves.size, samples, bytes, reason: leaves.size === index.seriesCount ? 'age' : 'series' };
}

function keyOf({ rules, others, slowOthers }: Leaving): string {
  return [...rules.map(({ leaves }) => leaves), others, slowOthers].map(Number).join('');
}

function goneBy(leaving: Leaving): GoneEffect {
  const { rules, slowOthers } = leaving;
  return { kind: 'gone', keepsSlow: !slowOthers && rules.every(({ leaves }) => !leaves), thinning: thinningOf(leaving) };
}

/** What is deleted of blocks anyway, and some series of one of them. */
function withoutSeries(masks: Masks, block: Block, leaves: ReadonlySet<number>): Masks {
  return {
    maskOf: async (meta, index, breathe) => {
      const mask = await masks.maskOf(meta, index, breathe);
      return meta.id === block.meta.id ? new Map([...mask, ...Array.from(leaves, (id) => [id, ALL_TIMES] as const)]) : mask;
    },
  };
}

const ALL_TIMES: readonly TimeRange[] = [{ fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }];
