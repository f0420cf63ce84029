import type { Millis } from '@tidemark/base';
import type { RulePort, RuleRow } from '@tidemark/rpc';
import type { AlertBook, BookedAlert } from './alert-book.ts';

/** The `data` of Prometheus' `/api/v1/rules`. */
export interface RulesData {
  readonly groups: readonly RuleGroupData[];
}

export interface RuleGroupData {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly limit: number;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly rules: readonly RuleData[];
}

export type RuleData = AlertingRuleData | RecordingRuleData;

interface RuleDataOfAll {
  readonly name: string;
  readonly query: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: 'unknown' | 'ok' | 'err';
  readonly lastError?: string;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
}

export interface AlertingRuleData extends RuleDataOfAll {
  readonly type: 'alerting';
  readonly duration: number;
  readonly keepFiringFor: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'firing' | 'pending' | 'inactive';
  /** Null: they were not asked for. */
  readonly alerts: readonly object[] | null;
}

export interface RecordingRuleData extends RuleDataOfAll {
  readonly type: 'recording';
}

/** A tenant's rules are one group, evaluated each second. */
export async function rulesData(tenant: string, rules: RulePort, book: AlertBook): Promise<RulesData> {
  const rows = (await rules.list(tenant)).filter((row) => row.enabled);
  if (rows.length === 0) return { groups: [] };
  const byRule = Map.groupBy(activeAlerts(tenant, book), ({ ruleId }) => ruleId);
  const group = {
    name: 'tidemark',
    file: 'tidemark',
    interval: 1,
    limit: 0,
    evaluationTime: rows.reduce((sum, row) => sum + (row.evaluationMs ?? 0), 0) / 1000,
    lastEvaluation: timeText(rows.reduce((latest, row) => Math.max(latest, row.lastEvaluatedAtMs ?? 0), 0)),
    rules: rows.map((row) => ruleData(row, (byRule.get(row.id) ?? []).map(alertData))),
  };
  return { groups: [group] };
}

/** The `data` of `/api/v1/alerts`. */
export async function alertsData(tenant: string, book: AlertBook): Promise<object> {
  return { alerts: activeAlerts(tenant, book).map(alertData) };
}

function ruleData(row: RuleRow, alerts: readonly object[]): AlertingRuleData {
  return {
    type: 'alerting',
    name: row.name,
    query: row.expr,
    duration: row.forMs / 1000,
    keepFiringFor: row.keepFiringForMs / 1000,
    labels: row.labels,
    annotations: row.annotations,
    state: row.firingCount > 0 ? 'firing' : row.pendingCount > 0 ? 'pending' : 'inactive',
    alerts,
    health: row.state === 'unknown' ? 'unknown' : row.lastError === null ? 'ok' : 'err',
    ...(row.lastError === null ? {} : { lastError: row.lastError }),
    evaluationTime: (row.evaluationMs ?? 0) / 1000,
    lastEvaluation: timeText(row.lastEvaluatedAtMs ?? 0),
  };
}

/** Prometheus lists no resolved ones. */
function activeAlerts(tenant: string, book: AlertBook): BookedAlert[] {
  return [...book.alerts(tenant)].filter(({ instance }) => instance.life.state !== 'resolved');
}

function alertData({ instance: { labels, annotations, life, value } }: BookedAlert): object {
  return {
    labels: labels.toObject(),
    annotations,
    state: life.state,
    activeAt: timeText(life.activeSinceMs),
    ...(life.state === 'firing' && life.quietSinceMs !== null ? { keepFiringSince: timeText(life.quietSinceMs) } : {}),
    value: exponential(value),
  };
}

const timeText = (ms: Millis) => (ms === 0 ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString());

/** Go's `%e` with the shortest digits, as Prometheus writes an alert's value. */
function exponential(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
