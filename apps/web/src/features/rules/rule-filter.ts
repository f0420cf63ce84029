import type { RuleRow, RuleState } from '@tidemark/rpc';
import { finder, type ListFilter, labelWords } from '../../table/list-filter.ts';

/** Worst first: this is the order of the list. */
export const RULE_STATES = ['firing', 'error', 'pending', 'unknown', 'inactive', 'disabled'] as const satisfies readonly RuleState[];

export interface RuleSelection {
  readonly rows: readonly RuleRow[];
  /** Of the rows that the text matches, whatever their state. */
  readonly counts: Readonly<Record<RuleState, number>>;
}

/** One pass, because it runs at each key with thousands of rules. */
export function selectRules(rules: readonly RuleRow[], filter: ListFilter<RuleState>): RuleSelection {
  const found = finder(filter.find);
  const counts: Record<RuleState, number> = { firing: 0, error: 0, pending: 0, unknown: 0, inactive: 0, disabled: 0 };
  const rows: RuleRow[] = [];
  for (const rule of rules) {
    if (!found(searchText(rule))) continue;
    counts[rule.state]++;
    if (filter.state === null || filter.state === rule.state) rows.push(rule);
  }
  return { rows: rows.sort(byStateThenName), counts };
}

const RANK: Readonly<Record<RuleState, number>> = { firing: 0, error: 1, pending: 2, unknown: 3, inactive: 4, disabled: 5 };

function byStateThenName(a: RuleRow, b: RuleRow): number {
  return RANK[a.state] - RANK[b.state] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function searchText(rule: RuleRow): string {
  let text = searchTexts.get(rule);
  if (text === undefined) {
    text = [rule.name, rule.expr, labelWords(rule.labels)].join('\n').toLowerCase();
    searchTexts.set(rule, text);
  }
  return text;
}

const searchTexts = new WeakMap<RuleRow, string>();
