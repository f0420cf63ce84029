import { assert } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import type { Binary } from '../syntax/ast.ts';
import { isEmpty, mergeSeries, type Series } from './columns.ts';
import { reducerOf } from './label-reducer.ts';
import { mapInSlices, Slices } from './slices.ts';

/** `and`, `or`, `unless`: which series stay is decided step by step, by the labels that match. */
export async function combineSets(
  expr: Binary,
  left: readonly Series[],
  right: readonly Series[],
  count: number,
  budget: QueryBudget,
): Promise<Series[]> {
  const { matching, operator } = expr;
  assert(matching !== null, 'a set operator always has its matching');
  const reducer = reducerOf(matching, matching.labels, matching.on);
  const slices = new Slices(budget);
  const presence = async (side: readonly Series[]) => {
    const byKey = new Map<string, Uint8Array>();
    for (const one of side) {
      await slices.spend(count);
      const { key } = reducer.reduce(one.labels);
      const steps = byKey.get(key) ?? new Uint8Array(count);
      for (let i = 0; i < count; i++) steps[i] |= Number(one.present[i] !== 0);
      byKey.set(key, steps);
    }
    return byKey;
  };
  const keep = async (side: readonly Series[], others: Map<string, Uint8Array>, wanted: 0 | 1) => {
    const kept = (one: Series) => keepWhere(one, others.get(reducer.reduce(one.labels).key), wanted);
    return (await mapInSlices(side, 2 * count, budget, kept)).filter((one) => !isEmpty(one));
  };
  switch (operator) {
    case 'and':
      return keep(left, await presence(right), 1);
    case 'unless':
      return keep(left, await presence(right), 0);
    default:
      return mergeSeries([...left, ...(await keep(right, await presence(left), 0))], budget);
  }
}

function keepWhere(series: Series, other: Uint8Array | undefined, wanted: 0 | 1): Series {
  if (other === undefined) return wanted === 0 ? series : { ...series, present: new Uint8Array(series.present.length) };
  return { ...series, present: series.present.map((kind, i) => (other[i] === wanted ? kind : 0)) };
}
