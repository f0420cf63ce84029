import type { TimeRange } from '../model/time-range.ts';

/** Samples that an answer is without: they lie where nobody can be asked now. */
export interface MissingStretch extends TimeRange {
  /** archived: they must be restored first. unreachable: it may pass, or is for the operator. */
  readonly reason: 'archived' | 'unreachable';
  /** What the place said. */
  readonly detail: string;
}

/** Rising, each reason by itself: what overlaps or nearly meets becomes one. */
export function joinMissing(missing: readonly MissingStretch[]): MissingStretch[] {
  const joined: MissingStretch[] = [];
  const order = [...missing].sort((a, b) => (a.reason === b.reason ? a.fromMs - b.fromMs : a.reason < b.reason ? -1 : 1));
  for (const stretch of order) {
    const last = joined.at(-1);
    const isNew = last === undefined || last.reason !== stretch.reason || stretch.fromMs > last.toMs + GAP_MS;
    if (isNew) joined.push(stretch);
    else joined[joined.length - 1] = { ...last, toMs: Math.max(last.toMs, stretch.toMs) };
  }
  return joined;
}

/** A sentence for each stretch: what is missing, and what can be done about it. */
export function describeMissing(missing: readonly MissingStretch[]): string[] {
  return joinMissing(missing).map(({ fromMs, toMs, reason, detail }) => {
    const [from, to] = [isoTime(fromMs), isoTime(toMs)];
    const what = `samples from ${from} to ${to} are missing`;
    if (reason === 'unreachable') return `${what}: they cannot be read now: ${detail}`;
    return `${what}: they lie in an archive; POST /api/v1/admin/tsdb/restore?start=${from}&end=${to} has them brought back, which takes hours`;
  });
}

/** Blocks of one window after the other: between them lies no more than what is scraped seldom. */
const GAP_MS = 600_000;

/** What nobody knows the end of is cut to what a date can be. */
function isoTime(ms: number): string {
  return new Date(Math.max(-DATE_MS_MAX, Math.min(DATE_MS_MAX, ms))).toISOString();
}

const DATE_MS_MAX = 8.64e15;
