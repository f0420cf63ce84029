import { assert } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import type { Labels } from '@tidemark/tsdb/model';
import type { Aggregation } from '../syntax/ast.ts';
import type { Aggregator } from '../syntax/token.ts';
import { emptySeries, HISTOGRAM, NUMBER, putSample, type Series } from './columns.ts';
import type { QueryContext } from './context.ts';
import { ignoreHistograms } from './histogram/fold.ts';
import { varianceOf } from './kahan.ts';
import { reducerOf } from './label-reducer.ts';
import { SLICE_SAMPLES } from './limits.ts';
import { quantileOf } from './quantile.ts';
import { Slices } from './slices.ts';

/** Aggregations that make one series of each group out of all of its members. See running-fold.ts and pick.ts for the others. */

export interface Group {
  readonly labels: Labels;
  readonly members: Series[];
}

export async function groupSeries(expr: Aggregation, series: readonly Series[], budget: QueryBudget): Promise<Group[]> {
  const { grouping } = expr;
  const reducer = reducerOf(grouping, grouping.labels, !grouping.without);
  const groups = new Map<string, Group>();
  const slices = new Slices(budget);
  for (const one of series) {
    await slices.spend(0);
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
  stddev: (values, count) => Math.sqrt(varianceOf(values, 0, count)),
  stdvar: (values, count) => varianceOf(values, 0, count),
  quantile: (values, count, q) => quantileOf(q, values, 0, count),
};

/** What must have all series of a group at once. `parameter`: by step, of `quantile`. */
export async function foldMembers(
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
  for (const { labels, members } of await groupSeries(expr, series, budget)) {
    const result = emptySeries(
      labels,
      count,
      members.find((member) => member.dropsName),
    );
    const hasHistograms = members.some((member) => member.histograms !== undefined);
    const values = new Float64Array(members.length);
    for (let i = 0; i < count; i++) {
      let numbers = 0;
      for (const member of members) if (member.present[i] === NUMBER) values[numbers++] = member.values[i];
      if (hasHistograms && members.some((member) => member.present[i] === HISTOGRAM)) ignoreHistograms(expr, notes);
      if (numbers > 0) putSample(result, i, combine(values, numbers, parameter === null ? 0 : parameter[i]));
      sliced += members.length;
      if (sliced < SLICE_SAMPLES) continue;
      sliced = 0;
      await budget.breathe();
    }
    folded.push(result);
  }
  return folded;
}
