import { NESTING_MAX, OPERATORS_MAX } from './limits.ts';
import { ParseError } from './parse-error.ts';
import { quote } from './strings.ts';
import { aggregatorOf, type Token } from './token.ts';

/** Where the parser stands in its tokens, and what it says when the next one is wrong. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #operators = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)];
  }

  previous(): Token {
    return this.#tokens[Math.max(this.#next - 1, 0)];
  }

  take(): Token {
    const token = this.peek();
    if (this.#next < this.#tokens.length - 1) this.#next++;
    return token;
  }

  at(symbol: string): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Keywords are the same in capitals. */
  atWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  expect(symbol: string, context: string): Token {
    if (!this.at(symbol)) throw this.unexpected(context, `"${symbol}"`);
    return this.take();
  }

  /** Prometheus' words: `unexpected identifier "x" in aggregation, expected "("`. */
  unexpected(context = '', expected = '', token = this.peek()): ParseError {
    const where = context === '' ? '' : ` in ${context}`;
    const wanted = expected === '' ? '' : `, expected ${expected}`;
    if (token.kind === 'end' && token.text !== '') return new ParseError(token.text, token);
    return new ParseError(`unexpected ${describe(token)}${where}${wanted}`, token);
  }

  /** A chain of operators nests as deeply as parentheses do. */
  countOperator(): void {
    this.#operators++;
    if (this.#operators > OPERATORS_MAX) throw new ParseError(`expression has more than ${OPERATORS_MAX} operators`, this.peek());
  }

  /** One level deeper while `parse` runs. */
  nested<T>(parse: () => T): T {
    if (this.#depth >= NESTING_MAX) throw new ParseError(`expression is nested deeper than ${NESTING_MAX} levels`, this.peek());
    this.#depth++;
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }
}

const PUNCTUATION = '(){}[],:';

const KEYWORDS = new Set([
  'and',
  'or',
  'unless',
  'atan2',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'offset',
]);

function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input';
    case 'string':
      return `string ${quote(token.text)}`;
    case 'number':
      return `number "${token.text}"`;
    case 'duration':
      return `duration "${token.text}"`;
    case 'symbol':
      return PUNCTUATION.includes(token.text) ? `"${token.text}"` : `<op:${token.text}>`;
    case 'metric':
      return `metric identifier "${token.text}"`;
    case 'word':
      return describeWord(token.text);
  }
}

function describeWord(text: string): string {
  if (KEYWORDS.has(text.toLowerCase())) return `<${text.toLowerCase()}>`;
  return aggregatorOf(text) === null ? `identifier "${text}"` : `<aggr:${text}>`;
}
