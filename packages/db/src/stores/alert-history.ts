import type { Millis } from '@tidemark/base';
import type { AlertState, HistoryFilter, LabelSet, TransitionRow } from '@tidemark/rpc';
import type { PrismaClient } from '../generated/client.ts';

/** Every move of every alert instance, as `AlertStateStore.write` kept it. */
export class AlertHistoryStore {
  readonly #client: PrismaClient;

  constructor(client: PrismaClient) {
    this.#client = client;
  }

  /** Newest first. */
  async list(tenant: string, filter: HistoryFilter): Promise<TransitionRow[]> {
    const { ruleId, fingerprint, beforeMs, limit } = filter;
    const records = await this.#client.alertTransition.findMany({
      where: { tenant, ruleId, fingerprint, atMs: beforeMs === undefined ? undefined : { lt: BigInt(Math.ceil(beforeMs)) } },
      orderBy: [{ atMs: 'desc' }, { id: 'desc' }],
      take: limit,
    });
    return records.map(({ id: _, tenant: __, ...record }) => ({
      ...record,
      atMs: Number(record.atMs),
      labels: record.labels as LabelSet,
      from: record.from as AlertState | 'inactive',
      to: record.to as AlertState | 'inactive',
    }));
  }

  async pruneBefore(atMs: Millis): Promise<number> {
    return (await this.#client.alertTransition.deleteMany({ where: { atMs: { lt: BigInt(atMs) } } })).count;
  }
}
