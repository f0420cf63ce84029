import type { Millis } from '@tidemark/base';
import type { TimeRange } from '../model/time-range.ts';

/** Ranges as windows have them: the start is not theirs, the end is. In rising order, apart. */
export function without(ranges: readonly TimeRange[], cut: TimeRange): TimeRange[] {
  return ranges.flatMap(({ fromMs, toMs }) =>
    [
      { fromMs, toMs: Math.min(toMs, cut.fromMs) },
      { fromMs: Math.max(fromMs, cut.toMs), toMs },
    ].filter((left) => left.fromMs < left.toMs),
  );
}

export function withoutAll(ranges: readonly TimeRange[], cuts: readonly TimeRange[]): TimeRange[] {
  return cuts.reduce<TimeRange[]>(without, [...ranges]);
}

/** What both hold, rising when they are. */
export function intersection(a: readonly TimeRange[], b: readonly TimeRange[] = []): TimeRange[] {
  const both = a.flatMap((one) => b.map((other) => ({ fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) })));
  return both.filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** What all of them hold together, put together where they meet. */
export function union(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const { fromMs, toMs } of [...ranges].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined[joined.length - 1];
    if (last !== undefined && fromMs <= last.toMs) joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) };
    else joined.push({ fromMs, toMs });
  }
  return joined;
}

/** Where windows end that have something in a range of times, both of whose ends are its own. */
export function endsOver({ fromMs, toMs }: TimeRange, widthMs: Millis): TimeRange {
  return { fromMs: fromMs - 1, toMs: toMs + widthMs - 1 };
}

/** The windows of which all is in one of the ranges. */
export function windowsWithin(ranges: readonly TimeRange[], widthMs: Millis): TimeRange[] {
  const whole = ranges.map(({ fromMs, toMs }) => ({
    fromMs: Math.ceil(fromMs / widthMs) * widthMs,
    toMs: Math.floor(toMs / widthMs) * widthMs,
  }));
  return whole.filter(({ fromMs, toMs }) => fromMs < toMs);
}
