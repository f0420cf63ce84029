/**
 * Extended ranges: the growth between a range's very ends, without extrapolation. `anchored`: at its start stands the newest sample
 * before it. `smoothed`: at both ends stands what a line between the neighbours says. Neighbours are at most a lookback away.
 */
export interface Ends {
  /** Positions of the samples that stand for the ends, or between which they lie. */
  readonly first: number;
  readonly last: number;
}

export interface ExtendedRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly lookbackMs: number;
  readonly smoothed: boolean;
}

/** `from` and `to` are the positions within the range itself, which may be none. Null when nothing is to be said of it. */
export function endsOf(times: Float64Array, from: number, to: number, range: ExtendedRange): Ends | null {
  const { startMs, endMs, lookbackMs, smoothed } = range;
  const first = from > 0 && times[from - 1] > startMs - lookbackMs ? from - 1 : from;
  const endsOnSample = to > 0 && times[to - 1] === endMs;
  const last = smoothed && !endsOnSample && to < times.length && times[to] <= endMs + lookbackMs ? to : to - 1;
  if (last < first || times[last] <= startMs || times[first] > endMs) return null;
  return { first, last };
}

/** What the line through two samples says. Multiplied first, as in Prometheus, for the same bits. */
export function lineAt(atMs: number, beforeMs: number, before: number, afterMs: number, after: number): number {
  return before + ((after - before) * (atMs - beforeMs)) / (afterMs - beforeMs);
}

/** Where between two times a third one lies, 0 to 1. */
export function shareOf(atMs: number, beforeMs: number, afterMs: number): number {
  return (atMs - beforeMs) / (afterMs - beforeMs);
}
