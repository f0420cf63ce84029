import { sortInSlices } from '@tidemark/base';
import type { QueryBudget } from '@tidemark/tsdb';
import { compareLabels } from '@tidemark/tsdb/model';
import { type Expr, unwrap } from '../../syntax/ast.ts';
import { mergeSeries, type Series } from '../columns.ts';
import type { LeafPart } from './leaf.ts';

/** The series of all parts, ordered by labels: the same whatever series lie where. Those of an aggregation are yet to be put together. */
export async function mergeParts(expr: Expr, parts: readonly LeafPart[], budget: QueryBudget): Promise<readonly Series[]> {
  const all = parts.flatMap(({ series }) => series);
  const merged = parts.length === 1 || unwrap(expr).kind === 'aggregation' ? all : await mergeSeries(all, budget);
  return sortInSlices(
    merged,
    (a, b) => compareLabels(a.labels, b.labels),
    () => budget.breathe(),
  );
}
