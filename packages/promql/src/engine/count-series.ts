import { Labels } from '@tidemark/tsdb/model';
import { type Aggregation, unwrap } from '../syntax/ast.ts';
import { NUMBER, type Series, type Steps } from './columns.ts';
import type { QueryContext } from './context.ts';
import { viewOf } from './times.ts';

/** `count` of a selector at one instant, by one label at most, where whoever holds the series can count them; null for anything else. */
export async function countSeries(expr: Aggregation, steps: Steps, context: QueryContext): Promise<Series[] | null> {
  const { queryable, leaves, budget, tenant, lookbackMs, widthMs } = context;
  const { grouping, operator } = expr;
  const body = unwrap(expr.body);
  if (operator !== 'count' || grouping.without || grouping.labels.length > 1 || steps.count > 1) return null;
  if (body.kind !== 'vector' || body.extension !== null || widthMs > 0 || leaves !== null) return null;
  const view = viewOf(body, steps, context);
  const range = { fromMs: view.firstMs - lookbackMs + 1, toMs: view.lastMs };
  const label = grouping.labels[0] ?? null;
  const counted = await queryable.countNewest?.({ tenant, matchers: body.matchers, range, label }, budget);
  if (counted === undefined || counted === null) return null;
  return Array.from(counted.counts, ([value, count]) => ({
    labels: label === null || value === '' ? Labels.EMPTY : Labels.from({ [label]: value }),
    values: Float64Array.of(count),
    present: Uint8Array.of(NUMBER),
  }));
}
