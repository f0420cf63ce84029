import type { Millis } from '@tidemark/base';
import { format } from '@tidemark/promql/syntax';
import type { QueryProblem } from '@tidemark/rpc';
import { Labels } from '@tidemark/tsdb/model';
import type { TickSource } from '../../consume/ticks.ts';
import type { RuleEvaluator } from '../evaluator.ts';

/** Ticks by hand. */
export class ManualTicks implements TickSource {
  watermarkMs: Millis = 0;
  readonly #listeners = new Set<(atMs: Millis) => void>();

  subscribe(listener: (atMs: Millis) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tick(atMs: Millis): void {
    this.watermarkMs = atMs;
    for (const listener of this.#listeners) listener(atMs);
  }
}

/** Answers by expression, for tests that are about rules and not about PromQL. What is not set gives nothing. */
export class ScriptedEvaluator {
  readonly #answers = new Map<string, readonly { labels: Record<string, string>; value: number }[] | QueryProblem>();

  set(expr: string, answer: readonly { labels: Record<string, string>; value: number }[] | QueryProblem): void {
    this.#answers.set(expr, answer);
  }

  readonly evaluate: RuleEvaluator = async (_tenant, expr, atMs) => {
    const answer = this.#answers.get(format(expr)) ?? [];
    if ('kind' in answer) return { kind: 'problem', problem: answer };
    const samples = answer.map(({ labels, value }) => ({ labels: Labels.from(labels), value }));
    return { kind: 'samples', samples, sampleAtMs: atMs - 250 };
  };
}
