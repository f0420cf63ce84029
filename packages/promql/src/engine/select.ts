import { type Reduction, type SelectedSeries, type SelectRequest, type ValueFacts, visitSeries } from '@tidemark/tsdb';
import { type PackedValues, windowKernel } from '@tidemark/tsdb/kernel';
import { histogramsOf, isReset, isStaleAt, type Labels, type SampleColumns } from '@tidemark/tsdb/model';
import type { MatrixSelector, VectorSelector } from '../syntax/ast.ts';
import { chargeColumns, emptySeries, isEmpty, putSample, type Series, type Steps } from './columns.ts';
import type { QueryContext } from './context.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import { selectRolled } from './tiers/over-rolled.ts';
import { reachOf, type View, viewOf } from './times.ts';
import { sameTimes } from './window-plan.ts';
import type { Matrix } from './windows.ts';

/**
 * Selectors. Each loads its samples once for all steps; two pointers then slide along the steps.
 * Stretches are open on the left: a sample exactly one lookback or range old is no longer seen.
 */

/** Samples of one series, stale markers left out. */
export interface SampleStretch {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** How many samples each value stands for, when that is not one. */
  readonly weights?: Float64Array;
  /** Of numbers, where somebody has looked. */
  readonly facts?: ValueFacts;
  /** The same values, where whoever looks through them needs no `values`. */
  readonly packed?: PackedValues;
  /** Native histograms have columns of their own. */
  readonly histograms?: HistogramColumns;
  /** When the series of each sample started, where anybody keeps that and asks: 0 where it is not known. */
  readonly starts?: Float64Array;
  /** As of the `Series` that a subquery's samples come from. */
  readonly dropsName?: boolean;
}

export interface HistogramColumns {
  readonly times: Float64Array;
  readonly values: readonly NativeHistogram[];
  readonly starts?: Float64Array;
}

/** A series with its native histograms by position; in `values` stands a mark there. */
interface SelectedHistograms extends SelectedSeries {
  readonly histograms?: readonly (NativeHistogram | undefined)[];
}

/** What to give of a sample: itself, or its time or the start of its series in seconds. */
export type Given = 'sample' | 'time' | 'start';

/** At each step the newest sample within the lookback. */
export async function selectVector(
  selector: VectorSelector,
  steps: Steps,
  context: QueryContext,
  given: Given = 'sample',
): Promise<Series[]> {
  if (context.widthMs > 0) {
    const { series, rest } = await selectRolled(selector, steps, context, given === 'time');
    return rest === null ? series : [...series, ...(await selectVector(selector, steps, rest, given))];
  }
  const { queryable, budget, lookbackMs, tenant, tellsResets, except, lacking } = context;
  const view = viewOf(selector, steps, context);
  const range = { fromMs: view.firstMs - lookbackMs + 1, toMs: view.lastMs };
  const request = { tenant, matchers: selector.matchers, range, newestOnly: view.firstMs === view.lastMs && !tellsResets, except };
  const found: Series[] = [];
  let newest: NewestSamples | null = null;
  await visitSeries(queryable, request, budget, (series) => {
    chargeColumns(budget, 1, steps);
    if (except !== undefined) lacking.fromRaw++;
    const { times } = series.samples;
    if (newest === null || !sameTimes(newest.times, times)) newest = newestSamples(times.slice(), view, steps.count, lookbackMs);
    const seen = pickNewest(withHistograms(series, tellsResets), newest, given);
    if (!isEmpty(seen)) found.push(seen);
  });
  return found;
}

/** Series that are scraped together share it. */
interface NewestSamples {
  readonly times: Float64Array;
  /** By step the position of the newest sample that is not too old; -1 without one. */
  readonly positions: Int32Array;
}

function newestSamples(times: Float64Array, view: View, count: number, lookbackMs: number): NewestSamples {
  const positions = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const endMs = view.firstMs + i * view.stepMs;
    while (next < times.length && times[next] <= endMs) next++;
    positions[i] = next > 0 && times[next - 1] > endMs - lookbackMs ? next - 1 : -1;
  }
  return { times, positions };
}

function pickNewest({ labels, samples, histograms }: SelectedHistograms, { times, positions }: NewestSamples, given: Given): Series {
  const { values, starts } = samples;
  const series = emptySeries(labels, positions.length);
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i];
    if (at < 0 || isStaleAt(values, at)) continue;
    if (given === 'sample') putSample(series, i, histograms?.[at] ?? values[at]);
    else putSample(series, i, (given === 'time' ? times[at] : (starts?.[at] ?? 0)) / 1000);
  }
  return series;
}

