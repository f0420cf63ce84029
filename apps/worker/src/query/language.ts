import {
  countSamples,
  type Expr,
  evaluateInstant,
  evaluateRange,
  ParseError,
  parse,
  QueryError,
  type QueryFeatures,
  type QueryOutcome,
  type SampleCounts,
  type Trace,
  type Wish,
} from '@tidemark/promql';
import type { QueryProblem } from '@tidemark/rpc';
import { type QueryBudget, QueryEndedError } from '@tidemark/tsdb';
import type { QuerySource } from '../partitions/partitions.ts';

/** PromQL as the worker uses it: mistakes and ends of queries are values, everything else is a bug and thrown on. */
export type Evaluation = { readonly lookbackMs?: number; readonly resolution?: Wish } & (
  | { readonly kind: 'instant'; readonly atMs: number }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number }
);

export function parseExpression(
  text: string,
): { readonly kind: 'parsed'; readonly expr: Expr } | { readonly kind: 'problem'; readonly problem: QueryProblem } {
  try {
    return { kind: 'parsed', expr: parse(text) };
  } catch (error) {
    return { kind: 'problem', problem: problemOf(error) };
  }
}

export function evaluate(
  what: { readonly expr: Expr; readonly text: string; readonly tenant: string },
  when: Evaluation,
  source: QuerySource,
  budget: QueryBudget,
  features: QueryFeatures = {},
  trace?: Trace,
): Promise<QueryOutcome> {
  const { lookbackMs, resolution } = when;
  const request = { ...what, ...source, budget, lookbackMs, resolution, features, trace };
  return when.kind === 'instant'
    ? evaluateInstant({ ...request, atMs: when.atMs })
    : evaluateRange({ ...request, startMs: when.startMs, endMs: when.endMs, stepMs: when.stepMs });
}

/** What it looks at, as Prometheus counts it. */
export function countedSamples(
  what: { readonly expr: Expr; readonly tenant: string },
  when: Evaluation,
  { queryable }: QuerySource,
  budget: QueryBudget,
): Promise<SampleCounts> {
  const request = { ...what, queryable, budget, lookbackMs: when.lookbackMs };
  return countSamples(
    when.kind === 'instant'
      ? { ...request, atMs: when.atMs }
      : { ...request, startMs: when.startMs, endMs: when.endMs, stepMs: when.stepMs },
  );
}

/** What went wrong, for whoever asked. Throws what is not theirs to know: a bug. */
export function problemOf(error: unknown): QueryProblem {
  if (error instanceof ParseError) return { kind: 'bad_expression', message: error.message, from: error.from, to: error.to };
  if (error instanceof QueryError) return { kind: error.kind === 'bad_data' ? 'bad_expression' : 'execution', message: error.message };
  if (error instanceof QueryEndedError) return { kind: endKind(error.kind), message: error.message };
  throw error;
}

function endKind(kind: QueryEndedError['kind']): QueryProblem['kind'] {
  return kind === 'too_many_samples' || kind === 'too_many_series' ? 'too_large' : kind;
}
