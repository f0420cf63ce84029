/**
 * A series' identity: label pairs sorted by name, the metric's name under `__name__`.
 * An empty value is the same as no label, so it is never stored.
 */
export const METRIC_NAME = '__name__';

export class Labels {
  /** name, value, name, value …, sorted by name in code-point order (the order of UTF-8 bytes). Do not change. */
  readonly pairs: readonly string[];
  #key: string | undefined;

  private constructor(pairs: readonly string[]) {
    this.pairs = pairs;
  }

  static readonly EMPTY = new Labels([]);

  /** Takes `pairs` as they are: sorted, unique, without empty values. For decoders that have checked. */
  static fromSortedPairs(pairs: readonly string[]): Labels {
    return pairs.length === 0 ? Labels.EMPTY : new Labels(pairs);
  }

  /** Sorts; drops empty values; of a name given twice the last one stays. */
  static from(entries: Readonly<Record<string, string>> | Iterable<readonly [string, string]>): Labels {
    const list = Symbol.iterator in entries ? (entries as Iterable<readonly [string, string]>) : Object.entries(entries);
    const byName = new Map(list);
    const names = [...byName.keys()].filter((name) => byName.get(name) !== '').sort(compareNames);
    return Labels.fromSortedPairs(names.flatMap((name) => [name, byName.get(name) as string]));
  }

  get size(): number {
    return this.pairs.length / 2;
  }

  get name(): string {
    return this.get(METRIC_NAME);
  }

  /** The label's value, `''` when there is none. */
  get(name: string): string {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1];
    return '';
  }

  /** Equal labels have equal keys, and only they: for `Map`s. Not for display. */
  get key(): string {
    this.#key ??= keyOfPairs(this.pairs);
    return this.#key;
  }

  equals(other: Labels): boolean {
    return this === other || this.key === other.key;
  }

  with(name: string, value: string): Labels {
    return Labels.from([...this, [name, value]]);
  }

  without(...names: string[]): Labels {
    return this.filter((name) => !names.includes(name));
  }

  filter(keep: (name: string, value: string) => boolean): Labels {
    const kept: string[] = [];
    for (let i = 0; i < this.pairs.length; i += 2) {
      if (keep(this.pairs[i], this.pairs[i + 1])) kept.push(this.pairs[i], this.pairs[i + 1]);
    }
    return kept.length === this.pairs.length ? this : Labels.fromSortedPairs(kept);
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (let i = 0; i < this.pairs.length; i += 2) yield [this.pairs[i], this.pairs[i + 1]];
  }

  toObject(): Record<string, string> {
    return Object.fromEntries(this);
  }

  /** As PromQL writes it: `up{job="node"}`. */
  toString(): string {
    const name = this.name;
    const rest = [...this].filter(([label]) => label !== METRIC_NAME).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    return rest.length === 0 && name !== '' ? name : `${name}{${rest.join(', ')}}`;
  }

  toJSON(): Record<string, string> {
    return this.toObject();
  }
}

/** Lengths before the strings, so that no value can imitate a separator. */
function keyOfPairs(pairs: readonly string[]): string {
  let key = '';
  for (const text of pairs) key += `${text.length}:${text}`;
  return key;
}

/** Code-point order, which is the order of UTF-8 bytes; `<` alone would order UTF-16 units. */
export function compareNames(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other UTF-16 unit. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Label by label: name, then value. The order of every listing. */
export function compareLabels(a: Labels, b: Labels): number {
  const shared = Math.min(a.pairs.length, b.pairs.length);
  for (let i = 0; i < shared; i++) {
    if (a.pairs[i] === b.pairs[i]) continue; // Fast path: most of a series' labels equal its neighbour's.
    const order = compareNames(a.pairs[i], b.pairs[i]);
    if (order !== 0) return order;
  }
  return a.pairs.length - b.pairs.length;
}
