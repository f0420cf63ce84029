import { randomUUID } from 'node:crypto';
import type { Clock } from '@tidemark/base';
import type { LabelSet, Rule, RuleDraft, SaveResult } from '@tidemark/rpc';
import type { PrismaClient, Rule as RuleRecord } from '../generated/client.ts';
import { RULES_PER_TENANT } from '../limits.ts';

/** Alerting rules, versioned: a save names the version that was edited. */
export class RuleStore {
  readonly #client: PrismaClient;
  readonly #clock: Clock;

  constructor(client: PrismaClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** By name. */
  async list(tenant: string): Promise<Rule[]> {
    return (await this.#client.rule.findMany({ where: { tenant }, orderBy: [{ name: 'asc' }, { id: 'asc' }] })).map(read);
  }

  /** Every tenant's, the disabled ones too. */
  async listAll(): Promise<{ tenant: string; rule: Rule }[]> {
    const records = await this.#client.rule.findMany({ orderBy: [{ tenant: 'asc' }, { id: 'asc' }] });
    return records.map((record) => ({ tenant: record.tenant, rule: read(record) }));
  }

  /** Differs when any rule was added, changed or removed. Cheap enough to ask every few seconds. */
  async stamp(): Promise<string> {
    const { _count, _sum, _max } = await this.#client.rule.aggregate({
      _count: true,
      _sum: { version: true },
      _max: { updatedAtMs: true },
    });
    return `${_count}/${_sum.version ?? 0}/${_max.updatedAtMs ?? 0}`;
  }

  async get(tenant: string, id: string): Promise<Rule | null> {
    const record = await this.#client.rule.findUnique({ where: { tenant_id: { tenant, id } } });
    return record === null ? null : read(record);
  }

  async save(tenant: string, draft: RuleDraft): Promise<SaveResult<Rule>> {
    const { id, version, forMs, keepFiringForMs, ...rest } = draft;
    const nowMs = this.#clock.now();
    const fields = {
      ...rest,
      forMs: BigInt(forMs),
      keepFiringForMs: BigInt(keepFiringForMs),
      version: version + 1,
      updatedAtMs: BigInt(nowMs),
    };
    if (id === '') {
      if ((await this.#client.rule.count({ where: { tenant } })) >= RULES_PER_TENANT) {
        return { kind: 'refused', message: `there are ${RULES_PER_TENANT} rules already: remove one first` };
      }
      const record = await this.#client.rule.create({ data: { tenant, id: randomUUID(), ...fields, createdAtMs: BigInt(nowMs) } });
      return { kind: 'saved', value: read(record) };
    }
    const written = await this.#client.rule.updateManyAndReturn({ where: { tenant, id, version }, data: fields });
    if (written.length > 0) return { kind: 'saved', value: read(written[0]) };
    const now = await this.get(tenant, id);
    if (now === null) return { kind: 'refused', message: 'the rule was removed meanwhile: save it as a new one' };
    return { kind: 'conflict', version: now.version };
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    return (await this.#client.rule.deleteMany({ where: { tenant, id } })).count > 0;
  }
}

function read(record: RuleRecord): Rule {
  const { tenant: _, forMs, keepFiringForMs, labels, annotations, createdAtMs, updatedAtMs, ...rest } = record;
  return {
    ...rest,
    forMs: Number(forMs),
    keepFiringForMs: Number(keepFiringForMs),
    labels: labels as LabelSet,
    annotations: annotations as LabelSet,
    createdAtMs: Number(createdAtMs),
    updatedAtMs: Number(updatedAtMs),
  };
}
