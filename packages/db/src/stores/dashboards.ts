import type { Clock } from '@tidemark/base';
import { type Dashboard, type DashboardDraft, type DashboardPort, type DashboardRow, Panel, type SaveResult } from '@tidemark/rpc';
import type { Dashboard as DashboardRecord, PrismaClient } from '../generated/client.ts';

/**
 * Dashboards that people saved, over those that come with Tidemark: a built-in one is as it came until somebody
 * saves it, and again after `remove`, which resets it.
 */
export class DashboardStore implements DashboardPort {
  readonly #client: PrismaClient;
  readonly #builtin: ReadonlyMap<string, DashboardDraft>;
  readonly #clock: Clock;

  /** `builtin`: with version 0. */
  constructor(client: PrismaClient, builtin: readonly DashboardDraft[], clock: Clock) {
    this.#client = client;
    this.#builtin = new Map(builtin.map((draft) => [draft.id, draft]));
    this.#clock = clock;
  }

  /** Built-in ones first, then by title. */
  async list(tenant: string): Promise<readonly DashboardRow[]> {
    const stored = (await this.#client.dashboard.findMany({ where: { tenant } })).map((record) => this.#read(record));
    const changed = new Set(stored.map((dashboard) => dashboard.id));
    const untouched = [...this.#builtin.values()].filter((draft) => !changed.has(draft.id)).map(asCame);
    return [...untouched, ...stored]
      .sort((a, b) => Number(b.builtin) - Number(a.builtin) || a.title.localeCompare(b.title))
      .map(({ id, title, description, tags, panels, updatedAtMs, builtin }) => ({
        id,
        title,
        description,
        tags,
        panelCount: panels.length,
        updatedAtMs,
        builtin,
      }));
  }

  async get(tenant: string, id: string): Promise<Dashboard | null> {
    const record = await this.#client.dashboard.findUnique({ where: { tenant_id: { tenant, id } } });
    if (record !== null) return this.#read(record);
    const draft = this.#builtin.get(id);
    return draft === undefined ? null : asCame(draft);
  }

  async save(tenant: string, draft: DashboardDraft): Promise<SaveResult<Dashboard>> {
    const { id, title, description, tags, panels } = draft;
    const fields = { title, description, tags, panels, version: draft.version + 1, updatedAtMs: BigInt(this.#clock.now()) };
    const written =
      draft.version === 0
        ? await this.#client.dashboard.createMany({ data: { tenant, id, ...fields }, skipDuplicates: true })
        : await this.#client.dashboard.updateMany({ where: { tenant, id, version: draft.version }, data: fields });
    if (written.count === 0) return { kind: 'conflict', version: (await this.get(tenant, id))?.version ?? 0 };
    return {
      kind: 'saved',
      value: { ...draft, version: fields.version, updatedAtMs: Number(fields.updatedAtMs), builtin: this.#builtin.has(id) },
    };
  }

  /** Of a built-in dashboard only the changes go. False when there is nothing to remove. */
  async remove(tenant: string, id: string): Promise<boolean> {
    return (await this.#client.dashboard.deleteMany({ where: { tenant, id } })).count > 0;
  }

  #read(record: DashboardRecord): Dashboard {
    const { tenant: _, updatedAtMs, ...rest } = record;
    const panels = Panel.array().parse(record.panels); // One that was saved before a field came has the field's default.
    return { ...rest, panels, updatedAtMs: Number(updatedAtMs), builtin: this.#builtin.has(record.id) };
  }
}

function asCame(draft: DashboardDraft): Dashboard {
  return { ...draft, updatedAtMs: 0, builtin: true };
}
