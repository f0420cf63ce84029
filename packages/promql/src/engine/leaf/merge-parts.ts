import { assert } from '@tidemark/base';
import { compareLabels } from '@tidemark/tsdb/model';
import { type Expr, unwrap } from '../../syntax/ast.ts';
import type { Aggregator } from '../../syntax/token.ts';
import { emptySeries, mergeSeries, NOTHING, NUMBER, type Series } from '../columns.ts';
import { greater, lesser } from '../extremes.ts';
import type { LeafPart } from './leaf.ts';

/** The leaf's answer out of its parts, ordered by labels: the same whatever series lie where. */
export function mergeParts(expr: Expr, parts: readonly LeafPart[]): readonly Series[] {
  const inner = unwrap(expr);
  const all = parts.length === 1 ? [...parts[0].series] : parts.flatMap(({ series }) => series);
  const merged = parts.length === 1 ? all : inner.kind === 'aggregation' ? mergeGroups(inner.operator, all) : mergeSeries(all);
  return merged.sort((a, b) => compareLabels(a.labels, b.labels));
}

/** One series of each group out of those that the parts have. */
function mergeGroups(operator: Aggregator, all: readonly Series[]): Series[] {
  const groups = new Map<string, Series>();
  for (const one of all) {
    const { key } = one.labels;
    const known = groups.get(key);
    groups.set(key, known === undefined ? one : combined(operator, known, one));
  }
  return [...groups.values()];
}

function combined(operator: Aggregator, a: Series, b: Series): Series {
  const both = emptySeries(a.labels, a.present.length);
  for (let i = 0; i < both.present.length; i++) {
    if (a.present[i] === NOTHING && b.present[i] === NOTHING) continue;
    both.present[i] = NUMBER;
    if (a.present[i] === NOTHING) both.values[i] = b.values[i];
    else if (b.present[i] === NOTHING) both.values[i] = a.values[i];
    else both.values[i] = combine(operator, a.values[i], b.values[i]);
  }
  return both;
}

function combine(operator: Aggregator, a: number, b: number): number {
  switch (operator) {
    case 'count':
      return a + b;
    case 'group':
      return 1;
    case 'min':
      return lesser(a, b);
    default:
      assert(operator === 'max', `${operator} is not folded in parts`);
      return greater(a, b);
  }
}
