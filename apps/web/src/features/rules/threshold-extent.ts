import type { Frame } from '../../lib/frame.ts';

/** The y axis that shows the data and the threshold, with a little air; null when there is nothing to show. */
export function thresholdExtent(frame: Frame | null, threshold: number | null): { readonly min: number; readonly max: number } | null {
  let min = threshold ?? Number.POSITIVE_INFINITY;
  let max = threshold ?? Number.NEGATIVE_INFINITY;
  for (const { values } of frame?.series ?? []) {
    for (const value of values) {
      // NaN fails both; infinities have no place on an axis.
      if (value < min && value !== Number.NEGATIVE_INFINITY) min = value;
      if (value > max && value !== Number.POSITIVE_INFINITY) max = value;
    }
  }
  if (!Number.isFinite(min) || !Number.isFinite(max)) return null;
  const air = (max - min) * 0.08 || Math.abs(max) * 0.1 || 1;
  // Nothing below zero is drawn for what never is below zero.
  return { min: min >= 0 && min - air < 0 ? 0 : min - air, max: max + air };
}
