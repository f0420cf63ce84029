import { assert } from '@tidemark/base';
import type { Queryable, QueryBudget } from '@tidemark/tsdb';
import { type Expr, unwrap } from '../../syntax/ast.ts';
import { aggregatePart, evaluate } from '../evaluate.ts';
import { Notes } from '../notes.ts';
import type { Leaf, LeafPart } from './leaf.ts';

/** The part of a leaf that `queryable` has. `expr` is the leaf's text, parsed. */
export async function evaluateLeaf(leaf: Leaf, expr: Expr, queryable: Queryable, budget: QueryBudget): Promise<LeafPart> {
  const { tenant, steps, lookbackMs, widthMs, startMs, endMs, stepMs } = leaf;
  const notes = new Notes();
  const lacking = { leftOut: 0, rough: 0 };
  const told = { notes, lacking };
  const context = { tenant, queryable, leaves: null, budget, lookbackMs, features: {}, widthMs, ...told, startMs, endMs, stepMs };
  const root = unwrap(expr);
  if (root.kind === 'aggregation') return { series: await aggregatePart(root, steps, context), notes: notes.all(), lacking };
  const columns = await evaluate(root, steps, context);
  assert(columns.kind === 'vector', 'a leaf is a vector');
  return { series: columns.series, notes: notes.all(), lacking };
}
