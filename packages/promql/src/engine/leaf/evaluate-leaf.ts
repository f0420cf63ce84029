import { assert } from '@tidemark/base';
import type { Queryable, QueryBudget } from '@tidemark/tsdb';
import { Trace } from '../../explain/trace.ts';
import { type Expr, unwrap } from '../../syntax/ast.ts';
import type { Series, Steps } from '../columns.ts';
import { nothingLacks, type QueryContext } from '../context.ts';
import { aggregatePart, evaluate } from '../evaluate.ts';
import { Notes } from '../notes.ts';
import type { Leaf, LeafPart } from './leaf.ts';

/** The part of a leaf that `queryable` has. `expr` is the leaf's text, parsed. */
export async function evaluateLeaf(leaf: Leaf, expr: Expr, queryable: Queryable, budget: QueryBudget): Promise<LeafPart> {
  const { tenant, steps, lookbackMs, widthMs, rawFills, startMs, endMs, stepMs, features = {} } = leaf;
  const notes = new Notes();
  const lacking = nothingLacks();
  const told = { notes, lacking };
  const inTier = { widthMs, rawFills };
  const trace = leaf.traced ? new Trace() : undefined;
  const context = { tenant, queryable, leaves: null, budget, lookbackMs, features, trace, ...inTier, ...told, startMs, endMs, stepMs };
  const series = await seriesOf(unwrap(expr), steps, context);
  const nodes = trace && { trace: { place: '', bytes: 0, nodes: trace.all(expr) } };
  return { series, notes: notes.all(), lacking, ...nodes };
}

async function seriesOf(root: Expr, steps: Steps, context: QueryContext): Promise<readonly Series[]> {
  if (root.kind === 'aggregation') {
    const part = (own: QueryContext) => aggregatePart(root, steps, own);
    return context.trace === undefined ? part(context) : context.trace.node(root, context, part, ({ length }) => length);
  }
  const columns = await evaluate(root, steps, context);
  assert(columns.kind === 'vector', 'a leaf is a vector');
  return columns.series;
}
