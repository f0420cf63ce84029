import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { BlockTarget, BlockWriter } from '../block/block-writer.ts';
import type { Labels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { JoinedWindows, type WindowStretch } from './join-windows.ts';
import type { RollupOutput } from './plan-rollups.ts';

/** A block of windows while it is written. */
export class RolledOutput {
  readonly planned: RollupOutput<Block>;
  readonly #target: BlockTarget;
  readonly #writer: BlockWriter;

  private constructor(planned: RollupOutput<Block>, target: BlockTarget, writer: BlockWriter) {
    this.planned = planned;
    this.#target = target;
    this.#writer = writer;
  }

  static async create(store: BlockStore, tenant: string, planned: RollupOutput<Block>): Promise<RolledOutput> {
    const { replaces, units, widthMs } = planned;
    const target = store.target(tenant, replaces?.meta.windowMs ?? units[0].fromMs, widthMs);
    return new RolledOutput(planned, target, await store.createBlock(target));
  }

  /** Stretches of the series' windows, apart from each other. */
  async add(labels: Labels, stretches: readonly WindowStretch[]): Promise<void> {
    const rising = stretches.toSorted((a, b) => a.range.fromMs - b.range.fromMs);
    const windows = new JoinedWindows(this.planned.widthMs, rising);
    if (windows.length > 0) await this.#writer.addWindows(labels, windows);
  }

  /** Null when it would have no windows. */
  async finish(store: BlockStore, pacer: Pacer): Promise<Block | null> {
    if (this.#writer.isEmpty) {
      await this.#writer.abandon();
      return null;
    }
    await this.#writer.finish(pacer);
    return store.load(this.#target);
  }

  abandon(): Promise<void> {
    return this.#writer.abandon();
  }
}
