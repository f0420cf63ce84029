import { parseDuration, parseNumber } from './numbers.ts';
import { ParseError } from './parse-error.ts';
import { readString } from './strings.ts';
import type { Token, TokenKind } from './token.ts';

/**
 * Text to tokens, all at once, the last of kind `end`. Colons are part of a name outside of brackets and braces;
 * inside `[…]` one separates a subquery's range from its step.
 */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  const closers: string[] = [];
  let at = 0;
  const push = (kind: TokenKind, to: number, value = 0, word = text.slice(at, to)) => {
    tokens.push({ kind, text: word, value, from: at, to });
    at = to;
  };
  while (at < text.length) {
    const char = text[at];
    if (char === ' ' || char === '\n' || char === '\t' || char === '\r') at++;
    else if (char === '#') at = endOfLine(text, at);
    else if (char === '"' || char === "'" || char === '`') {
      const { value, to } = readString(text, at);
      push('string', to, 0, value);
    } else if (/\d/.test(char) || (char === '.' && /\d/.test(text[at + 1] ?? ''))) {
      const number = readNumber(text, at);
      push(number.kind, number.to, number.value);
    } else if (/[a-zA-Z_:]/.test(char)) {
      const inside = closers.at(-1);
      const plain = inside === ']' || inside === '}';
      if (plain && char === ':') {
        if (inside === '}') throw new ParseError("unexpected character inside braces: ':'", { from: at, to: at + 1 });
        push('symbol', at + 1);
        continue;
      }
      const to = endOfWord(text, at, plain);
      const word = text.slice(at, to);
      if (/^(inf|nan)$/i.test(word)) push('number', to, parseNumber(word) as number);
      else push(word.includes(':') ? 'metric' : 'word', to);
    } else {
      const symbol = readSymbol(text, at);
      bracket(closers, symbol, at);
      push('symbol', at + symbol.length);
    }
  }
  if (closers.length > 0) {
    const missing = closers.at(-1);
    const what =
      missing === ')' ? 'unclosed left parenthesis' : missing === ']' ? 'unclosed left bracket' : 'unexpected end of input inside braces';
    // Whatever else is wrong was found first: the parser never reads past this token.
    tokens.push({ kind: 'end', text: what, value: 0, from: text.length, to: text.length });
  } else tokens.push({ kind: 'end', text: '', value: 0, from: text.length, to: text.length });
  return tokens;
}

const CLOSERS: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
function bracket(closers: string[], symbol: string, at: number): void {
  if (symbol in CLOSERS) closers.push(CLOSERS[symbol]);
  else if (symbol in UNEXPECTED && closers.pop() !== symbol) {
    // Prometheus has gone past a parenthesis when it finds that it closes nothing.
    const from = symbol === ')' ? at + 1 : at;
    throw new ParseError(`unexpected ${UNEXPECTED[symbol]} '${symbol}'`, { from, to: at + 1 });
  }
}

const UNEXPECTED: Record<string, string> = { ')': 'right parenthesis', ']': 'right bracket', '}': 'character:' };

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function endOfWord(text: string, from: number, withoutColons: boolean): number {
  const pattern = withoutColons ? /\w+/y : /[\w:]+/y;
  pattern.lastIndex = from;
  pattern.exec(text);
  return pattern.lastIndex;
}

function readNumber(text: string, from: number): { kind: 'number' | 'duration'; value: number; to: number } {
  const pattern = /0[xX][\w]*|(\d[\d_]*)?(\.[\d_]*)?([eE][+-]?\d[\d_]*)?\w*/y;
  pattern.lastIndex = from;
  const written = (pattern.exec(text) as RegExpExecArray)[0];
  const to = from + written.length;
  const value = parseNumber(written);
  if (value !== null) return { kind: 'number', value, to };
  const ms = parseDuration(written);
  if (ms !== null) return { kind: 'duration', value: ms / 1000, to };
  throw new ParseError(`bad number or duration syntax: ${JSON.stringify(written)}`, { from, to });
}

const PAIRS = new Set(['=~', '!~', '==', '!=', '<=', '>=', '</', '>/']);
const SINGLES = new Set('<>=+-*/%^@,()[]{}');

function readSymbol(text: string, at: number): string {
  const pair = text.slice(at, at + 2);
  if (PAIRS.has(pair)) return pair;
  if (SINGLES.has(text[at])) return text[at];
  const char = String.fromCodePoint(text.codePointAt(at) as number);
  if (char === '!') throw new ParseError("unexpected character after '!'", { from: at, to: at + 1 });
  throw new ParseError(`unexpected character: '${char}'`, { from: at, to: at + char.length });
}
