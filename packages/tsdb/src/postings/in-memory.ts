import { sortInSlices } from '@tidemark/base';
import { compareNames, type Labels, METRIC_NAME } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { type IdList, NO_IDS, subtract } from './id-list.ts';
import { GrowingIds, IdLists } from './id-lists.ts';
import type { LabelIndex, ValueBatch } from './label-index.ts';
import { PairRuns } from './pair-runs.ts';
import { ValueNumbers } from './value-numbers.ts';

/**
 * The head's postings, and its dictionary of label pairs: each distinct name=value is there once and has a number, by which
 * series name it. Ids only grow, so lists stay sorted by appending. Numbers of pairs that nobody carries any more are taken again.
 */
export class InMemoryPostings implements LabelIndex {
  readonly #names = new Map<string, Name>();
  /** By pair. */
  readonly #nameOf: string[] = [];
  readonly #valueOf: string[] = [];
  readonly #lists = new IdLists();
  readonly #runs = new PairRuns(this.#lists);
  readonly #all = new GrowingIds(NO_IDS);
  readonly #freePairs: number[] = [];
  /** By so many pairs. */
  readonly #revisions: number[] = [];
  #forgotten = 0;
  #scratch = new Uint32Array(64);

  /** `id` is above every id before it. Returns the pairs' numbers, valid until the next call. */
  add(id: number, labels: Labels): Uint32Array {
    const { pairs: texts } = labels;
    const count = this.#reserve(texts);
    this.#all.push(id);
    for (let i = 0; i < count; i++) {
      const pair = this.#takePair(texts[2 * i], texts[2 * i + 1]);
      this.#lists.push(pair, id);
      this.#scratch[i] = pair;
    }
    return this.#scratch.subarray(0, count);
  }

  /** Like `add`, of pairs by their numbers. */
  addPairs(id: number, pairs: ArrayLike<number>): void {
    this.#all.push(id);
    for (let i = 0; i < pairs.length; i++) this.#lists.push(pairs[i], id);
  }

  /**
   * Like `addPairs`, of those at `[from, to)`, of series that come one after another: `endNext` is to be called before anybody asks, or anything else
   * comes.
   */
  addNext(id: number, pairs: ArrayLike<number>, from: number, to: number): void {
    this.#all.push(id);
    this.#runs.add(id, pairs, from, to);
  }

  endNext(): void {
    this.#runs.end();
  }

