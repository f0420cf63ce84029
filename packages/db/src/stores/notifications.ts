import type { Millis } from '@tidemark/base';
import type { HistoryFilter, LabelSet, NotificationRow, ReceiverKind } from '@tidemark/rpc';
import type { Notification as NotificationRecord, PrismaClient } from '../generated/client.ts';

/**
 * The ledger of notifications. A message is one state of one group for one receiver, and stands here before it goes out:
 *
 *   waiting ──▶ sent
 *      │
 *      ├──▶ retrying ──▶ sent
 *      │       │
 *      └───────┴──▶ failed
 *
 * `record` refuses a state version that is there already, so that two workers never send the same state of a group.
 * What was waiting or retrying when its process died is sent again: whether the last attempt arrived is not known, and
 * nothing may be lost.
 */
export interface LedgerAlert {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly value: number;
  readonly startsAtMs: Millis;
  readonly endsAtMs: Millis | null;
}

export interface LedgerDraft {
  readonly tenant: string;
  readonly receiverId: string;
  readonly receiverName: string;
  readonly receiverKind: ReceiverKind;
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  /** One more than the group's last message to this receiver. */
  readonly stateVersion: number;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly LedgerAlert[];
  readonly createdAtMs: Millis;
  readonly sampleAtMs: Millis;
  readonly evaluatedAtMs: Millis;
}

export type LedgerOutcome = NotificationRow['outcome'];

export interface LedgerEntry extends LedgerDraft {
  readonly id: bigint;
  readonly outcome: LedgerOutcome;
  readonly attempts: number;
  readonly error: string | null;
  readonly dispatchedAtMs: Millis | null;
  readonly deliveredAtMs: Millis | null;
}

export type LedgerProgress = Pick<LedgerEntry, 'outcome' | 'attempts' | 'error' | 'dispatchedAtMs' | 'deliveredAtMs'>;

export class NotificationStore {
  readonly #client: PrismaClient;

  constructor(client: PrismaClient) {
    this.#client = client;
  }

