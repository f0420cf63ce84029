import {
  children,
  type Duration,
  durationMs,
  type Expr,
  type MatrixSelector,
  type Subquery,
  type TimeShift,
  type VectorSelector,
} from '../syntax/ast.ts';
import { lastStep, type Steps } from './columns.ts';
import type { QueryContext } from './context.ts';
import { DURATION_MS_MAX, SUBQUERY_STEP_MS } from './limits.ts';
import { QueryError } from './query-error.ts';

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
  const offsetMs = shift.offset === null ? 0 : lengthOf(shift.offset, context);
  if (shift.at === null) return { firstMs: steps.startMs - offsetMs, lastMs: lastStep(steps) - offsetMs, stepMs: steps.stepMs };
  const atMs = shift.at.kind === 'time' ? shift.at.atMs : shift.at.kind === 'start' ? context.startMs : context.endMs;
  return { firstMs: atMs - offsetMs, lastMs: atMs - offsetMs, stepMs: 0 };
}

export function rangeOf({ range }: MatrixSelector | Subquery, times: QueryTimes): number {
  return lengthOf(range, times);
}

/** Only durations that are calculated can be too long: `range() / 0`. */
function lengthOf(duration: Duration, { startMs, endMs, stepMs }: QueryTimes): number {
  const ms = durationMs(duration, stepMs, endMs - startMs);
  if (!(Math.abs(ms) <= DURATION_MS_MAX)) throw new QueryError('execution', 'duration is out of range');
  return ms;
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
  const stepMs = expr.step === null ? SUBQUERY_STEP_MS : lengthOf(expr.step, context);
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
