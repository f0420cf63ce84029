/**
 * Samples rarely lie on the window's ends: the growth between the first and the last is stretched to the ends,
 * by at most half an average interval where the series seems to begin or end within the window, and for counters
 * not below the point where they were zero. As Prometheus does, so that values agree.
 */
export function extrapolation(samples: SampleSpan, window: WindowSpan, counter: CounterGrowth | null, perSecond: boolean): number {
  const reach = reachOf(samples, window);
  if (counter !== null) notBelowZero(reach, counter.before, counter.growth);
  return factorOf(reach, perSecond ? secondsOf(window) : 1);
}

/** A counter was zero at the earliest where its growth, drawn on, began. `before`: its first value. */
export function notBelowZero(reach: Reach, before: number, growth: number): void {
  if (growth > 0 && before >= 0) reach.toStart = Math.min(reach.toStart, reach.sampled * (before / growth));
}

/** Of a counter: its first value in the window, and how much it grew. */
export interface CounterGrowth {
  readonly before: number;
  readonly growth: number;
}

/** Positions in `times`, at least two. */
export interface SampleSpan {
  readonly times: Float64Array;
  readonly from: number;
  readonly to: number;
}

export interface WindowSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** In seconds: between the first sample and the last, and how far growth is stretched beyond both. */
export interface Reach {
  readonly sampled: number;
  toStart: number;
  readonly toEnd: number;
}

/** Not yet for a counter near zero. */
export function reachOf({ times, from, to }: SampleSpan, window: WindowSpan): Reach {
  return reachBetween(times[from], times[to - 1], to - from, window);
}

/** Of so many samples from the first to the last. */
export function reachBetween(firstMs: number, lastMs: number, count: number, window: WindowSpan): Reach {
  const sampled = (lastMs - firstMs) / 1000;
  const average = sampled / (count - 1);
  const threshold = average * 1.1;
  let toStart = (firstMs - window.startMs) / 1000;
  let toEnd = (window.endMs - lastMs) / 1000;
  if (toStart >= threshold) toStart = average / 2;
  if (toEnd >= threshold) toEnd = average / 2;
  return { sampled, toStart, toEnd };
}

export function factorOf({ sampled, toStart, toEnd }: Reach, perSeconds: number): number {
  return (sampled + toStart + toEnd) / sampled / perSeconds;
}

export function secondsOf({ startMs, endMs }: WindowSpan): number {
  return (endMs - startMs) / 1000;
}
