import type { AlertRow, AlertState } from '@tidemark/rpc';
import { finder, type ListFilter, labelWords } from '../../table/list-filter.ts';

/** The alerts of one rule, the worst and oldest first. */
export interface AlertGroup {
  readonly ruleId: string;
  readonly ruleName: string;
  /** The worst state of its alerts. */
  readonly state: AlertState;
  readonly alerts: readonly AlertRow[];
}

export interface AlertSelection {
  readonly groups: readonly AlertGroup[];
  /** Of the alerts that the text matches, whatever their state. */
  readonly counts: Readonly<Record<AlertState, number>>;
}

export const ALERT_STATES = ['firing', 'pending', 'resolved'] as const satisfies readonly AlertState[];

export function selectAlerts(alerts: readonly AlertRow[], filter: ListFilter<AlertState>): AlertSelection {
  const found = finder(filter.find);
  const counts: Record<AlertState, number> = { firing: 0, pending: 0, resolved: 0 };
  const byRule = new Map<string, AlertRow[]>();
  for (const alert of alerts) {
    if (!found(searchText(alert))) continue;
    counts[alert.state]++;
    if (filter.state !== null && filter.state !== alert.state) continue;
    const group = byRule.get(alert.ruleId);
    if (group === undefined) byRule.set(alert.ruleId, [alert]);
    else group.push(alert);
  }
  return { groups: [...byRule.values()].map(groupOf).sort(worstFirst), counts };
}

function groupOf(alerts: AlertRow[]): AlertGroup {
  alerts.sort((a, b) => RANK[a.state] - RANK[b.state] || a.activeSinceMs - b.activeSinceMs || (a.fingerprint < b.fingerprint ? -1 : 1));
  const { ruleId, ruleName, state } = alerts[0];
  return { ruleId, ruleName, state, alerts };
}

function worstFirst(a: AlertGroup, b: AlertGroup): number {
  return RANK[a.state] - RANK[b.state] || (a.ruleName < b.ruleName ? -1 : a.ruleName > b.ruleName ? 1 : 0);
}

const RANK: Readonly<Record<AlertState, number>> = { firing: 0, pending: 1, resolved: 2 };

function searchText(alert: AlertRow): string {
  return [alert.ruleName, labelWords(alert.labels), ...Object.values(alert.annotations)].join('\n').toLowerCase();
}
