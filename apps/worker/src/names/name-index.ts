/**
 * A list of names that can be asked for what somebody has typed so far, best first: the name itself, names that begin so,
 * names with a word that begins so, names that contain it, and names that have its letters in order (`ncpu` finds
 * `node_cpu_seconds_total`). Shorter names go first within a rank, equally long ones by the alphabet. Case does not matter.
 *
 * All names lie in one text in that order, in lower case, so that a keystroke is a few searches in it and not a loop over a hundred
 * thousand strings. A search stops when it has found enough, and a lower rank is looked for only where the higher ones leave room.
 */
export class NameIndex {
  /** By the alphabet. */
  readonly names: readonly string[];
  /** Shortest first. */
  readonly #byLength: readonly string[];
  /** The same in lower case, each between two marks. */
  readonly #text: string;
  /** Where in it each begins, and behind the last one. */
  readonly #starts: Uint32Array;
  /** By name, a bit for each letter that it has: most names lack one that is typed. */
  #letters: Uint32Array | undefined;

  /** `names` sorted by the alphabet. */
  constructor(names: readonly string[]) {
    this.names = names;
    this.#byLength = byLength(names);
    const lowerCase = this.#byLength.map((name) => name.toLowerCase());
    // Joined at once: a text of texts would be slow to read letter by letter.
    this.#text = ['', ...lowerCase, ''].join(MARK);
    this.#starts = new Uint32Array(names.length + 1);
    let at = 1;
    for (const [i, name] of lowerCase.entries()) {
      this.#starts[i] = at;
      at += name.length + 1;
    }
    this.#starts[names.length] = at;
  }

  has(name: string): boolean {
    for (const i of this.#search(`${MARK}${name.toLowerCase()}${MARK}`, 1)) if (this.#byLength[i] === name) return true;
    return false;
  }

  best(typed: string, max: number): string[] {
    const wanted = typed.toLowerCase();
    if (wanted === '') return this.names.slice(0, max);
    const found = new Set<number>();
    const add = (indices: Iterable<number>) => {
      for (const i of indices) {
        if (found.size === max) return;
        found.add(i);
      }
    };
    add(this.#first(this.#search(`${MARK}${wanted}${MARK}`, 1), max, found));
    add(this.#first(this.#search(MARK + wanted, 1), max, found));
    if (found.size < max) add(this.#first(this.#searchWords(wanted, max, found), max, found));
    if (found.size < max) add(this.#first(this.#search(wanted, 0), max, found));
    if (found.size < max) add(this.#inOrder(wanted, max, found));
    return Array.from(found, (i) => this.#byLength[i]);
  }

  /** Names that are not there yet, as many as are wanted. */
  *#first(indices: Iterable<number>, max: number, found: ReadonlySet<number>): Generator<number> {
    let room = max - found.size;
    if (room === 0) return;
    for (const i of indices) {
      if (found.has(i)) continue;
      yield i;
      if (--room === 0) return;
    }
  }

  /** The names in which the text stands, each once, in their order. `before`: so many of its characters stand in front of the name. */
  *#search(text: string, before: number): Generator<number> {
    let i = 0;
    for (let at = this.#text.indexOf(text); at !== -1; at = this.#text.indexOf(text, this.#starts[i + 1] - before)) {
      i = this.#nameAt(at + before, i);
      yield i;
      if (i + 1 === this.#byLength.length) return;
    }
  }

  #searchWords(wanted: string, max: number, found: ReadonlySet<number>): number[] {
    const indices = Array.from(SEPARATORS, (separator) => [...this.#first(this.#search(separator + wanted, 0), max, found)]).flat();
    return [...new Set(indices)].sort((a, b) => a - b);
  }

  *#inOrder(wanted: string, max: number, found: ReadonlySet<number>): Generator<number> {
    const text = this.#text;
    this.#letters ??= Uint32Array.from(this.#byLength, (_, i) => lettersIn(text, this.#starts[i], this.#starts[i + 1] - 1));
    const letters = Uint16Array.from({ length: wanted.length }, (_, i) => wanted.charCodeAt(i));
    const needed = lettersIn(wanted, 0, wanted.length);
    let room = max - found.size;
    for (let i = 0; i < this.#byLength.length && room > 0; i++) {
      if ((this.#letters[i] & needed) >>> 0 !== needed) continue;
      const end = this.#starts[i + 1] - 1;
      let matched = 0;
      for (let at = this.#starts[i]; at < end && matched < letters.length; at++) if (text.charCodeAt(at) === letters[matched]) matched++;
      if (matched < letters.length || found.has(i)) continue;
      room--;
      yield i;
    }
  }

  /** The name that the offset lies in, not before `from`. */
  #nameAt(offset: number, from: number): number {
    let [low, high] = [from, this.#byLength.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Different letters may share a bit. */
function lettersIn(text: string, from: number, to: number): number {
  let letters = 0;
  for (let at = from; at < to; at++) letters |= 1 << (text.charCodeAt(at) & 31);
  return letters >>> 0;
}

/** Stands in no name; one that has it nevertheless is found a rank too well. */
const MARK = '\u0000';

const SEPARATORS = '_:.-/ ';

/** How well a name fits what is typed, 0 best; null when it does not. */
export function rankOf(name: string, typed: string): number | null {
  const [text, wanted] = [name.toLowerCase(), typed.toLowerCase()];
  if (wanted === '') return 0;
  const at = text.indexOf(wanted);
  if (at === 0) return text.length === wanted.length ? 0 : 1;
  if (at > 0) return hasWordStart(text, wanted, at) ? 2 : 3;
  return hasInOrder(text, wanted) ? 4 : null;
}

function hasWordStart(name: string, wanted: string, first: number): boolean {
  for (let at = first; at !== -1; at = name.indexOf(wanted, at + 1)) if (SEPARATORS.includes(name[at - 1])) return true;
  return false;
}

function hasInOrder(name: string, wanted: string): boolean {
  let at = -1;
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}

function byLength(names: readonly string[]): string[] {
  const buckets: string[][] = [];
  for (const name of names) {
    const bucket = buckets[name.length];
    if (bucket === undefined) buckets[name.length] = [name];
    else bucket.push(name);
  }
  return buckets.flat();
}
