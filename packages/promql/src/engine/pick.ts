import { sortInSlices } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import { compareLabels } from '@tidemark/tsdb/model';
import type { Aggregation } from '../syntax/ast.ts';
import { formatNumber } from '../syntax/numbers.ts';
import { isLabelName } from '../syntax/selector.ts';
import { quote } from '../syntax/strings.ts';
import { groupSeries } from './aggregate.ts';
import { emptySeries, HISTOGRAM, isEmpty, NOTHING, NUMBER, type Series, sampleAt } from './columns.ts';
import type { QueryContext } from './context.ts';
import { ignoreHistograms } from './histogram/fold.ts';
import { formatHistogram } from './histogram/native-histogram.ts';
import { hashedShare } from './labels-hash.ts';
import type { Notes } from './notes.ts';
import { QueryError } from './query-error.ts';
import { byRank, ranks } from './running-pick.ts';
import { mapInSlices, Slices } from './slices.ts';

/** Aggregations that let some series through as they are, chosen anew at each step: topk, bottomk, limitk, limit_ratio. `limits`: by step. */
export async function pick(
  expr: Aggregation,
  series: readonly Series[],
  count: number,
  limits: Float64Array,
  { notes, budget }: Pick<QueryContext, 'notes' | 'budget'>,
): Promise<Series[]> {
  if (ranks(expr) && series.some((one) => one.histograms !== undefined && one.present.includes(HISTOGRAM))) ignoreHistograms(expr, notes);
  const picked: Series[] = [];
  for (const { members } of await groupSeries(expr, series, budget)) {
    for (const one of await pickFromGroup(expr, members, count, limits, budget)) picked.push(one);
  }
  return picked.filter((one) => !isEmpty(one));
}

/** How many, or which share, to pick at each step. */
export function checkedLimits(expr: Aggregation, parameter: Float64Array, notes: Notes): Float64Array {
  return parameter.map((value) => checkedLimit(expr, value, notes));
}

function checkedLimit(expr: Aggregation, value: number, notes: Notes): number {
  const isRatio = expr.operator === 'limit_ratio';
  const span = expr.parameter?.span ?? expr.span;
  if (Number.isNaN(value)) throw new QueryError('execution', `${isRatio ? 'Ratio' : 'Parameter'} value is NaN`, span);
  if (!isRatio) {
    if (Math.abs(value) >= 2 ** 63)
      throw new QueryError('execution', `Scalar value ${value} ${value < 0 ? 'under' : 'over'}flows int64`, span);
    return Math.trunc(value);
  }
  if (Math.abs(value) <= 1) return value;
  notes.warn(`ratio value should be between -1 and 1, got ${value}, capping to ${Math.sign(value)}`, span);
  return Math.sign(value);
}

async function pickFromGroup(
  expr: Aggregation,
  unsorted: Series[],
  count: number,
  limits: Float64Array,
  budget: QueryBudget,
): Promise<Series[]> {
  const breathe = () => budget.breathe();
  // Of equal values the first labels win, in whatever order the series came.
  const members = await sortInSlices(unsorted, (a, b) => compareLabels(a.labels, b.labels), breathe);
  const { operator } = expr;
  if (operator === 'limit_ratio') {
    return mapInSlices(members, count, budget, (member) => {
      const share = hashedShare(member.labels);
      return keepWhere(member, (_, i) => withinRatio(share, limits[i]));
    });
  }
  const chosen = new Map<number, Uint8Array>();
  const choose = (order: Iterable<number>, step: number): void => {
    for (const i of order) {
      let present = chosen.get(i);
      if (present === undefined) {
        present = new Uint8Array(count);
        chosen.set(i, present);
      }
      present[step] = members[i].present[step];
    }
  };
  const slices = new Slices(budget);
  for (let step = 0; step < count; step++) {
    await slices.spend(members.length);
    if (limits[step] >= 1) choose(firstAt(members, step, limits[step], operator), step);
  }
  // An instant query's result comes in rank order, that of choosing; all others in that of labels.
  const picked = Array.from(chosen);
  if (count > 1) picked.sort(([a], [b]) => a - b);
  return picked.map(([i, present]) => ({ ...members[i], present }));
}

/** Of one step. */
function firstAt(members: readonly Series[], step: number, limit: number, operator: Aggregation['operator']): number[] {
  const candidates: number[] = [];
  for (let i = 0; i < members.length; i++) {
    const kind = members[i].present[step];
    if (operator === 'limitk' ? kind !== NOTHING : kind === NUMBER) candidates.push(i);
  }
  const falling = operator === 'topk';
  if (operator !== 'limitk') candidates.sort((a, b) => byRank(members[a].values[step], members[b].values[step], falling));
  return candidates.slice(0, limit);
}

function keepWhere(series: Series, keep: (kind: number, step: number) => boolean): Series {
  return { ...series, present: series.present.map((kind, i) => (kind !== 0 && keep(kind, i) ? kind : 0)) };
}

/** A series is in or out at each step and each evaluation alike; `-r` picks what `1-r` leaves. */
function withinRatio(share: number, ratio: number): boolean {
  return ratio >= 0 ? share < ratio : share >= 1 + ratio;
}

/** One series for each group and value, the value in a label of its own. */
export async function countValues(
  expr: Aggregation,
  series: readonly Series[],
  count: number,
  label: string,
  budget: QueryBudget,
): Promise<Series[]> {
  if (!isLabelName(label)) throw new QueryError('execution', `invalid label name ${quote(label)}`, expr.parameter?.span);
  const results = new Map<string, Series>();
  const { grouping } = expr;
  // As Prometheus has it, the value's label is one of those that may go.
  const isDropped = grouping.without && grouping.labels.includes(label);
  const slices = new Slices(budget);
  for (const { labels, members } of await groupSeries(expr, series, budget)) {
    for (const member of members) {
      for (let i = 0; i < count; i++) {
        if (member.present[i] === NOTHING) continue;
        await slices.spend(0);
        const sample = sampleAt(member, i);
        const value = typeof sample === 'number' ? formatNumber(sample) : formatHistogram(sample);
        const counted = isDropped ? labels : labels.with(label, value);
        const result = results.get(counted.key) ?? emptySeries(counted, count);
        results.set(counted.key, result);
        result.values[i]++;
        result.present[i] = 1;
      }
    }
  }
  return [...results.values()];
}
