import type { AlertRow, AlertState } from '@tidemark/rpc';

/** The alerts of one rule, the worst and oldest first. */
export interface AlertGroup {
  readonly ruleId: string;
  readonly ruleName: string;
  /** The worst state of its alerts. */
  readonly state: AlertState;
  readonly alerts: readonly AlertRow[];
}

export interface AlertFilter {
  readonly state: AlertState | null;
  readonly find: string;
}

export interface AlertSelection {
  readonly groups: readonly AlertGroup[];
  /** Of the alerts that the text matches, whatever their state. */
  readonly counts: Readonly<Record<AlertState, number>>;
}

export const ALERT_STATES = ['firing', 'pending', 'resolved'] as const satisfies readonly AlertState[];

export function decodeAlertFilter(params: URLSearchParams): AlertFilter {
  const state = params.get('state');
  return { state: ALERT_STATES.find((known) => known === state) ?? null, find: params.get('find') ?? '' };
}

export function encodeAlertFilter(filter: AlertFilter, params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  if (filter.state === null) next.delete('state');
  else next.set('state', filter.state);
  if (filter.find === '') next.delete('find');
  else next.set('find', filter.find);
  return next;
}

export function selectAlerts(alerts: readonly AlertRow[], filter: AlertFilter): AlertSelection {
  const words = filter.find.toLowerCase().split(/\s+/).filter(Boolean);
  const counts: Record<AlertState, number> = { firing: 0, pending: 0, resolved: 0 };
  const byRule = new Map<string, AlertRow[]>();
  for (const alert of alerts) {
    const text = searchText(alert);
    if (!words.every((word) => text.includes(word))) continue;
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
  const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`);
  return [alert.ruleName, ...labels, ...Object.values(alert.annotations)].join('\n').toLowerCase();
}
