import { RE2JS } from 're2js';

/**
 * One condition on one label. Regular expressions are RE2's (linear in their input) and anchored at both ends.
 * A label that is not there has the value `''`.
 */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

export class Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly #test: (value: string) => boolean;

  /** Throws `SyntaxError` when `value` is no valid RE2 expression. */
  constructor(name: string, operator: MatchOperator, value: string) {
    this.name = name;
    this.operator = operator;
    this.value = value;
    this.#test = testOf(operator, value);
  }

  matches(value: string): boolean {
    return this.#test(value);
  }

  /** True when series without this label are among those that match. */
  get matchesEmpty(): boolean {
    return this.#test('');
  }

  toString(): string {
    return `${this.name}${this.operator}${JSON.stringify(this.value)}`;
  }
}

function testOf(operator: MatchOperator, value: string): (candidate: string) => boolean {
  switch (operator) {
    case '=':
      return (candidate) => candidate === value;
    case '!=':
      return (candidate) => candidate !== value;
    case '=~':
      return anchoredRegex(value);
    case '!~': {
      const matches = anchoredRegex(value);
      return (candidate) => !matches(candidate);
    }
  }
}

const LITERAL = /^[\w\s:/=,@%&"'#!~<>;-]*$/;

/** A test for the whole string, `^(?s:…)$` as Prometheus anchors it. */
export function anchoredRegex(source: string): (candidate: string) => boolean {
  const set = literalAlternatives(source);
  if (set !== null) return (candidate) => set.has(candidate); // Fast path: what a dashboard's variable expands to.
  if (source === '.*') return () => true;
  if (source === '.+') return (candidate) => candidate !== '';
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    throw new SyntaxError(`invalid regular expression "${source}": ${(error as Error).message}`);
  }
  return (candidate) => compiled.matches(candidate);
}

/** The strings that `source` accepts when it is nothing but alternatives without operators, else null. */
export function literalAlternatives(source: string): ReadonlySet<string> | null {
  const alternatives = source.split('|');
  return alternatives.every((part) => LITERAL.test(part)) ? new Set(alternatives) : null;
}

export function matchesAll(matchers: readonly Matcher[], get: (name: string) => string): boolean {
  return matchers.every((matcher) => matcher.matches(get(matcher.name)));
}
