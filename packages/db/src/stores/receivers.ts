import { randomUUID } from 'node:crypto';
import type { Clock } from '@tidemark/base';
import type { Receiver, ReceiverDraft, ReceiverSettings, SaveResult } from '@tidemark/rpc';
import type { PrismaClient, Receiver as ReceiverRecord } from '../generated/client.ts';
import { RECEIVERS_PER_TENANT } from '../limits.ts';
import { fillSecret, maskSecret } from './receiver-secrets.ts';

/** Where notifications go. What leaves towards a reader (`list`, `save`) has its secret masked. */
export class ReceiverStore {
  readonly #client: PrismaClient;
  readonly #clock: Clock;

  constructor(client: PrismaClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** By name, masked. */
  async list(tenant: string): Promise<Receiver[]> {
    return (await this.#client.receiver.findMany({ where: { tenant }, orderBy: [{ name: 'asc' }, { id: 'asc' }] })).map((record) =>
      masked(read(record)),
    );
  }

  /** Every tenant's, with secrets: for delivery only. */
  async listAll(): Promise<{ tenant: string; receiver: Receiver }[]> {
    const records = await this.#client.receiver.findMany({ orderBy: [{ tenant: 'asc' }, { id: 'asc' }] });
    return records.map((record) => ({ tenant: record.tenant, receiver: read(record) }));
  }

  /** Differs when any receiver was added, changed or removed. */
  async stamp(): Promise<string> {
    const { _count, _sum, _max } = await this.#client.receiver.aggregate({
      _count: true,
      _sum: { version: true },
      _max: { updatedAtMs: true },
    });
    return `${_count}/${_sum.version ?? 0}/${_max.updatedAtMs ?? 0}`;
  }

  /** The draft's settings with a kept secret put back; null when there is none. */
  async reveal(tenant: string, draft: ReceiverDraft): Promise<ReceiverSettings | null> {
    const stored = draft.id === '' ? null : await this.#client.receiver.findUnique({ where: { tenant_id: { tenant, id: draft.id } } });
    return fillSecret(draft.settings, stored === null ? null : (stored.settings as ReceiverSettings));
  }

  async save(tenant: string, draft: ReceiverDraft): Promise<SaveResult<Receiver>> {
    const { id, version, groupWaitMs, groupIntervalMs, repeatIntervalMs, ...rest } = draft;
    const settings = await this.reveal(tenant, draft);
    if (settings === null) return { kind: 'refused', message: `the ${draft.settings.kind} secret is not stored yet: enter it` };
    const fields = {
      ...rest,
      settings,
      groupWaitMs: BigInt(groupWaitMs),
      groupIntervalMs: BigInt(groupIntervalMs),
      repeatIntervalMs: BigInt(repeatIntervalMs),
      version: version + 1,
      updatedAtMs: BigInt(this.#clock.now()),
    };
    if (id === '') {
      if ((await this.#client.receiver.count({ where: { tenant } })) >= RECEIVERS_PER_TENANT) {
        return { kind: 'refused', message: `there are ${RECEIVERS_PER_TENANT} receivers already: remove one first` };
      }
      return { kind: 'saved', value: masked(read(await this.#client.receiver.create({ data: { tenant, id: randomUUID(), ...fields } }))) };
    }
    const written = await this.#client.receiver.updateManyAndReturn({ where: { tenant, id, version }, data: fields });
    if (written.length > 0) return { kind: 'saved', value: masked(read(written[0])) };
    const now = await this.#client.receiver.findUnique({ where: { tenant_id: { tenant, id } } });
    if (now === null) return { kind: 'refused', message: 'the receiver was removed meanwhile: save it as a new one' };
    return { kind: 'conflict', version: now.version };
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    return (await this.#client.receiver.deleteMany({ where: { tenant, id } })).count > 0;
  }
}

function read(record: ReceiverRecord): Receiver {
  const { tenant: _, settings, groupWaitMs, groupIntervalMs, repeatIntervalMs, updatedAtMs, ...rest } = record;
  return {
    ...rest,
    settings: settings as ReceiverSettings,
    groupWaitMs: Number(groupWaitMs),
    groupIntervalMs: Number(groupIntervalMs),
    repeatIntervalMs: Number(repeatIntervalMs),
    updatedAtMs: Number(updatedAtMs),
  };
}

function masked(receiver: Receiver): Receiver {
  return { ...receiver, settings: maskSecret(receiver.settings) };
}
