import type { ExpositionFormat } from './format.ts';
import { MalformedLine } from './malformed.ts';
import { type CommentLine, parseComment } from './metadata.ts';
import { parseFloatAt, parseMillisAt, parseSecondsAt } from './number.ts';
import { ascii, parseLabels, parseSeriesAt, skipBlanks } from './series-text.ts';

/**
 * One line of an exposition, the text format 0.0.4 or OpenMetrics 1.0, and where the next one begins.
 * Everything here throws `MalformedLine`.
 */
export type Line =
  | { readonly kind: 'empty'; readonly next: number }
  /** `# EOF`. */
  | { readonly kind: 'end'; readonly next: number }
  /** `comment` is null when it says nothing of a metric. The text is all of the line. */
  | { readonly kind: 'comment'; readonly from: number; readonly to: number; readonly comment: CommentLine | null; readonly next: number }
  /** The text is that of the series. `pairs`: name, value, name, value … as written. */
  | ({ readonly kind: 'sample'; readonly from: number; readonly to: number; readonly pairs: readonly string[] } & Sample);

export interface Sample {
  readonly value: number;
  /** NaN when the target gave no time. */
  readonly timeMs: number;
  readonly exemplar: SampleExemplar | null;
  readonly next: number;
}

/** What stands behind a sample in OpenMetrics: one case of what it has counted. */
export interface SampleExemplar {
  /** Name, value, name, value … as written. */
  readonly pairs: readonly string[];
  readonly value: number;
  /** NaN when none is given. */
  readonly timeMs: number;
}

const NEWLINE = 0x0a;
const HASH = 0x23;
const SPACE = 0x20;
const OPEN = 0x7b;

export function readLine(body: Uint8Array, from: number, format: ExpositionFormat): Line {
  const strict = format === 'openmetrics';
  const at = strict ? from : skipBlanks(body, from);
  if (at >= body.length) return { kind: 'empty', next: at };
  if (body[at] === NEWLINE) {
    if (strict) throw new MalformedLine('an empty line');
    return { kind: 'empty', next: at + 1 };
  }
  if (body[at] !== HASH) {
    const { pairs, end } = parseSeriesAt(body, at, !strict);
    return { kind: 'sample', from: at, to: end, pairs, ...readSample(body, end, format) };
  }
  const to = lineEnd(body, at);
  if (strict && isEof(body, at, to)) {
    if (to + 1 < body.length) throw new MalformedLine('text after # EOF');
    return { kind: 'end', next: body.length };
  }
  const comment = parseComment(body, at, to);
  if (strict && comment === null) throw new MalformedLine('a comment that is neither HELP, TYPE, UNIT nor EOF');
  return { kind: 'comment', from, to, comment: !strict && comment?.keyword === 'UNIT' ? null : comment, next: to + 1 };
}

/** Value and time behind the series' text, up to and with the newline. */
export function readSample(body: Uint8Array, seriesEnd: number, format: ExpositionFormat): Sample {
  const strict = format === 'openmetrics';
  const from = afterBlank(body, seriesEnd, strict);
  let at = tokenEnd(body, from);
  const value = parseFloatAt(body, from, at);
  let timeMs = Number.NaN;
  let exemplar: SampleExemplar | null = null;
  if (at < body.length && body[at] !== NEWLINE) {
    const timeFrom = afterBlank(body, at, strict);
    at = timeFrom;
    if (at < body.length && body[at] !== NEWLINE && body[at] !== HASH) {
      at = tokenEnd(body, timeFrom);
      timeMs = strict ? parseSecondsAt(body, timeFrom, at) : parseMillisAt(body, timeFrom, at);
      if (strict && body[at] === SPACE && body[at + 1] === HASH) at++;
    } else if (strict && body[at] !== HASH) {
      throw new MalformedLine('a blank at the end of the line');
    }
    if (strict && body[at] === HASH) ({ exemplar, to: at } = readExemplar(body, at));
    if (!strict) at = skipBlanks(body, at);
    if (at < body.length && body[at] !== NEWLINE) throw new MalformedLine('text after the sample');
  }
  return { value, timeMs, exemplar, next: at + 1 };
}

/** 1 for the first. */
export function lineNumberAt(body: Uint8Array, at: number): number {
  let number = 1;
  for (let end = body.indexOf(NEWLINE); end >= 0 && end < at; end = body.indexOf(NEWLINE, end + 1)) number++;
  return number;
}

function lineEnd(body: Uint8Array, from: number): number {
  const end = body.indexOf(NEWLINE, from);
  return end < 0 ? body.length : end;
}

function tokenEnd(body: Uint8Array, from: number): number {
  let at = from;
  while (at < body.length && body[at] > SPACE) at++;
  return at;
}

function afterBlank(body: Uint8Array, at: number, strict: boolean): number {
  if (strict) {
    if (body[at] !== SPACE) throw new MalformedLine('expected one blank');
    return at + 1;
  }
  const next = skipBlanks(body, at);
  if (next === at) throw new MalformedLine('expected a blank before the value');
  return next;
}

function isEof(body: Uint8Array, at: number, end: number): boolean {
  return end - at === 5 && ascii(body, at, end) === '# EOF';
}

/** `# {label="value"} value [time]`. */
function readExemplar(body: Uint8Array, from: number): { exemplar: SampleExemplar; to: number } {
  if (body[from + 1] !== SPACE || body[from + 2] !== OPEN) throw new MalformedLine('an exemplar begins with "# {"');
  const pairs: string[] = [];
  let at = parseLabels(body, from + 3, false, pairs);
  let to = tokenEnd(body, afterBlank(body, at, true));
  const value = parseFloatAt(body, at + 1, to);
  let timeMs = Number.NaN;
  if (body[to] === SPACE) {
    at = to + 1;
    to = tokenEnd(body, at);
    timeMs = parseSecondsAt(body, at, to);
  }
  return { exemplar: { pairs, value, timeMs }, to };
}
