import { compareLabels } from '@tidemark/tsdb/model';
import { type Expr, unwrap } from '../../syntax/ast.ts';
import { mergeSeries, type Series } from '../columns.ts';
import type { LeafPart } from './leaf.ts';

/** The series of all parts, ordered by labels: the same whatever series lie where. Those of an aggregation are yet to be put together. */
export function mergeParts(expr: Expr, parts: readonly LeafPart[]): readonly Series[] {
  const all = parts.flatMap(({ series }) => series);
  const merged = parts.length === 1 || unwrap(expr).kind === 'aggregation' ? all : mergeSeries(all);
  return merged.sort((a, b) => compareLabels(a.labels, b.labels));
}
