/**
 * What must be true of every string that a regular expression (RE2's, anchored at both ends) accepts, found without
 * running it: most expressions of dashboards are a list of words, a prefix, or a word somewhere.
 *
 * Whatever this does not understand it says nothing about.
 */
export interface RegexLiterals {
  /** All strings that it accepts, when these are few; else null. */
  readonly set: ReadonlySet<string> | null;
  /** Each accepted string begins with this. */
  readonly prefix: string;
  /** Each accepted string has this in it. */
  readonly contains: string;
}

/** More strings than this are no longer expanded: `[0-9][0-9][0-9]` is 1,000. Alternatives that are written out are always taken. */
const EXPANDED_MAX = 512;
const NESTED_MAX = 50;

export function regexLiterals(source: string): RegexLiterals {
  const scan = new LiteralScan(source);
  const whole = scan.alternatives(0);
  if (whole === null || !scan.atEnd) return { set: null, prefix: '', contains: '' };
  if (whole.set !== null) return { set: new Set(whole.set), prefix: commonPrefix(whole.set), contains: '' };
  return { set: null, prefix: whole.prefix, contains: longest(whole.words) };
}

/** Of a part of the expression. `set` null: more than `prefix` and `words` say is not known. */
interface Part {
  readonly set: readonly string[] | null;
  readonly prefix: string;
  /** Each is in every accepted string. */
  readonly words: readonly string[];
}

const ANYTHING: Part = { set: null, prefix: '', words: [] };

/** Null wherever something is met that it does not know. */
class LiteralScan {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get atEnd(): boolean {
    return this.#at === this.#source.length;
  }

  /** Up to a closing bracket or the end. */
  alternatives(depth: number): Part | null {
    if (depth > NESTED_MAX) return null;
    const parts: Part[] = [];
    do {
      const part = this.#concatenation(depth);
      if (part === null) return null;
      parts.push(part);
    } while (this.#take('|'));
    if (parts.length === 1) return parts[0];
    const known = parts.reduce((sum, { set }) => sum + (set === null ? Number.POSITIVE_INFINITY : set.length), 0);
    if (known <= Math.max(parts.length, EXPANDED_MAX)) return setOf(parts.flatMap((part) => part.set ?? []));
    return { set: null, prefix: commonPrefix(parts.map(prefixOf)), words: [] };
  }

  #concatenation(depth: number): Part | null {
    /** What is behind the last place where the strings are not all known. */
    let tail: Part = setOf(['']);
    let before: Part | null = null;
    while (!this.atEnd && this.#source[this.#at] !== '|' && this.#source[this.#at] !== ')') {
      const atom = this.#atom(depth);
      if (atom === null) return null;
      const part = this.#quantified(atom);
      if (part === null) return null;
      const product = cross(tail.set, part.set);
      if (product !== null) tail = setOf(product);
      else {
        before = join(before, tail);
        if (part.set === null) before = join(before, part);
        tail = part.set === null ? setOf(['']) : part;
      }
    }
    return before === null ? tail : join(before, tail);
  }

  #atom(depth: number): Part | null {
    const char = this.#source[this.#at++];
    switch (char) {
      case '(': {
        if (this.#source[this.#at] === '?') {
          if (this.#source[this.#at + 1] !== ':') return null;
          this.#at += 2;
        }
        const inner = this.alternatives(depth + 1);
        return inner !== null && this.#take(')') ? inner : null;
      }
      case '[':
        return this.#characters();
      case '.':
        return ANYTHING;
      case '\\':
        return this.#escaped();
      case '^':
      case '$':
      case '*':
      case '+':
      case '?':
      case '{':
        return null;
      default:
        // Half of a surrogate pair is no character of RE2's.
        return char >= '\ud800' && char <= '\udfff' ? null : setOf([char]);
    }
  }

  #escaped(): Part | null {
    const char = this.#source[this.#at++];
    if (char === undefined) return null;
    if (/[.*+?()[\]{}|^$\\/:=,@%&"'#!~<>;\s-]/.test(char)) return setOf([char]);
    return /[dwsDWS]/.test(char) ? ANYTHING : null;
  }

  /** `[abc]`, `[a-f0-9]`: letters and digits only. */
  #characters(): Part | null {
    const end = this.#source.indexOf(']', this.#at);
    const body = this.#source.slice(this.#at, end);
    if (end < 0 || !/^(?:\w-\w|\w)+$/.test(body)) return null;
    this.#at = end + 1;
    const set = new Set<string>();
    for (const [, from, to = from] of body.matchAll(/(\w)(?:-(\w))?/g)) {
      if (from > to) return null;
      for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) set.add(String.fromCharCode(code));
    }
    return setOf([...set]);
  }

  #quantified(atom: Part): Part | null {
    const char = this.#source[this.#at];
    if (char !== '*' && char !== '+' && char !== '?' && char !== '{') return atom;
    this.#at++;
    if (char === '{') {
      const end = this.#source.indexOf('}', this.#at);
      if (end < 0 || !/^\d+(,\d*)?$/.test(this.#source.slice(this.#at, end))) return null;
      this.#at = end + 1;
    }
    this.#take('?');
    // More quantifiers are for the expression itself to refuse.
    if ('*+?{'.includes(this.#source[this.#at] ?? ' ')) return null;
    if (char === '?' && atom.set !== null) return setOf(['', ...atom.set]);
    if (char !== '+') return ANYTHING;
    return { set: null, prefix: prefixOf(atom), words: wordsOf(atom) };
  }

  #take(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}

function setOf(set: readonly string[]): Part {
  return { set, prefix: '', words: [] };
}

/** Both behind each other, where it is not known what all strings are. */
function join(before: Part | null, part: Part): Part {
  if (before === null) return { set: null, prefix: prefixOf(part), words: wordsOf(part) };
  const prefix = before.set?.length === 1 ? before.set[0] + prefixOf(part) : prefixOf(before);
  return { set: null, prefix, words: [...wordsOf(before), ...wordsOf(part)] };
}

function prefixOf({ set, prefix }: Part): string {
  return set === null ? prefix : commonPrefix(set);
}

function wordsOf({ set, words }: Part): readonly string[] {
  if (set === null) return words;
  return set.length === 1 ? set : [];
}

/** Null when they are not known, or too many. */
function cross(before: readonly string[] | null, after: readonly string[] | null): string[] | null {
  if (before === null || after === null) return null;
  if (before.length * after.length > EXPANDED_MAX && !(before.length === 1 && before[0] === '')) return null;
  return before.flatMap((head) => after.map((tail) => head + tail));
}

function commonPrefix(texts: readonly string[]): string {
  let [prefix = ''] = texts;
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  // Not within a surrogate pair.
  return /[\ud800-\udbff]$/.test(prefix) ? prefix.slice(0, -1) : prefix;
}

function longest(words: readonly string[]): string {
  return words.reduce((a, b) => (b.length > a.length ? b : a), '');
}
