import type { RuleStore } from '@tidemark/db';
import type { Rule } from '@tidemark/rpc';
import { type CompiledRule, compileRule } from './compiled-rule.ts';

/**
 * The rules as they are saved, made ready. One that is saved here is known at once (`put`, `drop`); what another process
 * saved is seen by `refresh`.
 */
export interface ReadyRule {
  readonly tenant: string;
  readonly rule: Rule;
  /** Null when the saved expression or a template is not understood; `problem` says why. */
  readonly compiled: CompiledRule | null;
  readonly problem: string | null;
}

export class RuleSet {
  readonly #store: RuleStore;
  #rules = new Map<string, ReadyRule>();
  #stamp: string | null = null;
  #edits = 0;

  constructor(store: RuleStore) {
    this.#store = store;
  }

  all(): Iterable<ReadyRule> {
    return this.#rules.values();
  }

  get(tenant: string, ruleId: string): ReadyRule | undefined {
    return this.#rules.get(keyOf(tenant, ruleId));
  }

  put(tenant: string, rule: Rule): void {
    this.#edits++;
    this.#rules.set(keyOf(tenant, rule.id), this.#ready(tenant, rule));
  }

  drop(tenant: string, ruleId: string): void {
    this.#edits++;
    this.#rules.delete(keyOf(tenant, ruleId));
  }

  /** Reads the rules again when any of them changed. */
  async refresh(): Promise<void> {
    const stamp = await this.#store.stamp();
    if (stamp !== this.#stamp) await this.reload();
  }

  async reload(): Promise<void> {
    for (;;) {
      const edits = this.#edits;
      // The stamp is older than the rules that are read after it: a save in between is seen once more, never missed.
      const stamp = await this.#store.stamp();
      const saved = await this.#store.listAll();
      // What was read may be older than what was put or dropped meanwhile: a rule must not vanish for a moment.
      if (edits !== this.#edits) continue;
      this.#rules = new Map(saved.map(({ tenant, rule }) => [keyOf(tenant, rule.id), this.#ready(tenant, rule)]));
      this.#stamp = stamp;
      return;
    }
  }

  /** What did not change stays as it was compiled. */
  #ready(tenant: string, rule: Rule): ReadyRule {
    const known = this.get(tenant, rule.id);
    if (known !== undefined && known.rule.version === rule.version) return known;
    const result = compileRule(rule);
    return result.kind === 'compiled'
      ? { tenant, rule, compiled: result.rule, problem: null }
      : { tenant, rule, compiled: null, problem: result.problem.message };
  }
}

const keyOf = (tenant: string, ruleId: string) => `${tenant}/${ruleId}`;
