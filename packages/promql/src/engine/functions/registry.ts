import type { Reduction } from '@tidemark/tsdb';
import type { Call, Expr, MatrixSelector, Subquery } from '../../syntax/ast.ts';
import type { Columns, SeriesSink, Steps } from '../columns.ts';
import type { QueryContext } from '../context.ts';
import type { Matrix } from '../windows.ts';
import type { Arguments } from './arguments.ts';

/** How a function evaluates its arguments: given by the evaluator, so that functions do not import it. */
export interface Evaluators {
  evaluate(expr: Expr, steps: Steps, context: QueryContext): Promise<Columns>;
  /** `reduction`: all that is asked of the samples of a window, if that is so. */
  evaluateMatrix(expr: MatrixSelector | Subquery, steps: Steps, context: QueryContext, reduction?: Reduction): Promise<Matrix>;
}

export interface Invocation {
  readonly expr: Call;
  readonly steps: Steps;
  readonly context: QueryContext;
  readonly args: Arguments;
  /** Takes the series one after the other, without looking for equal ones: of functions of range vectors only. */
  readonly sink?: SeriesSink;
}

export type FunctionBody = (call: Invocation) => Promise<Columns> | Columns;

export type FunctionTable = Readonly<Record<string, FunctionBody>>;
