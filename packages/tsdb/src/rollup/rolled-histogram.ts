import { combineHistograms, isReset } from '../model/combine-histograms.ts';
import { HISTOGRAM_BUCKETS_MAX } from '../model/limits.ts';
import { type NativeHistogram, sameHistogram } from '../model/native-histogram.ts';

/**
 * The native histograms of a window, where it has nothing else: all of them gauges, or none. What queries ask of a range follows from these
 * of its windows, and from what lies between the last of one and the first of the next.
 */
export interface RolledHistogram {
  readonly first: NativeHistogram;
  readonly last: NativeHistogram;
  /** Of a counter what it had reached before each reset, added up; without the first one, of which `startsAnew` says it. Of a gauge all of them. */
  readonly added: NativeHistogram | null;
  /** Has the second one begun again? Where a range begins with the first, that was nothing, in whichever buckets it was. */
  readonly startsAnew: boolean;
  readonly resets: number;
  /** How many differ from the one before. */
  readonly changes: number;
}

/** Some windows' histograms, or one sample's. */
export interface CountedHistograms {
  readonly count: number;
  readonly histogram: RolledHistogram | null;
}

/** Of one window's samples, or null when they do not go together: with gauges only in part, or with exponential and custom buckets. */
export function rollHistograms(samples: readonly NativeHistogram[]): RolledHistogram | null {
  return joinHistograms(samples.map((sample) => ({ count: 1, histogram: ofOne(sample) })));
}

/** Of windows in rising time. What one says nothing of all together say nothing of. */
export function joinHistograms(windows: readonly CountedHistograms[]): RolledHistogram | null {
  let { histogram: joined, count } = windows[0];
  for (let i = 1; i < windows.length && joined !== null; i++) {
    const next = windows[i];
    joined = next.histogram && joinedOf(joined, count, next.histogram);
    count += next.count;
  }
  return joined;
}

export function isGauge({ first }: RolledHistogram): boolean {
  return first.hint === 'gauge';
}

function ofOne(sample: NativeHistogram): RolledHistogram {
  return { first: sample, last: sample, added: sample.hint === 'gauge' ? sample : null, startsAnew: false, resets: 0, changes: 0 };
}

function joinedOf(before: RolledHistogram, count: number, after: RolledHistogram): RolledHistogram | null {
  if (isGauge(before) !== isGauge(after)) return null;
  const begins = isReset(before.last, after.first);
  const parts = [before.added];
  if (!isGauge(before)) parts.push(begins && count > 1 ? before.last : null, after.startsAnew ? after.first : null);
  const added = addedUp([...parts, after.added]);
  if (added === undefined) return null;
  return {
    first: before.first,
    last: after.last,
    added,
    startsAnew: !isGauge(before) && count === 1 ? begins : before.startsAnew,
    resets: before.resets + after.resets + (begins ? 1 : 0),
    changes: before.changes + after.changes + (sameHistogram(before.last, after.first) ? 0 : 1),
  };
}

/** Null of nothing; undefined of what does not go together, or has too many buckets then. */
function addedUp(parts: readonly (NativeHistogram | null)[]): NativeHistogram | null | undefined {
  let sum: NativeHistogram | null = null;
  for (const part of parts) {
    if (part === null) continue;
    if (sum === null) {
      sum = part;
      continue;
    }
    const combined = combineHistograms(sum, part, 1);
    if (combined.kind === 'incompatible') return undefined;
    sum = combined.histogram;
    if (sum.positive.size + sum.negative.size > HISTOGRAM_BUCKETS_MAX) return undefined;
  }
  return sum;
}
