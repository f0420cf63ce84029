import type { QueryCost, QueryProblem, Stretch } from '@tidemark/rpc';
import type { Frame } from './frame.ts';
import type { DecodedMatrix } from './matrix.ts';

/** A history as it was answered, before it is a view: the live query goes on from here. */
export interface History {
  readonly expr: string;
  readonly matrix: DecodedMatrix | null;
  readonly frame: Frame | null;
  readonly problem: QueryProblem | null;
  readonly cost: QueryCost | null;
  readonly notes: readonly string[];
  readonly stretches: readonly Stretch[];
  readonly endMs: number;
  readonly stepMs: number;
  readonly answeredAtMs: number;
}

/** A problem takes away nothing that the same expression gave before: that stays, as old as it is, under the problem. */
export function overLastGood(answer: History, before: History | undefined): History {
  if (answer.problem === null || before?.expr !== answer.expr || before.frame === null) return answer;
  return { ...before, problem: answer.problem };
}
