import type { Millis } from '@tidemark/base';
import { onGrid } from './deviation.ts';
import { mergeSketches } from './make-sketch.ts';
import { RolledBuffer } from './rolled-buffer.ts';
import { type RolledColumns, type RolledWindow, SAYS_NOTHING } from './rolled-columns.ts';
import { joinHistograms } from './rolled-histogram.ts';
import type { Sketched } from './sketch.ts';
import { sumOfDecimals } from './sums.ts';
import { tierOf, windowEndOf } from './tiers.ts';

/** The windows of the tier above, of all of these: they are cut at its windows' ends before. */
export function mergeWindows(lower: RolledColumns, widthMs: Millis): RolledColumns {
  const { sketchFloor } = tierOf(widthMs);
  const { endMs: ends, staleEndMs } = lower;
  const rolled = new RolledBuffer({
    widthMs,
    kind: lower.changes === null ? 'counter' : 'gauge', // And by each window, what its parts are.
    sketches: sketchFloor !== null && lower.sketches !== null,
    resets: lower.resets === null ? 'never' : 'always',
  });
  for (let from = 0, to = 0; from < lower.length; from = to) {
    const endMs = windowEndOf(ends[from], widthMs);
    for (to = from + 1; to < lower.length && ends[to] <= endMs; ) to++;
    const goneAfter = staleEndMs.some((each) => each > ends[to - 1] && each <= endMs);
    rolled.push({ ...mergedWindow(lower, from, to, sketchFloor), endMs, staleAtEnd: lower.staleAtEnd[to - 1] === 1 || goneAfter });
  }
  const withSamples = new Set(Array.from(ends, (each) => windowEndOf(each, widthMs)));
  for (const endMs of new Set(Array.from(staleEndMs, (each) => windowEndOf(each, widthMs)))) {
    if (!withSamples.has(endMs)) rolled.pushStale(endMs);
  }
  return rolled.finish();
}

/** Windows `[from, to)` as one. */
export function mergedWindow(
  windows: RolledColumns,
  from: number,
  to: number,
  sketchFloor: number | null,
): Omit<RolledWindow, 'endMs' | 'staleAtEnd'> {
  const { count: counts, first, last, min: mins, max: maxes } = windows;
  const [firstMs, lastMs] = [windows.firstMs[from], windows.lastMs[to - 1]];
  const histograms = windows.histograms?.slice(from, to) ?? [];
  if (histograms.some((each) => each !== null) || counts.subarray(from, to).includes(0)) {
    const histogram =
      histograms.length === 0 ? null : joinHistograms(histograms.map((each, i) => ({ count: counts[from + i], histogram: each })));
    if (histogram !== null)
      return { ...SAYS_NOTHING, count: counts.subarray(from, to).reduce((a, b) => a + b), firstMs, lastMs, histogram };
    // That some windows do not keep them is said on.
    const known = (column: Float64Array | null) => (column?.subarray(from, to).some(Number.isNaN) ? Number.NaN : 0);
    const [resets, changes] = [known(windows.resets), known(windows.changes)];
    return { ...SAYS_NOTHING, resets, resetCorrection: resets, changes, firstMs, lastMs };
  }
  let count = counts[from];
  let min = mins[from];
  let max = maxes[from];
  let resets = windows.resets?.[from] ?? 0;
  let changes = windows.changes?.[from] ?? 0;
  const tops = Array.from(windows.resetCorrection?.subarray(from, to) ?? []);
  for (let i = from + 1; i < to; i++) {
    count += counts[i];
    if (mins[i] < min || min !== min) min = mins[i];
    if (maxes[i] > max || max !== max) max = maxes[i];
    const [before, value] = [last[i - 1], first[i]];
    resets += (windows.resets?.[i] ?? 0) + (value < before ? 1 : 0);
    if (value < before) tops.push(before);
    changes += (windows.changes?.[i] ?? 0) + (value !== before && (value === value || before === before) ? 1 : 0);
  }
  const sum = sumOfDecimals(windows.sum, from, to);
  const isLess = windows.deviation === null || Number.isNaN(changes);
  return {
    count,
    firstMs,
    lastMs,
    first: first[from],
    last: last[to - 1],
    min,
    max,
    sum,
    resetCorrection: sumOfDecimals(Float64Array.from(tops), 0, tops.length),
    resets,
    changes,
    deviation: isLess || (min === max && Number.isFinite(sum)) ? 0 : mergedDeviation(windows, from, to, sum / count),
    sketch: isLess || windows.sketches === null || sketchFloor === null ? null : mergeSketches(sketchedOf(windows, from, to), sketchFloor),
    histogram: null,
  };
}

/** What is within the windows, and what is between them. */
function mergedDeviation({ deviation, sum, count }: RolledColumns, from: number, to: number, mean: number): number {
  let squares = 0;
  let all = 0;
  for (let i = from; i < to; i++) {
    const within = (deviation as Float64Array)[i];
    const distance = sum[i] / count[i] - mean;
    squares += count[i] * (within * within + distance * distance);
    all += count[i];
  }
  return onGrid(Math.sqrt(squares / all));
}

/** Windows `[from, to)` of columns that have sketches, as their functions take them. */
export function sketchedOf({ sketches, count, min, max }: RolledColumns, from: number, to: number): Sketched[] {
  const windows: Sketched[] = [];
  for (let i = from; i < to; i++) windows.push({ sketch: sketches?.[i] ?? null, count: count[i], min: min[i], max: max[i] });
  return windows;
}
