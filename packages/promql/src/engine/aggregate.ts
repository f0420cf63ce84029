import { assert } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import type { Labels } from '@tidemark/tsdb/model';
import type { Aggregation } from '../syntax/ast.ts';
import type { Aggregator } from '../syntax/token.ts';
import { emptySeries, HISTOGRAM, NUMBER, putSample, type Series } from './columns.ts';
import type { QueryContext } from './context.ts';
import { greater, lesser } from './extremes.ts';
import { foldHistograms } from './histogram/fold.ts';
import type { NativeHistogram } from './histogram/native-histogram.ts';
import { KahanColumns, meanOf, sumOf, varianceOf } from './kahan.ts';
import { reducerOf } from './label-reducer.ts';
import { SLICE_SAMPLES } from './limits.ts';
import { quantileOf } from './quantile.ts';

/** Aggregations that make one series of each group. Those that pick series are in pick.ts. */

export interface Group {
  readonly labels: Labels;
  readonly members: Series[];
}

export function groupSeries(expr: Aggregation, series: readonly Series[]): Group[] {
  const { grouping } = expr;
  const reducer = reducerOf(grouping, grouping.labels, !grouping.without);
  const groups = new Map<string, Group>();
  for (const one of series) {
    const labels = reducer.reduce(one.labels);
    const group = groups.get(labels.key);
    if (group === undefined) groups.set(labels.key, { labels, members: [one] });
    else group.members.push(one);
  }
  return [...groups.values()];
}

/** Of the first `count` values, at least one. */
type Fold = (values: Float64Array, count: number, parameter: number) => number;

const FOLDS: Partial<Record<Aggregator, Fold>> = {
  sum: (values, count) => sumOf(values, 0, count),
  avg: (values, count) => meanOf(values, 0, count),
  count: (_values, count) => count,
  group: () => 1,
  min: (values, count) => extreme(values, count, lesser),
  max: (values, count) => extreme(values, count, greater),
  stddev: (values, count) => Math.sqrt(varianceOf(values, 0, count)),
  stdvar: (values, count) => varianceOf(values, 0, count),
  quantile: (values, count, q) => quantileOf(q, values, 0, count),
};

/** `parameter`: by step, of `quantile`. */
export async function fold(
  expr: Aggregation,
  series: readonly Series[],
  count: number,
  parameter: Float64Array | null,
  { budget, notes }: QueryContext,
): Promise<Series[]> {
  const combine = FOLDS[expr.operator];
  assert(combine !== undefined, `${expr.operator} is no fold`);
  const folded: Series[] = [];
  let sliced = 0;
  for (const { labels, members } of groupSeries(expr, series)) {
    const result = emptySeries(
      labels,
      count,
      members.find((member) => member.dropsName),
    );
    const hasHistograms = members.some((member) => member.histograms !== undefined);
    if (expr.operator === 'sum' && !hasHistograms) {
      folded.push(await sumColumns(labels, members, count, budget));
      continue;
    }
    const values = new Float64Array(members.length);
    for (let i = 0; i < count; i++) {
      let numbers = 0;
      for (const member of members) if (member.present[i] === NUMBER) values[numbers++] = member.values[i];
      const histograms = hasHistograms ? histogramsAt(members, i) : NO_HISTOGRAMS;
      const foldNumbers = () => combine(values, numbers, parameter === null ? 0 : parameter[i]);
      if (histograms.length > 0) {
        const answer = foldHistograms(expr, histograms, numbers, foldNumbers, notes);
        if (answer !== undefined) putSample(result, i, answer);
      } else if (numbers > 0) putSample(result, i, foldNumbers());
      sliced += members.length;
      if (sliced < SLICE_SAMPLES) continue;
      sliced = 0;
      await budget.breathe();
    }
    folded.push(result);
  }
  return folded;
}

/** Fast path: numbers only, member after member. */
async function sumColumns(labels: Labels, members: readonly Series[], count: number, budget: QueryBudget): Promise<Series> {
  const result = emptySeries(
    labels,
    count,
    members.find((member) => member.dropsName),
  );
  const sums = new KahanColumns(count);
  for (const { present, values } of members) {
    if (members.length > 1) await budget.breathe();
    sums.add(values, present, NUMBER);
    for (let i = 0; i < count; i++) result.present[i] |= Number(present[i] === NUMBER);
  }
  for (let i = 0; i < count; i++) if (result.present[i] === NUMBER) result.values[i] = sums.totalAt(i);
  return result;
}

const NO_HISTOGRAMS: readonly NativeHistogram[] = [];

function histogramsAt(members: readonly Series[], i: number): NativeHistogram[] {
  return members.flatMap((member) => (member.present[i] === HISTOGRAM ? [member.histograms?.[i] as NativeHistogram] : []));
}

function extreme(values: Float64Array, count: number, choose: (a: number, b: number) => number): number {
  let best = values[0];
  for (let i = 1; i < count; i++) best = choose(best, values[i]);
  return best;
}
