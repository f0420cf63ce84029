import type { Reduction, SelectedSeries } from '@tidemark/tsdb';
import { isStaleAt, type Labels } from '@tidemark/tsdb/model';
import type { MatrixSelector, VectorSelector } from '../syntax/ast.ts';
import { chargeColumns, emptySeries, isEmpty, putSample, type Series, type Steps } from './columns.ts';
import type { QueryContext } from './context.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import { type View, viewOf } from './times.ts';
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
  /** Native histograms have columns of their own. */
  readonly histograms?: HistogramColumns;
}

export interface HistogramColumns {
  readonly times: Float64Array;
  readonly values: readonly NativeHistogram[];
}

/** What a `Queryable` that holds native histograms gives beside the port's columns: in `values` stands NaN there. */
export interface SelectedHistograms extends SelectedSeries {
  readonly histograms?: readonly (NativeHistogram | undefined)[];
}

/** At each step the newest sample within the lookback, or with `asTimes` that sample's time in seconds. */
export async function selectVector(selector: VectorSelector, steps: Steps, context: QueryContext, asTimes = false): Promise<Series[]> {
  const { queryable, budget, lookbackMs, tenant } = context;
  const view = viewOf(selector, steps, context);
  const range = { fromMs: view.firstMs - lookbackMs + 1, toMs: view.lastMs };
  const newestOnly = view.firstMs === view.lastMs;
  const selected: SelectedHistograms[] = await queryable.select({ tenant, matchers: selector.matchers, range, newestOnly }, budget);
  chargeColumns(budget, selected.length, steps);
  const found: Series[] = [];
  for (const series of selected) {
    if (selected.length > 1) await budget.breathe();
    const seen = slideInstant(series, view, steps.count, lookbackMs, asTimes);
    if (!isEmpty(seen)) found.push(seen);
  }
  return found;
}

function slideInstant(selected: SelectedHistograms, view: View, count: number, lookbackMs: number, asTimes: boolean): Series {
  const { times, values } = selected.samples;
  const series = emptySeries(selected.labels, count);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const endMs = view.firstMs + i * view.stepMs;
    while (next < times.length && times[next] <= endMs) next++;
    const newest = next - 1;
    if (newest < 0 || times[newest] <= endMs - lookbackMs || isStaleAt(values, newest)) continue;
    putSample(series, i, asTimes ? times[newest] / 1000 : (selected.histograms?.[newest] ?? values[newest]));
  }
  return series;
}

/** The samples are loaded when the matrix is gone through. */
export function selectMatrix(
  selector: MatrixSelector,
  rangeMs: number,
  steps: Steps,
  context: QueryContext,
  reduction?: Reduction,
): Matrix {
  const { queryable, budget, tenant } = context;
  const view = viewOf(selector.vector, steps, context);
  const range = { fromMs: view.firstMs - rangeMs + 1, toMs: view.lastMs };
  // Only a single window is all of what is asked for.
  const request = { tenant, matchers: selector.vector.matchers, range, ...(view.firstMs === view.lastMs && { reduction }) };
  return {
    view,
    rangeMs,
    async each(visit) {
      if (queryable.visit !== undefined) {
        await queryable.visit(request, budget, (series) => visit(stretchOf(series)));
        return;
      }
      const selected: SelectedHistograms[] = await queryable.select(request, budget);
      for (const series of selected) {
        if (selected.length > 1) await budget.breathe();
        visit(stretchOf(series));
      }
    },
  };
}

/** Numbers and histograms apart, stale markers left out. */
export function stretchOf({ labels, samples, weights, histograms }: SelectedHistograms): SampleStretch {
  const { times, values } = samples;
  const keepWhere = (wanted: (i: number) => boolean) => Uint32Array.from(times.keys()).filter(wanted);
  if (histograms !== undefined) {
    const at = keepWhere((i) => histograms[i] !== undefined);
    const columns = { times: columnAt(times, at), values: Array.from(at, (i) => histograms[i] as NativeHistogram) };
    const numbers = keepWhere((i) => histograms[i] === undefined && !isStaleAt(values, i));
    return { labels, times: columnAt(times, numbers), values: columnAt(values, numbers), histograms: columns };
  }
  if (!values.includes(Number.NaN)) return { labels, times, values, weights }; // Fast path: a stale marker is a NaN.
  let stale = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]) && isStaleAt(values, i)) stale++;
  if (stale === 0) return { labels, times, values, weights };
  const numbers = keepWhere((i) => !isStaleAt(values, i));
  const ofNumbers = weights === undefined ? undefined : columnAt(weights, numbers);
  return { labels, times: columnAt(times, numbers), values: columnAt(values, numbers), weights: ofNumbers };
}

function columnAt(column: Float64Array, positions: Uint32Array): Float64Array {
  return Float64Array.from(positions, (i) => column[i]);
}
