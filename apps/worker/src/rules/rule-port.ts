import type { Clock } from '@tidemark/base';
import type { RuleStore } from '@tidemark/db';
import { thresholdOf } from '@tidemark/promql/syntax';
import type { Rule, RuleDraft, RulePort, RulePreview, RuleRow, RuleState, SaveResult } from '@tidemark/rpc';
import type { AlertBook } from './alert-book.ts';
import { compileRule, observe } from './compiled-rule.ts';
import type { RuleEvaluator } from './evaluator.ts';
import { PREVIEW_INSTANCES } from './limits.ts';
import type { RuleEngine, RuleStatus } from './rule-engine.ts';
import type { RuleSet } from './rule-set.ts';

/** The pages' rules: what is saved, with the state that the engine sees. */
export class WebRules implements RulePort {
  readonly #store: RuleStore;
  readonly #rules: RuleSet;
  readonly #book: AlertBook;
  readonly #engine: RuleEngine;
  readonly #evaluator: RuleEvaluator;
  readonly #clock: Clock;

  constructor(store: RuleStore, rules: RuleSet, book: AlertBook, engine: RuleEngine, evaluator: RuleEvaluator, clock: Clock) {
    this.#store = store;
    this.#rules = rules;
    this.#book = book;
    this.#engine = engine;
    this.#evaluator = evaluator;
    this.#clock = clock;
  }

  async list(tenant: string): Promise<readonly RuleRow[]> {
    return (await this.#store.list(tenant)).map((rule) => this.#row(tenant, rule));
  }

  async get(tenant: string, id: string): Promise<RuleRow | null> {
    const rule = await this.#store.get(tenant, id);
    return rule === null ? null : this.#row(tenant, rule);
  }

  /** At the last tick's time, so that it shows what the engine would see. */
  async preview(tenant: string, draft: RuleDraft): Promise<RulePreview> {
    const compiled = compileRule(draft);
    if (compiled.kind === 'problem') return compiled;
    const outcome = await observe(compiled.rule, tenant, this.#engine.lastTickMs ?? this.#clock.now(), this.#evaluator);
    if (outcome.kind === 'problem') return outcome;
    const observed = [...outcome.byFingerprint.values()];
    return {
      kind: 'preview',
      total: observed.length,
      instances: observed
        .slice(0, PREVIEW_INSTANCES)
        .map(({ labels, annotations, value }) => ({ labels: labels.toObject(), annotations, value })),
      threshold: thresholdOf(compiled.rule.expr),
    };
  }

  async save(tenant: string, draft: RuleDraft): Promise<SaveResult<Rule>> {
    const compiled = compileRule(draft);
    if (compiled.kind === 'problem') return { kind: 'refused', message: compiled.problem.message };
    const result = await this.#store.save(tenant, draft);
    if (result.kind === 'saved') this.#rules.put(tenant, result.value);
    return result;
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const removed = await this.#store.remove(tenant, id);
    if (removed) this.#rules.drop(tenant, id);
    return removed;
  }

  #row(tenant: string, rule: Rule): RuleRow {
    const status = this.#engine.status(tenant, rule.id);
    let pendingCount = 0;
    let firingCount = 0;
    for (const { life } of this.#book.instancesOf(tenant, rule.id).values()) {
      if (life.state === 'pending') pendingCount++;
      if (life.state === 'firing') firingCount++;
    }
    return {
      ...rule,
      state: stateOf(rule, status, pendingCount, firingCount),
      pendingCount,
      firingCount,
      lastError: status?.lastError ?? null,
      lastEvaluatedAtMs: status?.lastEvaluatedAtMs ?? null,
      evaluationMs: status?.evaluationMs ?? null,
    };
  }
}

function stateOf(rule: Rule, status: RuleStatus | null, pending: number, firing: number): RuleState {
  if (!rule.enabled) return 'disabled';
  if (status === null) return 'unknown';
  if (status.lastError !== null) return 'error';
  if (firing > 0) return 'firing';
  return pending > 0 ? 'pending' : 'inactive';
}
