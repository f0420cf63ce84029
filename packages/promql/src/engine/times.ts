import { children, durationMs, type Expr, type MatrixSelector, type Subquery, type TimeShift, type VectorSelector } from '../syntax/ast.ts';
import { lastStep, type Steps } from './columns.ts';
import type { QueryContext } from './context.ts';
import { SUBQUERY_STEP_MS } from './limits.ts';

/** Which times an expression looks at. */

/** Of the query itself. */
export type QueryTimes = Pick<QueryContext, 'startMs' | 'endMs' | 'stepMs' | 'lookbackMs' | 'tellsResets'>;

/** Where a selector looks at each step: its newest visible time. Pinned ones look at one time at all steps. */
export interface View {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly stepMs: number;
}

export function viewOf(shift: TimeShift, steps: Steps, context: QueryTimes): View {
  const offsetMs = shift.offset === null ? 0 : durationMs(shift.offset, context.stepMs, context.endMs - context.startMs);
  if (shift.at === null) return { firstMs: steps.startMs - offsetMs, lastMs: lastStep(steps) - offsetMs, stepMs: steps.stepMs };
  const atMs = shift.at.kind === 'time' ? shift.at.atMs : shift.at.kind === 'start' ? context.startMs : context.endMs;
  return { firstMs: atMs - offsetMs, lastMs: atMs - offsetMs, stepMs: 0 };
}

export function rangeOf({ range }: MatrixSelector | Subquery, { startMs, endMs, stepMs }: QueryTimes): number {
  return durationMs(range, stepMs, endMs - startMs);
}

/** How far is looked beyond a range, or a time: by extended selectors, and where a reset is told from the sample before. */
export function reachOf(
  { extension }: VectorSelector,
  { lookbackMs, tellsResets }: QueryTimes,
): { readonly leadMs: number; readonly tailMs: number } {
  return { leadMs: extension === null && !tellsResets ? 0 : lookbackMs, tailMs: extension === 'smoothed' ? lookbackMs : 0 };
}

/** Every multiple of the subquery's step that any outer step can see. */
export function innerSteps(expr: Subquery, rangeMs: number, steps: Steps, context: QueryTimes): Steps {
  const stepMs = expr.step === null ? SUBQUERY_STEP_MS : durationMs(expr.step, context.stepMs, context.endMs - context.startMs);
  const view = viewOf(expr, steps, context);
  const startMs = (Math.floor((view.firstMs - rangeMs) / stepMs) + 1) * stepMs;
  return { startMs, stepMs, count: Math.floor((view.lastMs - startMs) / stepMs) + 1 };
}

/** No sample before this time matters to the expression. */
export function oldestMs(expr: Expr, steps: Steps, context: QueryTimes): number {
  switch (expr.kind) {
    case 'vector':
      return viewOf(expr, steps, context).firstMs - context.lookbackMs + 1;
    case 'matrix':
      return viewOf(expr.vector, steps, context).firstMs - rangeOf(expr, context) - reachOf(expr.vector, context).leadMs + 1;
    case 'subquery':
      return oldestMs(expr.body, innerSteps(expr, rangeOf(expr, context), steps, context), context);
    default:
      return Math.min(...children(expr).map((child) => oldestMs(child, steps, context)));
  }
}
