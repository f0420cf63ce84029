import type { NewSeriesRefusal } from '../engine.ts';
import { Labels, METRIC_NAME } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { InMemoryPostings } from '../postings/in-memory.ts';
import { grown, WordArena } from '../postings/word-arena.ts';
import { LabelsCache } from './labels-cache.ts';
import { FREE, OTHER, PLACES_MAX, PlaceTable } from './place-table.ts';
import { hashOf, type SoughtSeries } from './sought-series.ts';

/** What new series are measured by. */
export interface SeriesRoom {
  readonly seriesMax: number;
  readonly metricSeriesMax: number;
  /** Memory has no room for more. */
  readonly isFull: boolean;
}

/**
 * The series of one tenant in memory, in typed arrays. A series has
 *
 *   a place   where all that is known of it lies, from 0 on: another series takes it when this one has left
 *   an id     in postings, rising from series to series, so that who holds one never meets another series
 *
 *   place → id, where its label pairs are:  count  pair{count}     pairs by their numbers in the postings' dictionary
 *   hash  → place (place-table.ts)
 *   id    → place, as both rise together in `#ids` and `#places`
 *
 * Places of series that have left are taken again many at a time, and `generation` rises: whoever remembers places of
 * series forgets them then.
 */
export class SeriesIndex {
  generation = 0;
  readonly #postings = new InMemoryPostings();
  readonly #labels = new LabelsCache();
  /** By place. 0: nobody is there. */
  #pairsAt = new Uint32Array(FIRST_PLACES);
  #idOf = new Uint32Array(FIRST_PLACES);
  readonly #pairs = new WordArena();
  /** By so many places. */
  readonly #revisions: number[] = [];
  #used = 0;
  #left: number[] = [];
  #free: number[] = [];
  /** By hash. */
  readonly #table = new PlaceTable();
  /** By rising id; with series that have been removed and are not forgotten yet. */
  #ids = new Uint32Array(FIRST_PLACES);
  #places = new Uint32Array(FIRST_PLACES);
  #listed = 0;
  #size = 0;
  /** Removed, and still in the postings: their ids, and the pairs that they carried. */
  #removedIds: number[] = [];
  readonly #removedPairs = new Set<number>();
  #nextId = 0;
  /** Ids are asked for in rising order, mostly. */
  #askNext = 0;

  get size(): number {
    return this.#size;
  }

  /** Rises when a series comes to one of the `PLACES_TOLD_TOGETHER` places of this number, or leaves it. */
  revisionOf(part: number): number {
    return this.#revisions[part] ?? 0;
  }

  /** Greater than any place: what knows more of series has room for so many. */
  get placesEnd(): number {
    return this.#used;
  }

  get postings(): InMemoryPostings {
    return this.#postings;
  }

