import type { Millis } from '@tidemark/base';
import type { AlertState, LabelSet } from '@tidemark/rpc';
import type { PrismaClient } from '../generated/client.ts';

/** One alert instance as it is kept over a restart. Named by tenant, rule and fingerprint. */
export interface StoredInstance {
  readonly tenant: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly state: AlertState;
  readonly value: number;
  readonly activeSinceMs: Millis;
  readonly firingSinceMs: Millis | null;
  readonly quietSinceMs: Millis | null;
  readonly resolvedAtMs: Millis | null;
  readonly sampleAtMs: Millis;
  readonly evaluatedAtMs: Millis;
}

export interface StoredTransition {
  readonly tenant: string;
  readonly atMs: Millis;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly from: AlertState | 'inactive';
  readonly to: AlertState | 'inactive';
  readonly value: number;
}

/** What one tick changed. */
export interface AlertChanges {
  readonly changed: readonly StoredInstance[];
  readonly forgotten: readonly Pick<StoredInstance, 'tenant' | 'ruleId' | 'fingerprint'>[];
  readonly transitions: readonly StoredTransition[];
}

export class AlertStateStore {
  readonly #client: PrismaClient;

  constructor(client: PrismaClient) {
    this.#client = client;
  }

  async loadAll(): Promise<StoredInstance[]> {
    const records = await this.#client.alertInstance.findMany();
    return records.map((record) => ({
      ...record,
      labels: record.labels as LabelSet,
      annotations: record.annotations as LabelSet,
      state: record.state as AlertState,
      activeSinceMs: Number(record.activeSinceMs),
      firingSinceMs: optional(record.firingSinceMs),
      quietSinceMs: optional(record.quietSinceMs),
      resolvedAtMs: optional(record.resolvedAtMs),
      sampleAtMs: Number(record.sampleAtMs),
      evaluatedAtMs: Number(record.evaluatedAtMs),
    }));
  }

  /** All or nothing, in one statement: thousands of instances that change in one tick cost one round trip. */
  async write(changes: AlertChanges): Promise<void> {
    await this.#client.$executeRaw`
      WITH changed AS (
        INSERT INTO alert_instance (tenant, rule_id, fingerprint, rule_name, labels, annotations, state, value, active_since_ms,
          firing_since_ms, quiet_since_ms, resolved_at_ms, sample_at_ms, evaluated_at_ms)
        SELECT tenant, rule_id, fingerprint, rule_name, labels::json, annotations::json, state, value, active_since_ms,
          firing_since_ms, quiet_since_ms, resolved_at_ms, sample_at_ms, evaluated_at_ms
        FROM json_to_recordset(${json(changes.changed.map(toColumns))}::json) AS row(
          tenant TEXT, rule_id TEXT, fingerprint TEXT, rule_name TEXT, labels TEXT, annotations TEXT, state TEXT,
          value DOUBLE PRECISION, active_since_ms BIGINT, firing_since_ms BIGINT, quiet_since_ms BIGINT, resolved_at_ms BIGINT,
          sample_at_ms BIGINT, evaluated_at_ms BIGINT)
        ON CONFLICT (tenant, rule_id, fingerprint) DO UPDATE SET
          rule_name = excluded.rule_name, labels = excluded.labels, annotations = excluded.annotations, state = excluded.state,
          value = excluded.value, active_since_ms = excluded.active_since_ms, firing_since_ms = excluded.firing_since_ms,
          quiet_since_ms = excluded.quiet_since_ms, resolved_at_ms = excluded.resolved_at_ms,
          sample_at_ms = excluded.sample_at_ms, evaluated_at_ms = excluded.evaluated_at_ms
      ), forgotten AS (
        DELETE FROM alert_instance USING json_to_recordset(${json(changes.forgotten.map(toKey))}::json) AS gone(
          tenant TEXT, rule_id TEXT, fingerprint TEXT)
        WHERE alert_instance.tenant = gone.tenant AND alert_instance.rule_id = gone.rule_id
          AND alert_instance.fingerprint = gone.fingerprint
      )
      INSERT INTO alert_transition (tenant, at_ms, rule_id, rule_name, fingerprint, labels, from_state, to_state, value)
      SELECT tenant, at_ms, rule_id, rule_name, fingerprint, labels::json, from_state, to_state, value
      FROM json_to_recordset(${json(changes.transitions.map(toTransition))}::json) AS row(
        tenant TEXT, at_ms BIGINT, rule_id TEXT, rule_name TEXT, fingerprint TEXT, labels TEXT, from_state TEXT, to_state TEXT,
        value DOUBLE PRECISION)`;
  }
}

const json = (rows: readonly unknown[]) => JSON.stringify(rows);

const optional = (value: bigint | null) => (value === null ? null : Number(value));

/**
 * Values travel as text, since JSON has no word for NaN; labels too, since PostgreSQL takes apart what it unpacks
 * and would refuse U+0000 there.
 */
function toColumns(instance: StoredInstance): Record<string, unknown> {
  return {
    ...toKey(instance),
    rule_name: instance.ruleName,
    labels: JSON.stringify(instance.labels),
    annotations: JSON.stringify(instance.annotations),
    state: instance.state,
    value: String(instance.value),
    active_since_ms: instance.activeSinceMs,
    firing_since_ms: instance.firingSinceMs,
    quiet_since_ms: instance.quietSinceMs,
    resolved_at_ms: instance.resolvedAtMs,
    sample_at_ms: instance.sampleAtMs,
    evaluated_at_ms: instance.evaluatedAtMs,
  };
}

function toKey({ tenant, ruleId, fingerprint }: Pick<StoredInstance, 'tenant' | 'ruleId' | 'fingerprint'>): Record<string, string> {
  return { tenant, rule_id: ruleId, fingerprint };
}

function toTransition(transition: StoredTransition): Record<string, unknown> {
  return {
    ...toKey(transition),
    at_ms: transition.atMs,
    rule_name: transition.ruleName,
    labels: JSON.stringify(transition.labels),
    from_state: transition.from,
    to_state: transition.to,
    value: String(transition.value),
  };
}
