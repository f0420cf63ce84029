import type { NewSeriesRefusal } from '../engine.ts';
import { compareLabels, Labels } from '../model/labels.ts';
import { seriesHash } from '../model/series-hash.ts';
import { InMemoryPostings } from '../postings/in-memory.ts';
import { type HeadMemory, HeadSeries } from './head-series.ts';

/** The series of one tenant in memory: by labels, by id, and their postings. */
export class SeriesIndex {
  readonly #tenant: string;
  readonly #memory: HeadMemory;
  readonly #byHash = new Map<number, HeadSeries>();
  readonly #byId = new Map<number, HeadSeries>();
  #postings = new InMemoryPostings();
  #nextId = 0;

  constructor(tenant: string, memory: HeadMemory) {
    this.#tenant = tenant;
    this.#memory = memory;
  }

  get size(): number {
    return this.#byId.size;
  }

  get postings(): InMemoryPostings {
    return this.#postings;
  }

  byId(id: number): HeadSeries | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<HeadSeries> {
    return this.#byId.values();
  }

  /** The series with these labels; made when there is none, unless `refusalOf` refuses it. */
  resolve(labels: Labels, refusalOf: (labels: Labels) => NewSeriesRefusal | null): HeadSeries | NewSeriesRefusal {
    const hash = seriesHash(this.#tenant, labels);
    const first = this.#byHash.get(hash) ?? null;
    for (let series = first; series !== null; series = series.sameHash) {
      if (compareLabels(series.labels, labels) === 0) return series;
    }
    const refusal = refusalOf(labels);
    if (refusal !== null) return refusal;
    const interned = Labels.fromSortedPairs(labels.pairs.map((text) => this.#postings.intern(text)));
    const series = new HeadSeries(this.#nextId++, hash, interned, this.#memory);
    series.sameHash = first;
    this.#byHash.set(hash, series);
    this.#byId.set(series.id, series);
    this.#postings.add(series.id, interned);
    return series;
  }

  remove(gone: readonly HeadSeries[]): void {
    if (gone.length === 0) return;
    for (const series of gone) {
      series.removed = true;
      this.#memory.open.leavePlace(series.place);
      this.#byId.delete(series.id);
      this.#unlink(series);
    }
    if (this.#byId.size === 0) this.#postings = new InMemoryPostings();
    else this.#postings.remove(gone);
  }

  #unlink(gone: HeadSeries): void {
    const chain: HeadSeries[] = [];
    for (let series = this.#byHash.get(gone.hash) ?? null; series !== null; series = series.sameHash)
      if (series !== gone) chain.push(series);
    if (chain.length === 0) this.#byHash.delete(gone.hash);
    else this.#byHash.set(gone.hash, chain[0]);
    chain.forEach((series, i) => {
      series.sameHash = chain[i + 1] ?? null;
    });
  }
}
