import { type ClockState, type Millis, readClock } from '@tidemark/base';
import type { SegmentFacts } from './retention.ts';

/**
 * How the clock stood when the log was written last, as its segments tell: each says when it began, and one that is written to ends after
 * `segmentMsMax`. A longer gap is a standstill, or the clock has jumped. Of the partition that has the most segments; null for an empty log.
 */
export function clockOfSegments(segments: readonly SegmentFacts[], segmentMsMax: number): ClockState | null {
  const busiest = [...Map.groupBy(segments, ({ partition }) => partition).values()].sort((a, b) => b.length - a.length)[0] ?? [];
  let state: ClockState | null = null;
  for (const { beganMs } of busiest.toSorted((a, b) => a.first - b.first)) {
    state =
      state === null
        ? { seenMs: beganMs, jump: null }
        : readClock(state, { nowMs: beganMs, passedMs: between(state.seenMs, beganMs, segmentMsMax) });
  }
  // The last one was written to for half of its time, about.
  return state === null ? null : { ...state, seenMs: state.seenMs + segmentMsMax / 2 };
}

function between(fromMs: Millis, toMs: Millis, mostMs: number): number {
  return Math.min(mostMs, Math.max(0, toMs - fromMs));
}
