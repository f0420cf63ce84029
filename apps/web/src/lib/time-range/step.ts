/** The step of a query: a round value, at least one second, so that a panel gets about two points for each pixel. */
import { POINTS_MAX, POINTS_MIN } from '../limits.ts';
import type { ResolvedRange } from './range.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ROUND_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

export function chooseStepMs({ fromMs, toMs }: ResolvedRange, widthPx: number): number {
  const points = Math.min(POINTS_MAX, Math.max(POINTS_MIN, widthPx * 2));
  const finest = (toMs - fromMs) / points;
  return ROUND_STEPS_MS.find((step) => step >= finest) ?? Math.ceil(finest / (28 * DAY)) * 28 * DAY;
}

/** The range on the step's grid, so that two queries of the same moment share their points. */
export function alignToStep({ fromMs, toMs }: ResolvedRange, stepMs: number): { startMs: number; endMs: number } {
  const startMs = Math.ceil(fromMs / stepMs) * stepMs;
  return { startMs, endMs: Math.max(startMs, Math.floor(toMs / stepMs) * stepMs) };
}
