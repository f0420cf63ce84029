import type { TimeRange } from '@tidemark/tsdb/model';
import { children, type Expr, unwrap } from '../../syntax/ast.ts';
import type { Steps } from '../columns.ts';
import { innerSteps, type QueryTimes, rangeOf, reachOf, type View, viewOf } from '../times.ts';

/** One place of an expression that looks at samples: what it asks of them, and when. */
export interface Look {
  /** The function of a range vector; `selector` for a vector selector; how either is extended; `samples` for who wants all of them. */
  readonly what: string;
  readonly view: View;
  /** Times at which it looks. */
  readonly count: number;
  /** Of a range vector. */
  readonly rangeMs: number | null;
  /** What it needs at a step of the query: all samples in `(from, to]`. */
  readonly need: Need;
}

/** Times that move with the query's steps are relative to the step. */
export interface Need {
  readonly moves: boolean;
  readonly fromMs: number;
  readonly toMs: number;
}

/** All of them. An expression without any has the same answer whatever is kept. */
export function looksOf(expr: Expr, steps: Steps, context: QueryTimes): Look[] {
  const looks: Look[] = [];
  collect(expr, steps, { moves: true, fromMs: 0, toMs: 0 }, 'samples', context, looks);
  return looks;
}

/** `from`: when the expression is evaluated, as a need. `what`: what is asked of a range vector. */
function collect(expr: Expr, steps: Steps, from: Need, what: string, context: QueryTimes, looks: Look[]): void {
  const { count } = steps;
  switch (expr.kind) {
    case 'vector': {
      const view = viewOf(expr, steps, context);
      const { tailMs } = reachOf(expr, context);
      const need = needOf(view, steps, from, context.lookbackMs, tailMs);
      looks.push({ what: expr.extension ?? 'selector', view, count, rangeMs: null, need });
      return;
    }
    case 'matrix': {
      const view = viewOf(expr.vector, steps, context);
      const rangeMs = rangeOf(expr, context);
      const { leadMs, tailMs } = reachOf(expr.vector, context);
      const need = needOf(view, steps, from, rangeMs + leadMs, tailMs);
      looks.push({ what: expr.vector.extension ?? what, view, count, rangeMs, need });
      return;
    }
    case 'subquery': {
      const rangeMs = rangeOf(expr, context);
      const inner = innerSteps(expr, rangeMs, steps, context);
      if (inner.stepMs > 0 && inner.count > 0) {
        collect(expr.body, inner, needOf(viewOf(expr, steps, context), steps, from, rangeMs, 0), what, context, looks);
      }
      return;
    }
    case 'call': {
      for (const arg of expr.args) collect(arg, steps, from, unwrap(arg).kind === 'matrix' ? expr.name : what, context, looks);
      return;
    }
    default:
      for (const child of children(expr)) collect(child, steps, from, what, context, looks);
  }
}

/** What is seen from `backMs` before to `aheadMs` after the times where `view` looks, at all times that `at` stands for. */
function needOf({ firstMs, stepMs }: View, steps: Steps, at: Need, backMs: number, aheadMs: number): Need {
  const isPinned = stepMs === 0;
  if (isPinned) return { moves: false, fromMs: firstMs - backMs, toMs: firstMs + aheadMs };
  const shiftMs = firstMs - steps.startMs;
  return { moves: at.moves, fromMs: at.fromMs + shiftMs - backMs, toMs: at.toMs + shiftMs + aheadMs };
}

/** All that is seen at steps from one time to another. */
export function seenBetween({ moves, fromMs, toMs }: Need, firstMs: number, lastMs: number): TimeRange {
  return moves ? { fromMs: firstMs + fromMs, toMs: lastMs + toMs } : { fromMs, toMs };
}
