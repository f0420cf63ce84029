import type { Span } from '../syntax/token.ts';

/**
 * A text that somebody is still writing, cut into its words. Unlike the lexer's tokens these are never an error: a string that is not
 * closed yet ends with its line, and what is no part of the language is a symbol.
 */
export interface Piece extends Span {
  readonly kind: 'word' | 'number' | 'string' | 'symbol' | 'comment';
  /** As written, with its quotes. */
  readonly text: string;
  /** False for a string without its second quote. */
  readonly closed: boolean;
}

const BLANK = /\s+/y;
const COMMENT = /#[^\n]*/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*\\?"?|'(?:[^'\\\n]|\\[^\n])*\\?'?|`[^`]*`?/y;
const NUMBER = /(?:\d[\d_.]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?\w*/y;
const NAME = /[a-zA-Z_:][\w:]*/y;
const WORD = /[a-zA-Z_]\w*/y;
const SYMBOL = /=~|!~|==|!=|<=|>=|<\/|>\/|./suy;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const open: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  const push = (kind: Piece['kind'], taken: string, closed = true) => {
    pieces.push({ kind, text: taken, closed, from: at, to: at + taken.length });
    at += taken.length;
  };
  while (at < text.length) {
    const blank = take(BLANK);
    if (blank !== null) {
      at += blank.length;
      continue;
    }
    const comment = take(COMMENT);
    if (comment !== null) {
      push('comment', comment);
      continue;
    }
    const string = take(STRING);
    if (string !== null) {
      push('string', string, isClosed(string));
      continue;
    }
    const number = take(NUMBER);
    if (number !== null) {
      push('number', number);
      continue;
    }
    const inside = open.at(-1);
    // Colons are part of a metric's name, and separate a subquery's range from its step.
    const word = take(inside === '[' || inside === '{' ? WORD : NAME);
    if (word !== null) {
      push('word', word);
      continue;
    }
    const symbol = take(SYMBOL) as string;
    if ('([{'.includes(symbol)) open.push(symbol);
    else if (')]}'.includes(symbol)) open.pop();
    push('symbol', symbol);
  }
  return pieces;
}

function isClosed(written: string): boolean {
  const quote = written[0];
  if (written.length < 2 || !written.endsWith(quote)) return false;
  if (quote === '`') return true;
  const escapes = /\\*$/.exec(written.slice(0, -1)) as RegExpExecArray;
  return escapes[0].length % 2 === 0;
}

/** The text of a string piece as it is meant; of what cannot be read as it is written. */
export function textOf(piece: Piece): string {
  const inner = piece.text.slice(1, piece.closed ? -1 : undefined);
  if (piece.text.startsWith('`')) return inner;
  return inner.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gu, (_whole, byte, unit, char) =>
    char === undefined ? String.fromCodePoint(Number.parseInt(byte ?? unit, 16)) : (ESCAPED[char] ?? char),
  );
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b', f: '\f', v: '\v' };
