import { MalformedLine } from './malformed.ts';
import { clip } from './number.ts';

/**
 * The series part of a sample line: `name`, `name{label="value",…}`, `{"quoted name",label="value"}`.
 * The same in the text format and in OpenMetrics; only blanks are stricter in the latter.
 */
export interface SeriesText {
  /** One past the series' last byte. */
  readonly end: number;
  /** name, value, name, value …, as written: unsorted, empty values included, the metric's name under `__name__`. */
  readonly pairs: readonly string[];
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseSeriesAt(bytes: Uint8Array, from: number, blanks: boolean): SeriesText {
  const pairs: string[] = [];
  let at = from;
  if (isNameStart(bytes[at])) {
    at = nameEnd(bytes, at);
    pairs.push('__name__', ascii(bytes, from, at));
  }
  const brace = blanks ? skipBlanks(bytes, at) : at;
  if (bytes[brace] === OPEN) at = parseLabels(bytes, brace + 1, blanks, pairs);
  if (pairs.length === 0 || !hasName(pairs)) throw new MalformedLine('a metric name is missing');
  return { end: at, pairs };
}

/** Labels up to and with the closing brace; where it ends. Also for exemplars, which have no name. */
export function parseLabels(bytes: Uint8Array, from: number, blanks: boolean, pairs: string[]): number {
  let at = from;
  const skip = () => {
    if (blanks) at = skipBlanks(bytes, at);
  };
  for (let first = true; ; first = false) {
    skip();
    if (bytes[at] === CLOSE) return at + 1;
    if (!first) {
      if (bytes[at] !== COMMA) throw new MalformedLine(`expected "," or "}" after a label, got ${shown(bytes[at])}`);
      at++;
      skip();
      if (bytes[at] === CLOSE) return at + 1;
    }
    let name: string;
    const quoted = bytes[at] === QUOTE;
    if (quoted) {
      const end = closingQuote(bytes, at + 1);
      name = unescaped(text(bytes, at + 1, end, 'name'));
      at = end + 1;
    } else {
      if (!isLabelStart(bytes[at])) throw new MalformedLine(`expected a label name, got ${shown(bytes[at])}`);
      const start = at;
      while (isLabelStart(bytes[at]) || isDigit(bytes[at])) at++;
      name = ascii(bytes, start, at);
    }
    skip();
    if (bytes[at] !== EQUALS) {
      // A quoted string on its own is the metric's name.
      if (!quoted || hasName(pairs)) throw new MalformedLine(`expected "=" after label ${clip(name)}, got ${shown(bytes[at])}`);
      if (name === '') throw new MalformedLine('a metric name is empty');
      pairs.push('__name__', name);
      continue;
    }
    at++;
    skip();
    if (bytes[at] !== QUOTE) throw new MalformedLine(`expected a quoted value of label ${clip(name)}, got ${shown(bytes[at])}`);
    const end = closingQuote(bytes, at + 1);
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) throw new MalformedLine(`label name "${clip(name)}" is given twice`);
    pairs.push(name, unescaped(text(bytes, at + 1, end, 'value')));
    at = end + 1;
  }
}

function hasName(pairs: readonly string[]): boolean {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === '__name__') return true;
  return false;
}

export function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  return at;
}

/** `[a-zA-Z_:]` */
export function isNameStart(byte: number): boolean {
  return isLabelStart(byte) || byte === 0x3a;
}

export function nameEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isNameStart(bytes[at]) || isDigit(bytes[at])) at++;
  return at;
}

/** Where the string whose content begins at `from` closes. */
export function closingQuote(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
    if (bytes[at] === NEWLINE) break;
  }
  throw new MalformedLine('a quoted string does not end on its line');
}

/** Strictly decoded UTF-8. */
export function text(bytes: Uint8Array, from: number, to: number, what: string): string {
  let plain = true;
  for (let at = from; at < to; at++) if (bytes[at] >= 0x80) plain = false;
  if (plain) return ascii(bytes, from, to);
  try {
    return utf8.decode(bytes.subarray(from, to));
  } catch {
    throw new MalformedLine(`invalid UTF-8 in a ${what}`);
  }
}

export function ascii(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

/** `\\`, `\"` and `\n`; any other backslash stays as it is. */
export function unescaped(escaped: string): string {
  if (!escaped.includes('\\')) return escaped;
  return escaped.replace(/\\([\\"n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function isLabelStart(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function shown(byte: number | undefined): string {
  if (byte === undefined || byte === NEWLINE) return 'the end of the line';
  return byte >= 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