  /** How many series have the metric's name that is among these pairs; `addNext` may go on. */
  metricSeries(pairs: ArrayLike<number>, from: number, to: number): number {
    this.#runs.end();
    for (let i = from; i < to; i++) if (this.#nameOf[pairs[i]] === METRIC_NAME) return this.#lists.length(pairs[i]);
    return 0;
  }

  /** Rises when one of the `PAIRS_TOLD_TOGETHER` pairs of this number comes or goes. */
  revisionOf(part: number): number {
    return this.#revisions[part] ?? 0;
  }

  /** Greater than any pair's number. */
  get pairsEnd(): number {
    return this.#nameOf.length;
  }

  /** The next pairs of another life, in the order of their numbers; an empty name where nobody carried one of that number. */
  restorePairs(pairs: Iterable<readonly [name: string, value: string]>): void {
    for (const [name, value] of pairs) {
      const pair = this.#valueOf.push(value) - 1;
      if (name === '') {
        this.#nameOf.push('');
        this.#freePairs.push(pair);
        continue;
      }
      const known = this.#name(name);
      this.#nameOf.push(known.text);
      known.pairs.add(value, pair);
    }
  }

  /** The number of a pair that somebody carries. */
  pair(name: string, value: string): number | undefined {
    return this.#names.get(name)?.pairs.get(value);
  }

  /** How many pairs have been forgotten so far: a number that was learnt before the last one may stand for another pair. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** By pair: where it stands when pairs are sorted by name, then value. */
  async pairRanks(pacer: Pacer): Promise<Uint32Array> {
    const pairs: number[] = [];
    const end = this.#nameOf.length;
    for (let pair = 0; pair < end; pair++) {
      if (pair % BATCH_VALUES === 0) await pacer.breathe();
      pairs.push(pair);
    }
    const [names, values] = [this.#nameOf.slice(), this.#valueOf.slice()];
    const compare = (a: number, b: number) => compareNames(names[a], names[b]) || compareNames(values[a], values[b]);
    const ranks = new Uint32Array(pairs.length);
    for (const [rank, pair] of (await sortInSlices(pairs, compare, () => pacer.breathe())).entries()) {
      if (rank % BATCH_VALUES === 0) await pacer.breathe();
      ranks[pair] = rank;
    }
    return ranks;
  }

  nameOf(pair: number): string {
    return this.#nameOf[pair];
  }

  valueOf(pair: number): string {
    return this.#valueOf[pair];
  }

  /** Forgets series: each of `pairs`, all that they carried, is searched once for the lot, and leaves the set then. */
  async forget(ids: IdList, pairs: Set<number>, pacer: Pacer): Promise<void> {
    const breathe = () => pacer.breathe();
    const all = this.#all.view();
    const kept = await subtract(all, ids, breathe);
    this.#all.keep(withNewer(kept, all, this.#all.view()));
    for (const pair of pairs) {
      await pacer.breathe();
      const list = this.#lists.view(pair);
      const left = withNewer(await subtract(list, ids, breathe), list, this.#lists.view(pair));
      this.#lists.replace(pair, left);
      if (left.length === 0) this.#forget(pair);
      pairs.delete(pair);
    }
  }

  all(): IdList {
    return this.#all.view();
  }

  names(): Iterable<string> {
    return this.#names.keys();
  }

  valueCount(name: string): number {
    return this.#names.get(name)?.pairs.size ?? 0;
  }

  *values(name: string, prefix = ''): Generator<ValueBatch> {
    const pairs = this.#names.get(name)?.pairs;
    if (pairs === undefined) return;
    let values: string[] = [];
    const ids = (at: number) => this.ids(name, values[at]);
    let seen = 0;
    // What comes while somebody waits between two batches may be seen as well.
    for (const value of pairs.values()) {
      if (value.startsWith(prefix)) values.push(value);
      if (++seen % BATCH_VALUES !== 0) continue;
      yield { values, ids };
      values = [];
    }
    if (values.length > 0) yield { values, ids };
  }

  ids(name: string, value: string): IdList {
    const pair = this.pair(name, value);
    return pair === undefined ? NO_IDS : this.#lists.view(pair);
  }

  /** How many `ids` are. */
  count(name: string, value: string): number {
    const pair = this.pair(name, value);
    return pair === undefined ? 0 : this.#lists.length(pair);
  }

  #reserve(texts: readonly string[]): number {
    const count = texts.length / 2;
    if (count > this.#scratch.length) this.#scratch = new Uint32Array(2 * count);
    return count;
  }

  /** A new one when it is not there. */
  #takePair(text: string, value: string): number {
    const name = this.#name(text);
    const known = name.pairs.get(value);
    if (known !== undefined) return known;
    const pair = this.#freePairs.pop() ?? this.#nameOf.length;
    this.#nameOf[pair] = name.text;
    this.#valueOf[pair] = value;
    name.pairs.add(value, pair);
    this.#changed(pair);
    return pair;
  }

  #name(text: string): Name {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = { text, pairs: new ValueNumbers() };
    this.#names.set(text, name);
    return name;
  }

  #changed(pair: number): void {
    const part = Math.floor(pair / PAIRS_TOLD_TOGETHER);
    this.#revisions[part] = this.revisionOf(part) + 1;
  }

  #forget(pair: number): void {
    const name = this.#names.get(this.#nameOf[pair]) as Name;
    name.pairs.delete(this.#valueOf[pair]);
    if (name.pairs.size === 0) this.#names.delete(name.text);
    this.#nameOf[pair] = '';
    this.#valueOf[pair] = '';
    this.#freePairs.push(pair);
    this.#changed(pair);
    this.#forgotten++;
  }
}

/** What has been kept of a list as it was, and what it has got meanwhile. */
function withNewer(kept: IdList, before: IdList, now: IdList): IdList {
  if (now.length === before.length) return kept;
  const all = new Uint32Array(kept.length + now.length - before.length);
  all.set(kept);
  all.set(now.subarray(before.length), kept.length);
  return all;
}

/** Saved as one part: written in a tenth of a millisecond, and anew when one of them has changed. */
export const PAIRS_TOLD_TOGETHER = 1024;

/** Looked through without a pause: some tens of microseconds. */
const BATCH_VALUES = 1024;

interface Name {
  readonly text: string;
  /** Value → the pair's number. */
  readonly pairs: ValueNumbers;
}