  /**
   * The entries that are new; those whose state version somebody else has recorded are left out. One statement, however
   * many: a storm of alerts must not hold up the next tick.
   */
  async record(drafts: readonly LedgerDraft[]): Promise<LedgerEntry[]> {
    const written = await this.#client.$queryRaw<{ id: bigint; draft: number }[]>`
      WITH drafts AS (
        SELECT * FROM json_to_recordset(${JSON.stringify(drafts.map(toColumns))}::json) AS row(
          draft INT, tenant TEXT, receiver_id TEXT, group_key TEXT, state_version INT, receiver_name TEXT, receiver_kind TEXT,
          status TEXT, group_labels TEXT, alerts TEXT, rule_ids TEXT[], fingerprints TEXT[], created_at_ms BIGINT,
          sample_at_ms BIGINT, evaluated_at_ms BIGINT)
      ), written AS (
        INSERT INTO notification (tenant, receiver_id, group_key, state_version, receiver_name, receiver_kind, status, group_labels,
          alerts, rule_ids, fingerprints, outcome, attempts, created_at_ms, sample_at_ms, evaluated_at_ms)
        SELECT tenant, receiver_id, group_key, state_version, receiver_name, receiver_kind, status, group_labels::json, alerts::json,
          rule_ids, fingerprints, 'waiting', 0, created_at_ms, sample_at_ms, evaluated_at_ms
        FROM drafts ORDER BY draft
        ON CONFLICT DO NOTHING
        RETURNING id, tenant, receiver_id, group_key, state_version
      )
      SELECT id, draft FROM written JOIN drafts USING (tenant, receiver_id, group_key, state_version) ORDER BY id`;
    return written.map(({ id, draft }) => ({ ...drafts[draft], ...NEW, id }));
  }

  async progress(id: bigint, to: LedgerProgress): Promise<void> {
    await this.#client.notification.updateMany({
      where: { id },
      // A receiver may answer what PostgreSQL takes in no text.
      data: {
        ...to,
        error: to.error?.replaceAll('\0', '\ufffd') ?? null,
        dispatchedAtMs: optionalBig(to.dispatchedAtMs),
        deliveredAtMs: optionalBig(to.deliveredAtMs),
      },
    });
  }

  /** Of every group and receiver the newest entry. */
  async newestOfGroups(): Promise<LedgerEntry[]> {
    // Prisma's own `distinct` would read the whole ledger and choose here.
    const newest = await this.#client.$queryRaw<{ id: bigint }[]>`
      SELECT DISTINCT ON (tenant, receiver_id, group_key) id FROM notification
      ORDER BY tenant, receiver_id, group_key, state_version DESC`;
    const records = await this.#client.notification.findMany({ where: { id: { in: newest.map(({ id }) => id) } } });
    return records.map(read);
  }

  /** What was not brought to its end, oldest first. */
  async unfinished(): Promise<LedgerEntry[]> {
    const records = await this.#client.notification.findMany({
      where: { outcome: { in: ['waiting', 'retrying'] } },
      orderBy: { id: 'asc' },
    });
    return records.map(read);
  }

  /** Newest first. */
  async list(tenant: string, filter: HistoryFilter): Promise<NotificationRow[]> {
    const { ruleId, fingerprint, beforeMs, limit } = filter;
    const records = await this.#client.notification.findMany({
      where: {
        tenant,
        ruleIds: ruleId === undefined ? undefined : { has: ruleId },
        fingerprints: fingerprint === undefined ? undefined : { has: fingerprint },
        createdAtMs: beforeMs === undefined ? undefined : { lt: BigInt(Math.ceil(beforeMs)) },
      },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return records.map(read).map(toRow);
  }

  /** Finished ones only, and never the last word to a group: that is what its next state is compared with. */
  async pruneBefore(atMs: Millis): Promise<number> {
    return this.#client.$executeRaw`
      DELETE FROM notification AS old
      WHERE created_at_ms < ${BigInt(atMs)} AND outcome IN ('sent', 'failed') AND (status = 'resolved' OR EXISTS (
        SELECT 1 FROM notification AS newer
        WHERE newer.tenant = old.tenant AND newer.receiver_id = old.receiver_id AND newer.group_key = old.group_key
          AND newer.state_version > old.state_version))`;
  }
}

const NEW = { outcome: 'waiting', attempts: 0, error: null, dispatchedAtMs: null, deliveredAtMs: null } as const;

/** JSON within JSON stays text, so that PostgreSQL does not take it apart: labels may hold U+0000. */
function toColumns(draft: LedgerDraft, index: number): Record<string, unknown> {
  return {
    draft: index,
    tenant: draft.tenant,
    receiver_id: draft.receiverId,
    group_key: draft.groupKey,
    state_version: draft.stateVersion,
    receiver_name: draft.receiverName,
    receiver_kind: draft.receiverKind,
    status: draft.status,
    group_labels: JSON.stringify(draft.groupLabels),
    alerts: JSON.stringify(draft.alerts.map((alert) => ({ ...alert, value: String(alert.value) }))),
    rule_ids: unique(draft.alerts.map((alert) => alert.ruleId)),
    fingerprints: unique(draft.alerts.map((alert) => alert.fingerprint)),
    created_at_ms: draft.createdAtMs,
    sample_at_ms: draft.sampleAtMs,
    evaluated_at_ms: draft.evaluatedAtMs,
  };
}

function read(record: NotificationRecord): LedgerEntry {
  const { ruleIds: _, fingerprints: __, ...rest } = record;
  const alerts = record.alerts as unknown as (Omit<LedgerAlert, 'value'> & { value: string })[];
  return {
    ...rest,
    receiverKind: record.receiverKind as ReceiverKind,
    status: record.status as LedgerEntry['status'],
    outcome: record.outcome as LedgerOutcome,
    groupLabels: record.groupLabels as LabelSet,
    alerts: alerts.map((alert) => ({ ...alert, value: Number(alert.value) })),
    createdAtMs: Number(record.createdAtMs),
    sampleAtMs: Number(record.sampleAtMs),
    evaluatedAtMs: Number(record.evaluatedAtMs),
    dispatchedAtMs: optionalNumber(record.dispatchedAtMs),
    deliveredAtMs: optionalNumber(record.deliveredAtMs),
  };
}

function toRow(entry: LedgerEntry): NotificationRow {
  const { id, receiverName, receiverKind, status, groupLabels, outcome, attempts, error, sampleAtMs, evaluatedAtMs } = entry;
  return {
    id: String(id),
    receiverName,
    receiverKind,
    status,
    groupLabels,
    alertCount: entry.alerts.length,
    outcome,
    attempts,
    error,
    sampleAtMs,
    evaluatedAtMs,
    dispatchedAtMs: entry.dispatchedAtMs,
    deliveredAtMs: entry.deliveredAtMs,
  };
}

const unique = (values: readonly string[]) => [...new Set(values)];
const optionalNumber = (value: bigint | null) => (value === null ? null : Number(value));
const optionalBig = (value: number | null) => (value === null ? null : BigInt(value));
