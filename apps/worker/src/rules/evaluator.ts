import type { Clock, Millis } from '@tidemark/base';
import { type Expr, evaluateInstant, type QueryFeatures } from '@tidemark/promql';
import type { QueryProblem } from '@tidemark/rpc';
import { describeMissing, type Queryable, QueryBudget } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { FreshestSample } from '../partitions/freshest-sample.ts';
import type { TimedLeafSource } from '../partitions/partitions.ts';
import { problemOf } from '../query/language.ts';
import { RULE_DEADLINE_MS, RULE_SAMPLES_MAX, RULE_SERIES_MAX } from './limits.ts';

/** What rules ask of PromQL: the value of an expression at one time, and how fresh the newest sample behind it is. */
export type RuleEvaluator = (tenant: string, expr: Expr, atMs: Millis) => Promise<Evaluated>;

export type Evaluated =
  | { readonly kind: 'samples'; readonly samples: readonly RuleSample[]; readonly sampleAtMs: Millis }
  | { readonly kind: 'problem'; readonly problem: QueryProblem };

export interface RuleSample {
  readonly labels: Labels;
  readonly value: number;
}

export interface RuleSource {
  readonly queryable: Queryable;
  readonly leaves?: TimedLeafSource;
}

/** The same evaluator for the ticks and for the editor's preview. It waits for no other query. */
export function createRuleEvaluator({ queryable, leaves }: RuleSource, clock: Clock, features: QueryFeatures = {}): RuleEvaluator {
  const limits = { deadlineMs: RULE_DEADLINE_MS, samplesMax: RULE_SAMPLES_MAX, seriesMax: RULE_SERIES_MAX };
  return async (tenant, expr, atMs) => {
    const fresh = new FreshestSample(queryable);
    const budget = new QueryBudget(limits, clock);
    try {
      const source = { queryable: fresh, leaves: leaves && fresh.of(leaves) };
      const { value, missing } = await evaluateInstant({ expr, tenant, atMs, ...source, budget, features });
      // A part of the samples must not resolve an alert, nor raise one.
      if (missing.length > 0) return { kind: 'problem', problem: { kind: 'unavailable', message: describeMissing(missing).join('; ') } };
      const sampleAtMs = fresh.atMs ?? atMs;
      if (value.kind === 'vector') return { kind: 'samples', samples: value.samples, sampleAtMs };
      if (value.kind === 'scalar') return { kind: 'samples', samples: [{ labels: Labels.EMPTY, value: value.value }], sampleAtMs };
      const message = `the expression gives a ${value.kind}: a rule needs an instant vector or a scalar`;
      return { kind: 'problem', problem: { kind: 'bad_expression', message } };
    } catch (error) {
      return { kind: 'problem', problem: problemOf(error) };
    }
  };
}
