import type { Tiers } from '@tidemark/tsdb';
import type { TimeRange } from '@tidemark/tsdb/model';
import { sourcesOf, union, windowsWithin } from '@tidemark/tsdb/rollup';

export const RAW = 0;

/**
 * What of which time is there: raw samples, and windows that are kept. A window that is not kept is made of finer ones or of raw samples where
 * these are there: so the newest windows, which nobody has rolled up yet, belong to each tier.
 */
export class Holdings {
  /** Of the tiers of which something is kept, the coarsest first. */
  readonly widthsMs: readonly number[];
  readonly #kept = new Map<number, readonly TimeRange[]>();
  readonly #held = new Map<number, readonly TimeRange[]>();

  constructor(covers: readonly Tiers[]) {
    const there = covers.filter(({ ranges }) => ranges.length > 0).sort((a, b) => b.widthMs - a.widthMs);
    this.widthsMs = there.map(({ widthMs }) => widthMs).filter((widthMs) => widthMs > RAW);
    for (const { widthMs, ranges } of there) this.#kept.set(widthMs, ranges);
    const raw = this.#kept.get(RAW) ?? [];
    this.#held.set(RAW, raw);
    for (const widthMs of this.widthsMs) {
      const sources = [RAW, ...sourcesOf(widthMs)].flatMap((finer) => windowsWithin(this.kept(finer), widthMs));
      this.#held.set(widthMs, union([...this.kept(widthMs), ...sources]));
    }
  }

  /** What is stored; open towards the past where nothing has been dropped. */
  kept(widthMs: number): readonly TimeRange[] {
    return this.#kept.get(widthMs) ?? [];
  }

  /** Is all of `(fromMs, toMs]` there, stored or to be made? */
  holds(widthMs: number, { fromMs, toMs }: TimeRange): boolean {
    return (this.#held.get(widthMs) ?? []).some((range) => range.fromMs <= fromMs && toMs <= range.toMs);
  }

  /** Is all of it stored? */
  keepsAll(widthMs: number, { fromMs, toMs }: TimeRange): boolean {
    return this.kept(widthMs).some((range) => range.fromMs <= fromMs && toMs <= range.toMs);
  }

  /** Is a part of it stored? */
  keepsSome(widthMs: number, { fromMs, toMs }: TimeRange): boolean {
    return this.kept(widthMs).some((range) => range.fromMs < toMs && fromMs < range.toMs);
  }
}
