import type { TimeRange } from '@tidemark/tsdb/model';

/**
 * What of which time is there: raw samples, and windows that are kept. A window that is not kept is made of raw samples where these are
 * there: so the newest windows, which nobody has rolled up yet, belong to each tier.
 */
export interface Cover {
  /** 0: raw samples. */
  readonly widthMs: number;
  /** From `fromMs`, without it, to `toMs`; rising, apart from each other. Of a tier multiples of its width. */
  readonly ranges: readonly TimeRange[];
}

export class Holdings {
  /** Of the tiers of which something is kept, the coarsest first. */
  readonly widthsMs: readonly number[];
  readonly #kept = new Map<number, readonly TimeRange[]>();
  readonly #held = new Map<number, readonly TimeRange[]>();

  constructor(covers: readonly Cover[]) {
    const there = covers.filter(({ ranges }) => ranges.length > 0).sort((a, b) => b.widthMs - a.widthMs);
    this.widthsMs = there.map(({ widthMs }) => widthMs).filter((widthMs) => widthMs > 0);
    for (const { widthMs, ranges } of there) this.#kept.set(widthMs, openEnded(widthMs, ranges, there));
    const raw = this.#kept.get(RAW) ?? [];
    this.#held.set(RAW, raw);
    for (const widthMs of this.widthsMs) this.#held.set(widthMs, union([...this.kept(widthMs), ...wholeWindows(raw, widthMs)]));
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

export const RAW = 0;

/**
 * Before everything that is kept there is nothing, so who keeps the oldest keeps all of the past. Who begins within the first window of a
 * coarser tier does so too: that window was made when it was all there. Raw samples go on into the future.
 */
function openEnded(widthMs: number, ranges: readonly TimeRange[], all: readonly Cover[]): TimeRange[] {
  const open = [...ranges];
  const first = open[0];
  const coarser = all.filter((cover) => cover.widthMs > widthMs);
  const finer = all.filter((cover) => cover.widthMs < widthMs);
  const reachesBack =
    coarser.every((cover) => first.fromMs < cover.ranges[0].fromMs + cover.widthMs) &&
    finer.every((cover) => first.fromMs <= cover.ranges[0].fromMs);
  if (reachesBack) open[0] = { ...first, fromMs: Number.NEGATIVE_INFINITY };
  const last = open.length - 1;
  if (widthMs === RAW) open[last] = { ...open[last], toMs: Number.POSITIVE_INFINITY };
  return open;
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
