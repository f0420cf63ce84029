import { CorruptionError } from '@tidemark/base';
import { type Files, isMissing, writeFileDurably } from '@tidemark/base/files';
import { METADATA_TEXT_MAX } from '../limits.ts';
import { METRIC_TYPES, type MetricMetadata } from '../model/metadata.ts';

/**
 * What each tenant's metric families are, the newest word counting. A file of JSON lines beside the manifest,
 * replaced as a whole when something has changed. A convenience for people: a damaged file costs only itself.
 */
export class MetadataStore {
  readonly #files: Files;
  readonly #path: string;
  readonly #familiesMax: number;
  readonly #tenants = new Map<string, Map<string, MetricMetadata>>();
  #changed = false;

  private constructor(files: Files, path: string, familiesMax: number) {
    this.#files = files;
    this.#path = path;
    this.#familiesMax = familiesMax;
  }

  static async open(files: Files, path: string, familiesMax: number, onDamage: (error: CorruptionError) => void): Promise<MetadataStore> {
    const store = new MetadataStore(files, path, familiesMax);
    let text = '';
    try {
      text = String(await files.read(path));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    let offset = 0;
    for (const line of text.split('\n')) {
      const entry = line === '' ? null : parseLine(line);
      if (entry !== null) store.add(entry.tenant, [entry]);
      else if (line !== '') onDamage(new CorruptionError({ file: path, offset, reason: 'a line is no metadata' }));
      offset += Buffer.byteLength(line) + 1;
    }
    store.#changed = false;
    return store;
  }

  add(tenant: string, entries: readonly MetricMetadata[]): void {
    if (entries.length === 0) return;
    let families = this.#tenants.get(tenant);
    if (families === undefined) {
      families = new Map();
      this.#tenants.set(tenant, families);
    }
    for (const entry of entries) {
      const known = families.get(entry.family);
      if (known === undefined && families.size >= this.#familiesMax) continue;
      const help = entry.help.slice(0, METADATA_TEXT_MAX);
      if (known !== undefined && known.type === entry.type && known.help === help && known.unit === entry.unit) continue;
      families.set(entry.family, { family: entry.family, type: entry.type, help, unit: entry.unit });
      this.#changed = true;
    }
  }

  of(tenant: string): MetricMetadata[] {
    return [...(this.#tenants.get(tenant)?.values() ?? [])];
  }

  writeTo(path: string): Promise<void> {
    const lines: string[] = [];
    for (const [tenant, families] of this.#tenants)
      for (const entry of families.values()) lines.push(`${JSON.stringify({ tenant, ...entry })}\n`);
    return writeFileDurably(this.#files, path, Buffer.from(lines.join('')));
  }

  async save(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    try {
      await this.writeTo(this.#path);
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }
}

function parseLine(line: string): (MetricMetadata & { readonly tenant: string }) | null {
  try {
    const { tenant, family, type, help, unit } = JSON.parse(line);
    const texts = [tenant, family, help, unit].every((text) => typeof text === 'string');
    return texts && METRIC_TYPES.includes(type) ? { tenant, family, type, help, unit } : null;
  } catch {
    return null;
  }
}
