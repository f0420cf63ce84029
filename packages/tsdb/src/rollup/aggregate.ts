import type { Millis } from '@tidemark/base';
import { isStaleAt, type SampleColumns } from '../model/sample.ts';
import { deviationOf } from './deviation.ts';
import { sketchOf } from './make-sketch.ts';
import { RolledBuffer } from './rolled-buffer.ts';
import type { RolledColumns, RolledWindow, SeriesKind } from './rolled-columns.ts';
import { sumOfDecimals } from './sums.ts';
import { tierOf, windowEndOf } from './tiers.ts';

/** The windows of a series' samples, all of them: a stretch of samples is cut at ends of windows before. */
export function rollSamples(samples: SampleColumns, widthMs: Millis, kind: SeriesKind): RolledColumns {
  const { sketchFloor } = tierOf(widthMs);
  const { times, values, staleAfter } = withoutMarkers(samples);
  const floor = kind === 'gauge' ? sketchFloor : null;
  const rolled = new RolledBuffer({ widthMs, kind, sketches: sketchFloor !== null, resets: kind === 'counter' ? 'always' : 'if seldom' });
  for (let from = 0, to = 0; from < times.length; from = to) {
    const endMs = windowEndOf(times[from], widthMs);
    for (to = from + 1; to < times.length && times[to] <= endMs; ) to++;
    const staleAtEnd = staleAfter[to - 1] <= endMs;
    const window = windowOf(values, from, to, kind, floor);
    rolled.push({ ...window, endMs, firstMs: times[from], lastMs: times[to - 1], staleAtEnd });
  }
  for (const endMs of staleWindows(samples, widthMs)) rolled.pushStale(endMs);
  return rolled.finish();
}

interface Numbers extends SampleColumns {
  /** By sample, the time of the stale marker that comes next, before another sample. */
  readonly staleAfter: Float64Array;
}

/** The samples that are none of an end. */
function withoutMarkers({ times, values }: SampleColumns): Numbers {
  const kept = { times: new Float64Array(times.length), values: new Float64Array(times.length) };
  const staleAfter = new Float64Array(times.length).fill(Number.POSITIVE_INFINITY);
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    if (!isStaleAt(values, i)) {
      kept.times[count] = times[i];
      kept.values[count++] = values[i];
    } else if (count > 0) staleAfter[count - 1] = Math.min(staleAfter[count - 1], times[i]);
  }
  return { times: kept.times.subarray(0, count), values: kept.values.subarray(0, count), staleAfter };
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

type WindowOfValues = Omit<RolledWindow, 'endMs' | 'firstMs' | 'lastMs' | 'staleAtEnd'>;

/** Of `values[from … to)`, at least one. */
function windowOf(values: Float64Array, from: number, to: number, kind: SeriesKind, floor: number | null): WindowOfValues {
  let min = values[from];
  let max = min;
  let changes = 0;
  const tops: number[] = [];
  for (let i = from + 1; i < to; i++) {
    const value = values[i];
    const before = values[i - 1];
    if (value < min || min !== min) min = value;
    if (value > max || max !== max) max = value;
    if (value < before) tops.push(before);
    if (value !== before && (value === value || before === before)) changes++;
  }
  const isGauge = kind === 'gauge';
  const sum = isGauge ? sumOfDecimals(values, from, to) : 0;
  return {
    count: to - from,
    first: values[from],
    last: values[to - 1],
    min,
    max,
    sum,
    resetCorrection: sumOfDecimals(Float64Array.from(tops), 0, tops.length),
    resets: tops.length,
    changes,
    deviation: !isGauge || (min === max && Number.isFinite(sum)) ? 0 : deviationOf(values, from, to, sum / (to - from)),
    sketch: floor === null ? null : sketchOf(values, from, to, floor),
  };
}
