import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { BlockTarget, BlockWriter } from '../block/block-writer.ts';
import type { Labels } from '../model/labels.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Pacer } from '../pacer.ts';
import { JoinedWindows, stretchIn, type WindowStretch } from './join-windows.ts';
import type { RollupJob, RollupOutput } from './plan-rollups.ts';
import { without } from './ranges.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { joined, type RollupRecord, reaches, sourceOf } from './sources.ts';

/** A unit of one series: its windows by their width; null where it is too slow to have any. */
export interface MadeUnit {
  readonly unit: TimeRange;
  readonly windows: ReadonlyMap<number, RolledColumns | null>;
}

/** A block of windows while it is written. */
export class RolledOutput {
  readonly planned: RollupOutput<Block>;
  readonly #target: BlockTarget;
  readonly #writer: BlockWriter;
  #slowSeries = 0;

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

  /** `kept` are the series' windows in the block that this one replaces. */
  async add(labels: Labels, kept: readonly WindowStretch[], made: readonly MadeUnit[]): Promise<void> {
    const { widthMs, units } = this.planned;
    const own = made.filter(({ unit }) => units.includes(unit));
    const stretches = kept.slice();
    for (const { unit, windows } of own) {
      const found = windows.get(widthMs);
      if (found) stretches.push(stretchIn(found, unit));
    }
    if (own.some(({ windows }) => windows.get(widthMs) === null)) this.#slowSeries++;
    stretches.sort((a, b) => a.range.fromMs - b.range.fromMs);
    const windows = new JoinedWindows(widthMs, stretches);
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

  /** What was known of the windows that are taken over, and what the others were made from. */
  recordOf({ sources }: RollupJob<Block>, before: RollupRecord | null): RollupRecord {
    const { units } = this.planned;
    const fresh = units.flatMap((unit) => sources.filter(({ meta }) => reaches(meta, unit)).map(({ meta }) => sourceOf(meta, unit)));
    const old = (before?.sources ?? []).flatMap((source) =>
      units.reduce<TimeRange[]>(without, [source]).map((range) => ({ ...source, ...range })),
    );
    return { sources: joined([...old, ...fresh]), slowSeries: (before?.slowSeries ?? 0) + this.#slowSeries };
  }
}
