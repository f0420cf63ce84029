import { assert } from '@tidemark/base';
import type { Binary } from '../syntax/ast.ts';
import { isEmpty, mergeSeries, type Series } from './columns.ts';
import { reducerOf } from './label-reducer.ts';

/** `and`, `or`, `unless`: which series stay is decided step by step, by the labels that match. */
export function combineSets(expr: Binary, left: readonly Series[], right: readonly Series[], count: number): Series[] {
  const { matching, operator } = expr;
  assert(matching !== null, 'a set operator always has its matching');
  const reducer = reducerOf(matching, matching.labels, matching.on);
  const presence = (side: readonly Series[]) => {
    const byKey = new Map<string, Uint8Array>();
    for (const one of side) {
      const { key } = reducer.reduce(one.labels);
      const steps = byKey.get(key) ?? new Uint8Array(count);
      for (let i = 0; i < count; i++) steps[i] |= Number(one.present[i] !== 0);
      byKey.set(key, steps);
    }
    return byKey;
  };
  const keep = (side: readonly Series[], others: Map<string, Uint8Array>, wanted: 0 | 1) =>
    side.map((one) => keepWhere(one, others.get(reducer.reduce(one.labels).key), wanted)).filter((one) => !isEmpty(one));
  switch (operator) {
    case 'and':
      return keep(left, presence(right), 1);
    case 'unless':
      return keep(left, presence(right), 0);
    default:
      return mergeSeries([...left, ...keep(right, presence(left), 0)]);
  }
}

function keepWhere(series: Series, other: Uint8Array | undefined, wanted: 0 | 1): Series {
  if (other === undefined) return wanted === 0 ? series : { ...series, present: new Uint8Array(series.present.length) };
  return { ...series, present: series.present.map((kind, i) => (other[i] === wanted ? kind : 0)) };
}
