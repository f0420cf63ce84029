/**
 * Samples rarely lie on the window's ends: the growth between the first and the last is stretched to the ends,
 * by at most half an average interval where the series seems to begin or end within the window, and for counters
 * not below the point where they were zero. As Prometheus does, so that values agree.
 */
export function extrapolation(
  samples: { readonly times: Float64Array; readonly from: number; readonly to: number },
  window: { readonly startMs: number; readonly endMs: number },
  /** Of a counter: its first value in the window, and how much it grew. */
  counter: { readonly before: number; readonly growth: number } | null,
  perSecond: boolean,
): number {
  const { times, from, to } = samples;
  const sampled = (times[to - 1] - times[from]) / 1000;
  const average = sampled / (to - from - 1);
  const threshold = average * 1.1;
  let toStart = (times[from] - window.startMs) / 1000;
  let toEnd = (window.endMs - times[to - 1]) / 1000;
  if (toStart >= threshold) toStart = average / 2;
  if (counter !== null && counter.growth > 0 && counter.before >= 0) {
    toStart = Math.min(toStart, sampled * (counter.before / counter.growth));
  }
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = (sampled + toStart + toEnd) / sampled;
  return perSecond ? factor / ((window.endMs - window.startMs) / 1000) : factor;
}
