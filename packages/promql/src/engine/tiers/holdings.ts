import { openEnded, type Tiers } from '@tidemark/tsdb';
import type { TimeRange } from '@tidemark/tsdb/model';
import { TIERS } from '@tidemark/tsdb/rollup';

export const RAW = 0;

/** Widths of windows that others can be made of, the coarsest first. Not of minutes: series that are scraped slowly have none. */
export function sourcesOf(widthMs: number): number[] {
  const finer = TIERS.map((tier) => tier.widthMs).filter((width, i) => i > 0 && width < widthMs);
  return finer.reverse();
}

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
    const there = openEnded(covers).sort((a, b) => b.widthMs - a.widthMs);
    this.widthsMs = there.map(({ widthMs }) => widthMs).filter((widthMs) => widthMs > RAW);
    for (const { widthMs, ranges } of there) this.#kept.set(widthMs, ranges);
    const raw = this.#kept.get(RAW) ?? [];
    this.#held.set(RAW, raw);
    for (const widthMs of this.widthsMs) {
      const sources = [RAW, ...sourcesOf(widthMs)].flatMap((finer) => wholeWindows(this.kept(finer), widthMs));
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

/** The windows of which all is in one of the ranges. */
function wholeWindows(ranges: readonly TimeRange[], widthMs: number): TimeRange[] {
  const whole = ranges.map(({ fromMs, toMs }) => ({
    fromMs: Math.ceil(fromMs / widthMs) * widthMs,
    toMs: Math.floor(toMs / widthMs) * widthMs,
  }));
  return whole.filter(({ fromMs, toMs }) => fromMs < toMs);
}

function union(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs)) {
    const last = joined.at(-1);
    if (last === undefined || last.toMs < range.fromMs) joined.push(range);
    else if (range.toMs > last.toMs) joined[joined.length - 1] = { ...last, toMs: range.toMs };
  }
  return joined;
}
