import type { CorruptionError } from '@tidemark/base';
import { type Files, writeFileDurably } from '@tidemark/base/files';
import type { Exemplar } from '../model/exemplar.ts';
import type { Labels } from '../model/labels.ts';
import { type Matcher, matchesAll } from '../model/matcher.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Pacer } from '../pacer.ts';
import { exemplarLine, readExemplars } from './exemplar-file.ts';

/**
 * The newest exemplars of each tenant, so many and no more: of one that is full the one that came first goes.
 *
 *   kept     series, in the order in which their exemplars came: the ring says whose first one goes next
 *   series   labels → its exemplars, which rise by time, value and labels
 *
 * One that does not rise above its series' last one is passed over, so that reading a part of the log again changes nothing. The whole is
 * a file beside the manifest, written before anything says that the log need not be read again.
 */
export class ExemplarStore {
  readonly #files: Files;
  readonly #path: string;
  readonly #max: number;
  readonly #tenants = new Map<string, TenantExemplars>();
  #isChanged = false;

  private constructor(files: Files, path: string, max: number) {
    this.#files = files;
    this.#path = path;
    this.#max = max;
  }

  /** `max`: of one tenant. */
  static async open(files: Files, path: string, max: number, onDamage: (error: CorruptionError) => void): Promise<ExemplarStore> {
    const store = new ExemplarStore(files, path, max);
    for (const { tenant, exemplar } of await readExemplars(files, path, onDamage)) store.add(tenant, [exemplar]);
    store.#isChanged = false;
    return store;
  }

  add(tenant: string, exemplars: readonly Exemplar[]): void {
    if (exemplars.length === 0) return;
    let own = this.#tenants.get(tenant);
    if (own === undefined) {
      own = new TenantExemplars(this.#max);
      this.#tenants.set(tenant, own);
    }
    for (const exemplar of exemplars) if (own.add(exemplar)) this.#isChanged = true;
  }

  /** Those of the series that any of the selectors matches; each series' together, by time. */
  of(tenant: string, selectors: readonly (readonly Matcher[])[], range: TimeRange): Exemplar[] {
    return this.#tenants.get(tenant)?.select(selectors, range) ?? [];
  }

  /**
   * All that had been added when it was called, unless it is on disk already. Whoever calls it before samples go to a block need not hold up
   * others: what comes meanwhile is read again, since it is of epochs that may go on.
   */
  async save(pacer: Pacer): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    try {
      await this.writeTo(this.#path, pacer);
    } catch (error) {
      this.#isChanged = true;
      throw error;
    }
  }

  async writeTo(path: string, pacer: Pacer): Promise<void> {
    const pieces: Buffer[] = [];
    for (const [tenant, own] of [...this.#tenants].map(([name, each]) => [name, each.inOrder()] as const)) {
      for (const exemplar of own) {
        pieces.push(Buffer.from(exemplarLine(tenant, exemplar)));
        await pacer.breathe();
      }
    }
    await writeFileDurably(this.#files, path, Buffer.concat(pieces));
  }
}

interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: Exemplar[];
}

class TenantExemplars {
  readonly #max: number;
  readonly #series = new Map<string, SeriesExemplars>();
  /** Whose exemplar came, first to last from `#first` on, around the end. */
  readonly #ring: SeriesExemplars[] = [];
  #first = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** False when its series has it, or a later one. */
  add(exemplar: Exemplar): boolean {
    const { key } = exemplar.series;
    const known = this.#series.get(key);
    const last = known?.exemplars.at(-1);
    if (last !== undefined && compareExemplars(last, exemplar) >= 0) return false;
    const series = known ?? { labels: exemplar.series, exemplars: [] };
    if (known === undefined) this.#series.set(key, series);
    series.exemplars.push(exemplar);
    if (this.#ring.length < this.#max) {
      this.#ring.push(series);
    } else {
      const first = this.#ring[this.#first];
      this.#ring[this.#first] = series;
      this.#first = (this.#first + 1) % this.#max;
      first.exemplars.shift();
      if (first.exemplars.length === 0) this.#series.delete(first.labels.key);
    }
    return true;
  }

  select(selectors: readonly (readonly Matcher[])[], { fromMs, toMs }: TimeRange): Exemplar[] {
    const found: Exemplar[] = [];
    for (const { labels, exemplars } of this.#series.values()) {
      if (exemplars[0].timeMs > toMs || exemplars[exemplars.length - 1].timeMs < fromMs) continue;
      if (!selectors.some((matchers) => matchesAll(matchers, (name) => labels.get(name)))) continue;
      for (const exemplar of exemplars) if (exemplar.timeMs >= fromMs && exemplar.timeMs <= toMs) found.push(exemplar);
    }
    return found;
  }

  /** As they came. */
  inOrder(): Exemplar[] {
    const next = new Map<SeriesExemplars, number>();
    return [...this.#ring.slice(this.#first), ...this.#ring.slice(0, this.#first)].map((series) => {
      const at = next.get(series) ?? 0;
      next.set(series, at + 1);
      return series.exemplars[at];
    });
  }
}

function compareExemplars(a: Exemplar, b: Exemplar): number {
  if (a.timeMs !== b.timeMs) return a.timeMs - b.timeMs;
  if (!Object.is(a.value, b.value)) return a.value < b.value ? -1 : 1;
  if (a.labels.key === b.labels.key) return 0;
  return a.labels.key < b.labels.key ? -1 : 1;
}
