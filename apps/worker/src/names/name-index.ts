/**
 * A list of names that can be asked for what somebody has typed so far, best first: the name itself, names that begin so,
 * names with a word that begins so, names that contain it, and names that have its letters in order (`ncpu` finds
 * `node_cpu_seconds_total`). Shorter names go first within a rank, equally long ones by the alphabet. Case does not matter.
 *
 * One pass over names that lie in that order already: no keystroke sorts a hundred thousand of them.
 */
export class NameIndex {
  /** By the alphabet. */
  readonly names: readonly string[];
  /** Shortest first, each with its lower-case form beside it. */
  readonly #byLength: readonly string[];
  readonly #lowerCase: readonly string[];
  #set: ReadonlySet<string> | undefined;

  /** `names` sorted by the alphabet. */
  constructor(names: readonly string[]) {
    this.names = names;
    this.#byLength = byLength(names);
    this.#lowerCase = this.#byLength.map((name) => name.toLowerCase());
  }

  has(name: string): boolean {
    this.#set ??= new Set(this.names);
    return this.#set.has(name);
  }

  best(typed: string, max: number): string[] {
    return this.ranked(typed, max).map(({ name }) => name);
  }

  ranked(typed: string, max: number): RankedName[] {
    const wanted = typed.toLowerCase();
    if (wanted === '') return this.names.slice(0, max).map((name) => ({ name, rank: 0 }));
    const byRank: RankedName[][] = [[], [], [], [], []];
    for (const [i, name] of this.#lowerCase.entries()) {
      const rank = rankIn(name, wanted, byRank[IN_ORDER].length < max);
      if (rank !== null && byRank[rank].length < max) byRank[rank].push({ name: this.#byLength[i], rank });
    }
    return byRank.flat().slice(0, max);
  }
}

export interface RankedName {
  readonly name: string;
  /** 0 is best. */
  readonly rank: number;
}

/** How well a name fits what is typed; null when it does not. */
export function rankOf(name: string, typed: string): number | null {
  return typed === '' ? 0 : rankIn(name.toLowerCase(), typed.toLowerCase(), true);
}

const IN_ORDER = 4;

function byLength(names: readonly string[]): string[] {
  const buckets: string[][] = [];
  for (const name of names) {
    const bucket = buckets[name.length];
    if (bucket === undefined) buckets[name.length] = [name];
    else bucket.push(name);
  }
  return buckets.flat();
}

function rankIn(name: string, wanted: string, fuzzy: boolean): number | null {
  const at = name.indexOf(wanted);
  if (at === 0) return name.length === wanted.length ? 0 : 1;
  if (at > 0) return hasWordStart(name, wanted, at) ? 2 : 3;
  return fuzzy && hasInOrder(name, wanted) ? IN_ORDER : null;
}

function hasWordStart(name: string, wanted: string, first: number): boolean {
  for (let at = first; at !== -1; at = name.indexOf(wanted, at + 1)) if (SEPARATORS.includes(name[at - 1])) return true;
  return false;
}

const SEPARATORS = '_:.-/ ';

function hasInOrder(name: string, wanted: string): boolean {
  let at = -1;
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}