  /** Rising by id. A copy: series may come and go while it is walked. */
  places(): Uint32Array {
    const places = new Uint32Array(this.#size);
    let count = 0;
    for (let i = 0; i < this.#listed; i++) if (this.#isThere(i)) places[count++] = this.#places[i];
    return places;
  }

  /** The places of those that are there now and still are when it comes to them, rising by id. `forgetRemoved` must wait meanwhile. */
  *walk(): Generator<number> {
    const end = this.#listed;
    for (let i = 0; i < end; i++) if (this.#isThere(i)) yield this.#places[i];
  }

  /** -1 when no series has the id. */
  placeOf(id: number): number {
    let at = this.#askNext;
    if (at >= this.#listed || this.#ids[at] !== id) at = this.#find(id);
    if (at >= this.#listed || this.#ids[at] !== id || !this.#isThere(at)) return -1;
    this.#askNext = at + 1;
    return this.#places[at];
  }

  idOf(place: number): number {
    return this.#idOf[place];
  }

  isTaken(place: number): boolean {
    return this.#pairsAt[place] !== 0;
  }

  /** The numbers of the label pairs, sorted by name. A view. */
  pairsOf(place: number): Uint32Array {
    const at = this.#pairsAt[place];
    const { words } = this.#pairs;
    return words.subarray(at + 1, at + 1 + words[at]);
  }

  labels(place: number): Labels {
    const id = this.#idOf[place];
    const known = this.#labels.get(id);
    if (known !== undefined) return known;
    const texts: string[] = [];
    for (const pair of this.pairsOf(place)) texts.push(this.#postings.nameOf(pair), this.#postings.valueOf(pair));
    const labels = Labels.fromSortedPairs(texts);
    this.#labels.set(id, labels);
    return labels;
  }

  /** Compares places, of series that are there now, as `compareLabels` does their labels. */
  async labelOrder(pacer: Pacer): Promise<(a: number, b: number) => number> {
    const ranks = await this.#postings.pairRanks(pacer);
    return (a, b) => {
      const { words } = this.#pairs;
      const fromA = this.#pairsAt[a];
      const fromB = this.#pairsAt[b];
      const shared = Math.min(words[fromA], words[fromB]);
      for (let i = 1; i <= shared; i++) {
        const pairA = words[fromA + i];
        const pairB = words[fromB + i];
        if (pairA !== pairB) return ranks[pairA] - ranks[pairB];
      }
      return words[fromA] - words[fromB];
    };
  }

  /**
   * Finds series whose pairs are all known, in their order, and takes places for those that are new, until one is refused: writes
   * `sought.places`. Returns of how many, and why not of the next one.
   */
  resolveAll(sought: SoughtSeries, room: SeriesRoom): { readonly count: number; readonly refusal: NewSeriesRefusal | null } {
    const { count, pairs, ends, hashes, places } = sought;
    this.#table.fetch(hashes, count, places);
    let refusal: NewSeriesRefusal | null = null;
    let resolved = 0;
    for (let from = 0; resolved < count; from = ends[resolved++]) {
      const to = ends[resolved];
      const hash = hashes[resolved];
      let place = this.#lookUp(pairs, from, to, hash);
      if (place < 0) {
        const isMetricFull = this.#size >= room.metricSeriesMax && this.#postings.metricSeries(pairs, from, to) >= room.metricSeriesMax;
        refusal = this.#refusal(room, isMetricFull);
        if (refusal !== null) break;
        const id = this.#nextId++;
        this.#postings.addNext(id, pairs, from, to);
        place = this.#settle(id, pairs, from, to, hash, this.#takePlace());
      }
      places[resolved] = place;
    }
    this.#postings.endNext();
    return { count: resolved, refusal };
  }

  /** The place of a new series: one of its pairs nobody carries. */
  add(labels: Labels, room: SeriesRoom): number | NewSeriesRefusal {
    const refusal = this.#refusal(room, this.#postings.count(METRIC_NAME, labels.name) >= room.metricSeriesMax);
    if (refusal !== null) return refusal;
    const id = this.#nextId++;
    const pairs = this.#postings.add(id, labels);
    return this.#settle(id, pairs, 0, pairs.length, hashOf(pairs, 0, pairs.length), this.#takePlace());
  }

  #refusal({ seriesMax, isFull }: SeriesRoom, isMetricFull: boolean): NewSeriesRefusal | null {
    if (this.#size >= seriesMax || this.#used >= PLACES_MAX || this.#nextId === IDS_MAX) return 'series_limit';
    if (isMetricFull) return 'metric_series_limit';
    return isFull ? 'memory_limit' : null;
  }

  /** Its id stands for nothing from now on. Postings name it until `forgetRemoved`: they are searched once for many. */
  remove(place: number): void {
    this.#removedIds.push(this.#idOf[place]);
    for (const pair of this.pairsOf(place)) this.#removedPairs.add(pair);
    this.#table.remove(place);
    const at = this.#pairsAt[place];
    this.#pairs.give(at, 1 + this.#pairs.words[at]);
    this.#pairsAt[place] = 0;
    this.#left.push(place);
    this.#size--;
    this.#changed(place);
  }

  /** One at a time. What it has not come to, because `pacer` ended it, the next call does. */
  async forgetRemoved(pacer: Pacer): Promise<void> {
    if (this.#removedIds.length === 0) return;
    await this.#compactList(pacer);
    await this.#postings.forget(Uint32Array.from(this.#removedIds).sort(), this.#removedPairs, pacer);
    this.#removedIds = [];
  }

  /** Aside, since others look series up meanwhile; those that come meanwhile are behind the rest. */
  async #compactList(pacer: Pacer): Promise<void> {
    const end = this.#listed;
    const ids = new Uint32Array(end);
    const places = new Uint32Array(end);
    let kept = 0;
    for (let i = 0; i < end; i++) {
      if (i % STRETCH === 0) await pacer.breathe();
      if (!this.#isThere(i)) continue;
      ids[kept] = this.#ids[i];
      places[kept++] = this.#places[i];
    }
    this.#ids.copyWithin(kept, end, this.#listed);
    this.#ids.set(ids.subarray(0, kept));
    this.#places.copyWithin(kept, end, this.#listed);
    this.#places.set(places.subarray(0, kept));
    this.#listed -= end - kept;
  }

  /** Makes room for places below `end`. */
  reserve(end: number): void {
    if (end > this.#idOf.length) this.#growPlaces(end);
    if (end > this.#ids.length) this.#growList(end);
    this.#table.reserve(end);
  }

  /** The next place of another life, and who was there, by pairs that the postings have; nobody without any. */
  restore(pairs: Uint32Array): void {
    if (this.#used === this.#idOf.length) this.#growPlaces(0);
    const place = this.#used++;
    if (pairs.length === 0) {
      this.#left.push(place);
      return;
    }
    const id = this.#nextId++;
    this.#postings.addPairs(id, pairs);
    this.#settle(id, pairs, 0, pairs.length, hashOf(pairs, 0, pairs.length), place);
  }

  #settle(id: number, pairs: Uint32Array, from: number, to: number, hash: number, place: number): number {
    const at = this.#pairs.take(1 + to - from);
    const { words } = this.#pairs;
    words[at] = to - from;
    for (let i = from, word = at + 1; i < to; i++, word++) words[word] = pairs[i];
    this.#pairsAt[place] = at;
    this.#idOf[place] = id;
    if (this.#listed === this.#ids.length) this.#growList(0);
    this.#ids[this.#listed] = id;
    this.#places[this.#listed++] = place;
    this.#size++;
    this.#changed(place);
    this.#table.add(place, hash);
    return place;
  }

  #changed(place: number): void {
    const part = Math.floor(place / PLACES_TOLD_TOGETHER);
    this.#revisions[part] = this.revisionOf(part) + 1;
  }

  #growPlaces(end: number): void {
    this.#pairsAt = grown(this.#pairsAt, end);
    this.#idOf = grown(this.#idOf, end);
  }

  #growList(end: number): void {
    this.#ids = grown(this.#ids, end);
    this.#places = grown(this.#places, end);
  }

  /** Is the series at this position of the list still there? Another one may have its place. */
  #isThere(at: number): boolean {
    const place = this.#places[at];
    return this.#idOf[place] === this.#ids[at] && this.isTaken(place);
  }

  #takePlace(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#left.length * REUSED_SHARE > this.#used) {
      this.#free = this.#left;
      this.#left = [];
      this.generation++;
      return this.#free.pop() as number;
    }
    if (this.#used === this.#idOf.length) this.#growPlaces(0);
    return this.#used++;
  }

  /** -1 when there is none. */
  #lookUp(pairs: Uint32Array, from: number, to: number, hash: number): number {
    const table = this.#table;
    for (let slot = table.firstSlot(hash); ; slot = table.slotAfter(slot)) {
      const place = table.placeIn(slot, hash);
      if (place === FREE) return -1;
      if (place !== OTHER && this.#has(place, pairs, from, to)) return place;
    }
  }

  #has(place: number, pairs: Uint32Array, from: number, to: number): boolean {
    const at = this.#pairsAt[place];
    const { words } = this.#pairs;
    if (words[at] !== to - from) return false;
    for (let i = from, word = at + 1; i < to; i++, word++) if (words[word] !== pairs[i]) return false;
    return true;
  }

  /** The first position whose id is `id` or more. */
  #find(id: number): number {
    let low = 0;
    let high = this.#listed;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle] < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const FIRST_PLACES = 64;

/** Saved as one part: written in a tenth of a millisecond, and anew when one of them has changed. */
export const PLACES_TOLD_TOGETHER = 2048;

/** Postings have ids of 32 bits: four thousand million series of one tenant in one life of the process. */
const IDS_MAX = 2 ** 32;

/** Gone through between two breathes: tens of microseconds. */
const STRETCH = 4096;

/** Places are taken again when one in so many has been left. */
const REUSED_SHARE = 4;
