import type { Labels } from '../model/labels.ts';
import { type IdList, NO_IDS, subtract } from './id-list.ts';
import type { LabelIndex } from './label-index.ts';

/**
 * The head's postings. Ids only grow, so lists stay sorted by appending. Most values name one series
 * (an instance, a device), and such a list is the bare id.
 */
export class InMemoryPostings implements LabelIndex {
  readonly #byName = new Map<string, Map<string, number | GrowingIds>>();
  readonly #strings = new Map<string, string>();
  readonly #all = new GrowingIds(NO_IDS);

  /** The one copy of `text`: names and values of all series share it. */
  intern(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, text);
    return text;
  }

  /** `id` is above every id before it. */
  add(id: number, labels: Labels): void {
    this.#all.push(id);
    const { pairs } = labels;
    for (let i = 0; i < pairs.length; i += 2) {
      const values = this.#byName.get(pairs[i]);
      if (values === undefined) {
        this.#byName.set(pairs[i], new Map([[pairs[i + 1], id]]));
        continue;
      }
      const list = values.get(pairs[i + 1]);
      if (list === undefined) values.set(pairs[i + 1], id);
      else if (typeof list === 'number') values.set(pairs[i + 1], new GrowingIds(Uint32Array.of(list, id)));
      else list.push(id);
    }
  }

  /** Forgets series: all that they carried is searched once for the lot. */
  remove(gone: readonly { readonly id: number; readonly labels: Labels }[]): void {
    const ids = Uint32Array.from(gone, (series) => series.id).sort();
    this.#all.keep(subtract(this.#all.view(), ids));
    for (const [name, touched] of touchedPairs(gone)) {
      const values = this.#byName.get(name);
      if (values === undefined) continue;
      for (const value of touched) {
        const left = subtract(this.ids(name, value), ids);
        if (left.length === 0) values.delete(value);
        else if (left.length === 1) values.set(value, left[0]);
        else values.set(value, new GrowingIds(left.slice()));
      }
      if (values.size === 0) this.#byName.delete(name);
    }
    this.#dropUnusedStrings();
  }

  all(): IdList {
    return this.#all.view();
  }

  names(): Iterable<string> {
    return this.#byName.keys();
  }

  values(name: string): Iterable<string> {
    return this.#byName.get(name)?.keys() ?? [];
  }

  ids(name: string, value: string): IdList {
    const list = this.#byName.get(name)?.get(value);
    if (list === undefined) return NO_IDS;
    return typeof list === 'number' ? Uint32Array.of(list) : list.view();
  }

  #dropUnusedStrings(): void {
    const used = new Set<string>();
    for (const [name, values] of this.#byName) {
      used.add(name);
      for (const value of values.keys()) used.add(value);
    }
    for (const text of this.#strings.keys()) if (!used.has(text)) this.#strings.delete(text);
  }
}

class GrowingIds {
  #ids: Uint32Array;
  #length: number;

  constructor(ids: IdList) {
    this.#ids = ids;
    this.#length = ids.length;
  }

  push(id: number): void {
    if (this.#length === this.#ids.length) {
      const grown = new Uint32Array(Math.max(4, Math.ceil(this.#length * 1.5)));
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids[this.#length++] = id;
  }

  keep(ids: IdList): void {
    this.#ids = ids.slice();
    this.#length = ids.length;
  }

  /** A view that later pushes do not change. */
  view(): IdList {
    return this.#ids.subarray(0, this.#length);
  }
}

function touchedPairs(gone: readonly { readonly labels: Labels }[]): Map<string, Set<string>> {
  const touched = new Map<string, Set<string>>();
  for (const { labels } of gone) {
    for (const [name, value] of labels) {
      const values = touched.get(name);
      if (values === undefined) touched.set(name, new Set([value]));
      else values.add(value);
    }
  }
  return touched;
}