/** `tellsResets`: where nothing is said of one, what the histogram before says. */
function withHistograms(series: SelectedSeries, tellsResets: boolean | undefined): SelectedHistograms {
  const histograms = histogramsOf(series.samples);
  if (histograms === undefined) return series;
  return tellsResets ? withResets({ ...series, histograms }) : { ...series, histograms };
}

/** Where nothing is said, what the sample before says. */
function withResets(series: SelectedHistograms): SelectedHistograms {
  if (series.histograms === undefined) return series;
  let before: NativeHistogram | undefined;
  const histograms = series.histograms.map((histogram) => {
    const known = histogram === undefined || before === undefined || histogram.hint !== 'unknown';
    const told = known
      ? histogram
      : ({ ...histogram, hint: isReset(before as NativeHistogram, histogram) ? 'reset' : 'not_reset' } as const);
    before = histogram ?? before;
    return told;
  });
  return { ...series, histograms };
}

/** Each series' samples in a range; valid until `visit` returns. */
export function visitStretches(
  { matchers, range, reduction }: Pick<SelectRequest, 'matchers' | 'range' | 'reduction'>,
  { queryable, budget, tenant, tellsResets, features, except, lacking }: QueryContext,
  visit: (stretch: SampleStretch) => void,
): Promise<void> {
  return visitSeries(queryable, { tenant, matchers, range, reduction, except }, budget, (series) => {
    if (except !== undefined) lacking.fromRaw++;
    visit(stretchOf(withHistograms(series, tellsResets), features.startTimestamps));
  });
}

/** The samples are loaded when the matrix is gone through. */
export function selectMatrix(
  selector: MatrixSelector,
  rangeMs: number,
  steps: Steps,
  context: QueryContext,
  reduction?: Reduction,
): Matrix {
  const view = viewOf(selector.vector, steps, context);
  const { leadMs, tailMs } = reachOf(selector.vector, context);
  const range = { fromMs: view.firstMs - rangeMs - leadMs + 1, toMs: view.lastMs + tailMs };
  // Only a single window is all of what is asked for.
  const request = { matchers: selector.vector.matchers, range, reduction: view.firstMs === view.lastMs ? reduction : undefined };
  return {
    view,
    rangeMs,
    extension: selector.vector.extension,
    each: (visit) => visitStretches(request, context, visit),
  };
}

/** Numbers and histograms apart, stale markers left out. */
export function stretchOf(series: SelectedHistograms, tellsStarts: boolean | undefined = false): SampleStretch {
  if (series.packed !== undefined) return new PackedStretch(series, series.packed);
  const { labels, samples, weights, facts, histograms } = series;
  const { times, values } = samples;
  const keepWhere = (wanted: (i: number) => boolean) => Uint32Array.from(times.keys()).filter(wanted);
  const { starts } = samples;
  const startsAt = (at: Uint32Array) => (tellsStarts && starts !== undefined ? { starts: columnAt(starts, at) } : undefined);
  if (histograms !== undefined) {
    const at = keepWhere((i) => histograms[i] !== undefined);
    const columns = { times: columnAt(times, at), values: Array.from(at, (i) => histograms[i] as NativeHistogram), ...startsAt(at) };
    const numbers = keepWhere((i) => histograms[i] === undefined && !isStaleAt(values, i));
    return { labels, times: columnAt(times, numbers), values: columnAt(values, numbers), histograms: columns, ...startsAt(numbers) };
  }
  if (tellsStarts && starts !== undefined) {
    const numbers = keepWhere((i) => !isStaleAt(values, i));
    return { labels, times: columnAt(times, numbers), values: columnAt(values, numbers), ...startsAt(numbers) };
  }
  if (!(facts?.hasNaN ?? windowKernel().hasNaN(values))) return { labels, times, values, weights, facts }; // Fast path: a stale marker is a NaN.
  let stale = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]) && isStaleAt(values, i)) stale++;
  if (stale === 0) return { labels, times, values, weights };
  const numbers = keepWhere((i) => !isStaleAt(values, i));
  const ofNumbers = weights === undefined ? undefined : columnAt(weights, numbers);
  return { labels, times: columnAt(times, numbers), values: columnAt(values, numbers), weights: ofNumbers };
}

/** All of its samples are numbers, which are unpacked for who reads them. */
class PackedStretch implements SampleStretch {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly facts: ValueFacts | undefined;
  readonly packed: PackedValues;
  readonly #samples: SampleColumns;

  constructor({ labels, samples, facts }: SelectedSeries, packed: PackedValues) {
    this.labels = labels;
    this.times = samples.times;
    this.facts = facts;
    this.packed = packed;
    this.#samples = samples;
  }

  get values(): Float64Array {
    return this.#samples.values;
  }
}

function columnAt(column: Float64Array, positions: Uint32Array): Float64Array {
  return Float64Array.from(positions, (i) => column[i]);
}
