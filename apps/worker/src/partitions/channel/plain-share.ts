import type { BudgetShare } from '@tidemark/tsdb';

/** What a call may use: deadline, samples and series at most; when its query began, and what that had used. */
export type PlainShare = readonly number[];

export function plainShare({ limits, startMs, samples, series }: BudgetShare): PlainShare {
  return [limits.deadlineMs, limits.samplesMax, limits.seriesMax, startMs, samples, series];
}

export function shareOf([deadlineMs, samplesMax, seriesMax, startMs, samples, series]: PlainShare): BudgetShare {
  return { limits: { deadlineMs, samplesMax, seriesMax }, startMs, samples, series };
}
