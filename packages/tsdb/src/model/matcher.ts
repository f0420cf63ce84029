import { RE2JS } from 're2js';
import { regexLiterals } from './regex-literals.ts';

/**
 * One condition on one label. Regular expressions are RE2's (linear in their input) and anchored at both ends.
 * A label that is not there has the value `''`.
 */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

export class Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** For the values that the operator's positive form accepts; the negative form accepts all others. */
  readonly accepts: ValueTest;
  readonly #wanted: boolean;

  /** Throws `SyntaxError` when `value` is no valid RE2 expression. */
  constructor(name: string, operator: MatchOperator, value: string) {
    this.name = name;
    this.operator = operator;
    this.value = value;
    this.accepts = operator === '=' || operator === '!=' ? wordTest(value) : regexTest(value);
    this.#wanted = operator === '=' || operator === '=~';
  }

  matches(value: string): boolean {
    return this.accepts.test(value) === this.#wanted;
  }

  /** True when series without this label are among those that match. */
  get matchesEmpty(): boolean {
    return this.matches('');
  }

  toString(): string {
    return `${this.name}${this.operator}${JSON.stringify(this.value)}`;
  }
}

/** Which values are accepted, and what an index may make use of. */
export interface ValueTest {
  /** All of them, when that is known. */
  readonly set: ReadonlySet<string> | null;
  /** Each begins with this, and has that in it. */
  readonly prefix: string;
  readonly contains: string;
  test(value: string): boolean;
}

/** Longer expressions are refused, unless they are lists of words: compiling one takes a tenth of a second at most. */
const SOURCE_LENGTH_MAX = 16_384;

/** Answers that an expression remembers: the values of all but the largest labels. */
const REMEMBERED_MAX = 4096;

/** A test for the whole string, `^(?s:…)$` as Prometheus anchors it. */
export function anchoredRegex(source: string): (candidate: string) => boolean {
  const { test } = regexTest(source);
  return test;
}

function wordTest(word: string): ValueTest {
  return { set: new Set([word]), prefix: word, contains: '', test: (value) => value === word };
}

function regexTest(source: string): ValueTest {
  const literals = regexLiterals(source);
  const { set, prefix, contains } = literals;
  if (set !== null) return { ...literals, test: (value) => set.has(value) };
  if (source === '.*') return { ...literals, test: () => true };
  if (source === '.+') return { ...literals, test: (value) => value !== '' };
  const compiled = compile(source);
  const remembered = new Map<string, boolean>();
  const test = (value: string): boolean => {
    if (!value.startsWith(prefix) || !value.includes(contains)) return false;
    const known = remembered.get(value);
    if (known !== undefined) return known;
    const answer = compiled.matches(value);
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(value, answer);
    return answer;
  };
  return { ...literals, test };
}

function compile(source: string): RE2JS {
  if (source.length > SOURCE_LENGTH_MAX)
    throw new SyntaxError(
      `a regular expression of ${source.length} characters: ${SOURCE_LENGTH_MAX} are allowed, more only as a list of words`,
    );
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    const told = plainly(error as Error);
    throw new SyntaxError(`invalid regular expression "${source}": ${told.message}`, { cause: told });
  }
}

/** Without what is put before an expression here. */
function plainly(error: Error): Error {
  return new SyntaxError(error.message.replace('`(?s)', '`'));
}

export function matchesAll(matchers: readonly Matcher[], get: (name: string) => string): boolean {
  return matchers.every((matcher) => matcher.matches(get(matcher.name)));
}
