/**
 * Samples rarely lie on the window's ends: the growth between the first and the last is stretched to the ends,
 * by at most half an average interval where the series seems to begin or end within the window, and for counters
 * not below the point where they were zero. As Prometheus does, so that values agree.
 */
export function extrapolation(
  samples: SampleSpan,
  window: WindowSpan,
  /** Of a counter: its first value in the window, and how much it grew. */
  counter: { readonly before: number; readonly growth: number } | null,
  perSecond: boolean,
): number {
  const reach = reachOf(samples, window);
  if (counter !== null && counter.growth > 0 && counter.before >= 0) {
    reach.toStart = Math.min(reach.toStart, reach.sampled * (counter.before / counter.growth));
  }
  return factorOf(reach, perSecond ? secondsOf(window) : 1);
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
  const sampled = (times[to - 1] - times[from]) / 1000;
  const average = sampled / (to - from - 1);
  const threshold = average * 1.1;
  let toStart = (times[from] - window.startMs) / 1000;
  let toEnd = (window.endMs - times[to - 1]) / 1000;
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
