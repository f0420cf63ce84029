import type { Millis } from '@tidemark/base';
import { hasMarks, wordsOf } from '../codec/columns.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';
import { histogramsOf, isStaleAt, type SampleColumns } from '../model/sample.ts';
import { deviationOf } from './deviation.ts';
import { sketchOf } from './make-sketch.ts';
import { RolledBuffer } from './rolled-buffer.ts';
import { type RolledColumns, type RolledWindow, SAYS_NOTHING, type SeriesKind } from './rolled-columns.ts';
import { rollHistograms } from './rolled-histogram.ts';
import { sumOfDecimals, sumOfSame } from './sums.ts';
import { tierOf, windowEndOf } from './tiers.ts';

/** The windows of a series' samples, all of them: a stretch of samples is cut at ends of windows before. */
export function rollSamples(samples: SampleColumns, widthMs: Millis, kind: SeriesKind): RolledColumns {
  return rollAll(samples, [widthMs], kind)[0];
}

/** Of several widths. `mayHaveNaN`: as whoever has looked knows. */
export function rollAll(
  samples: SampleColumns,
  widthsMs: readonly Millis[],
  kind: SeriesKind,
  mayHaveNaN = hasNaN(samples.values),
): RolledColumns[] {
  const { times, values } = samples;
  const numbers = mayHaveNaN ? withoutMarkers(samples) : { times, values, histograms: null, staleAfter: null };
  return widthsMs.map((widthMs) => rollNumbers(numbers, samples, widthMs, kind));
}

function rollNumbers(numbers: Numbers, samples: SampleColumns, widthMs: Millis, kind: SeriesKind): RolledColumns {
  const { sketchFloor } = tierOf(widthMs);
  const { times } = numbers;
  const floor = kind === 'gauge' ? sketchFloor : null;
  const keeping = { widthMs, kind, sketches: sketchFloor !== null, resets: kind === 'counter' ? 'always' : 'if seldom' } as const;
  const rolled = new RolledBuffer(keeping, windowsAtMost(times, widthMs));
  for (let from = 0, to = 0; from < times.length; from = to) {
    const endMs = windowEndOf(times[from], widthMs);
    for (to = from + 1; to < times.length && times[to] <= endMs; ) to++;
    rolled.push(windowOf(numbers, from, to, endMs, kind, floor));
  }
  if (numbers.staleAfter !== null) for (const endMs of staleWindows(samples, widthMs)) rolled.pushStale(endMs);
  return rolled.finish();
}

function windowsAtMost(times: Float64Array, widthMs: Millis): number {
  const spanMs = times.length === 0 ? 0 : times[times.length - 1] - times[0];
  return Math.min(times.length, Math.ceil(spanMs / widthMs) + 1);
}

interface Numbers extends Pick<SampleColumns, 'times' | 'values'> {
  /** By sample. Null where there are none. */
  readonly histograms: readonly (NativeHistogram | undefined)[] | null;
  /** By sample, the time of the stale marker that comes next, before another sample; null where there are no markers. */
  readonly staleAfter: Float64Array | null;
}

/** The samples that are none of an end. */
function withoutMarkers(samples: SampleColumns): Numbers {
  const { times, values } = samples;
  const histograms = hasMarks(wordsOf(values), 0, values.length) ? (histogramsOf(samples) ?? null) : null;
  if (!hasMarkers(values)) return { times, values, histograms, staleAfter: null };
  const kept = { times: new Float64Array(times.length), values: new Float64Array(times.length) };
  const staleAfter = new Float64Array(times.length).fill(Number.POSITIVE_INFINITY);
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    if (!isStaleAt(values, i)) {
      kept.times[count] = times[i];
      kept.values[count++] = values[i];
    } else if (count > 0) staleAfter[count - 1] = Math.min(staleAfter[count - 1], times[i]);
  }
  const own = histograms?.filter((_, i) => !isStaleAt(values, i)) ?? null;
  return { times: kept.times.subarray(0, count), values: kept.values.subarray(0, count), histograms: own, staleAfter };
}

/** Marks and markers are NaN. */
export function hasNaN(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i]) return true;
  return false;
}

function hasMarkers(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i] && isStaleAt(values, i)) return true;
  return false;
}

/** Ends of the windows that have only markers. */
function staleWindows({ times, values }: SampleColumns, widthMs: Millis): Millis[] {
  const ends: Millis[] = [];
  for (let from = 0, to = 0; from < times.length; from = to) {
    const endMs = windowEndOf(times[from], widthMs);
    let only = true;
    for (to = from; to < times.length && times[to] <= endMs; to++) only &&= isStaleAt(values, to);
    if (only) ends.push(endMs);
  }
  return ends;
}

/** Of samples `[from, to)`, at least one. */
function windowOf(
  { times, values, histograms, staleAfter }: Numbers,
  from: number,
  to: number,
  endMs: Millis,
  kind: SeriesKind,
  floor: number | null,
): RolledWindow {
  const staleAtEnd = staleAfter !== null && staleAfter[to - 1] <= endMs;
  const own = histograms?.slice(from, to).filter((each) => each !== undefined) ?? [];
  if (own.length > 0) {
    const histogram = own.length === to - from ? rollHistograms(own) : null;
    const count = histogram === null ? 0 : to - from;
    return { ...SAYS_NOTHING, endMs, count, firstMs: times[from], lastMs: times[to - 1], histogram, staleAtEnd };
  }
  const first = values[from];
  let min = first;
  let max = first;
  let changes = 0;
  let tops: number[] | null = null;
  let before = first;
  for (let i = from + 1; i < to; i++) {
    const value = values[i];
    // Fast path: most values of most series are as they were.
    if (value === before) continue;
    if (value === value || before === before) changes++;
    if (value < min || min !== min) min = value;
    if (value > max || max !== max) max = value;
    if (value < before) {
      tops ??= [];
      tops.push(before);
    }
    before = value;
  }
  const isGauge = kind === 'gauge';
  const isOne = min === max && changes === 0;
  const sum = !isGauge ? 0 : isOne ? sumOfSame(first, to - from) : sumOfDecimals(values, from, to);
  return {
    endMs,
    count: to - from,
    firstMs: times[from],
    lastMs: times[to - 1],
    first,
    last: values[to - 1],
    min,
    max,
    sum,
    resetCorrection: tops === null ? 0 : sumOfDecimals(Float64Array.from(tops), 0, tops.length),
    resets: tops === null ? 0 : tops.length,
    changes,
    deviation: !isGauge || (min === max && Number.isFinite(sum)) ? 0 : deviationOf(values, from, to, sum / (to - from)),
    sketch: floor === null || isOne ? null : sketchOf(values, from, to, floor),
    histogram: null,
    staleAtEnd,
  };
}
