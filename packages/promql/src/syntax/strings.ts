import { ParseError } from './parse-error.ts';

/**
 * Quoted text, with Go's escapes as PromQL has them. Bytes that are no UTF-8 (`"\xc5"`) become the lone surrogates
 * U+DC80 to U+DCFF, so that they neither vanish nor pass for a valid name.
 */
const SIMPLE_ESCAPES: Record<string, number> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39, '"': 34 };

/** `text[from]` is the opening quote. Gives the decoded text and the offset behind the closing quote. */
export function readString(text: string, from: number): { value: string; to: number } {
  const quote = text[from];
  if (quote === '`') {
    const close = text.indexOf('`', from + 1);
    if (close === -1) throw new ParseError('unterminated raw string', { from, to: text.length });
    return { value: text.slice(from + 1, close), to: close + 1 };
  }
  let value = '';
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) value += decodeBytes(bytes);
    bytes = [];
  };
  for (let at = from + 1; at < text.length; ) {
    const char = text[at];
    if (char === '\n') break;
    if (char === quote) {
      flush();
      return { value, to: at + 1 };
    }
    if (char !== '\\') {
      flush();
      value += char;
      at++;
      continue;
    }
    const decoded = readEscape(text, at, quote);
    if (decoded.byte) bytes.push(decoded.code);
    else {
      flush();
      value += String.fromCodePoint(decoded.code);
    }
    at = decoded.to;
  }
  throw new ParseError('unterminated quoted string', { from, to: text.length });
}

function readEscape(text: string, at: number, quote: string): { code: number; byte: boolean; to: number } {
  const char = text[at + 1];
  if (char === undefined) throw new ParseError('escape sequence not terminated', { from: at, to: text.length });
  const simple = SIMPLE_ESCAPES[char];
  const isOtherQuote = (char === '"' || char === "'") && char !== quote;
  if (simple !== undefined && !isOtherQuote) return { code: simple, byte: false, to: at + 2 };
  if (char === 'x') return { code: digits(text, at + 2, 2, 16, at), byte: true, to: at + 4 };
  if (char >= '0' && char <= '7') {
    const code = digits(text, at + 1, 3, 8, at);
    if (code > 255) throw new ParseError(`octal escape value ${code} is above 255`, { from: at, to: at + 4 });
    return { code, byte: true, to: at + 4 };
  }
  if (char === 'u' || char === 'U') {
    const length = char === 'u' ? 4 : 8;
    const code = digits(text, at + 2, length, 16, at);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      throw new ParseError('escape sequence is an invalid Unicode code point', { from: at, to: at + 2 + length });
    }
    return { code, byte: false, to: at + 2 + length };
  }
  throw new ParseError(`unknown escape sequence '\\${char}'`, { from: at, to: at + 2 });
}

function digits(text: string, from: number, count: number, base: 8 | 16, escapeAt: number): number {
  const written = text.slice(from, from + count);
  const valid = base === 16 ? /^[0-9a-fA-F]+$/ : /^[0-7]+$/;
  if (written.length < count || !valid.test(written)) {
    throw new ParseError('illegal character in escape sequence', { from: escapeAt, to: Math.min(from + count, text.length) });
  }
  return Number.parseInt(written, base);
}

function decodeBytes(bytes: readonly number[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let decoded = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at]);
    try {
      decoded += decoder.decode(Uint8Array.from(bytes.slice(at, at + length)));
      at += length;
    } catch {
      decoded += String.fromCharCode(0xdc00 + bytes[at]);
      at += 1;
    }
  }
  return decoded;
}

function sequenceLength(first: number): number {
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Double-quoted, as Go's `strconv.Quote` would write it. */
export function quote(text: string): string {
  let quoted = '"';
  for (const char of text) quoted += quoteChar(char);
  return `${quoted}"`;
}

const NAMED: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

function quoteChar(char: string): string {
  const named = NAMED[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0) as number;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  return char;
}
