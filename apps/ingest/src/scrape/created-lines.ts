/**
 * OpenMetrics says when a counter, summary or histogram started by a line of its own among its samples:
 *
 *   requests_total{job="a"} 17
 *   requests_created{job="a"} 1700000000.5
 *
 * With start times wanted such a line is no sample. It and the samples that it is about share a `Start`, found once for each line.
 */
import { type FamilyMetadata, familyNameOf } from '@tidemark/tsdb/exposition';

/** When it started, as the scrape `round` says. */
export interface Start {
  timeMs: number;
  round: object | null;
}

export class CreatedLines {
  readonly #metadata: FamilyMetadata;
  readonly #starts = new Map<string, Start>();

  constructor(metadata: FamilyMetadata) {
    this.#metadata = metadata;
  }

  get size(): number {
    return this.#starts.size;
  }

  clear(): void {
    this.#starts.clear();
  }

  /** What a line is about, `pairs` as it has them; null for what does not start. */
  startOf(pairs: readonly string[]): { readonly isCreated: boolean; readonly start: Start } | null {
    const name = pairs[1];
    const base = name.endsWith(CREATED) ? name.slice(0, -CREATED.length) : null;
    const isCreated = base !== null && STARTING.has(this.#metadata.families.get(base)?.type ?? '');
    const family = isCreated ? base : familyNameOf(name, this.#metadata.families);
    const type = family === null ? '' : (this.#metadata.families.get(family)?.type ?? '');
    if (family === null || !STARTING.has(type)) return null;
    let key = family;
    for (let i = 2; i < pairs.length; i += 2) {
      const isPart = (type === 'histogram' && pairs[i] === 'le') || (type === 'summary' && pairs[i] === 'quantile');
      if (!isPart) for (const text of [pairs[i], pairs[i + 1]]) key += `\0${text}`;
    }
    let start = this.#starts.get(key);
    if (start === undefined) {
      start = { timeMs: Number.NaN, round: null };
      this.#starts.set(key, start);
    }
    return { isCreated, start };
  }
}

const CREATED = '_created';

const STARTING: ReadonlySet<string> = new Set(['counter', 'summary', 'histogram']);
