import type { ExpositionFormat } from './format.ts';
import { MalformedLine } from './malformed.ts';
import { FamilyMetadata, parseComment } from './metadata.ts';
import { parseFloatAt, parseMillisAt, parseSecondsAt } from './number.ts';
import { ascii, parseLabels, parseSeriesAt, skipBlanks } from './series-text.ts';

/**
 * Reads the scrapes of one target, one after the other: the text format 0.0.4 and OpenMetrics 1.0.
 *
 * A scrape looks like the one before it, line for line, but for its values. So each line is first compared,
 * byte by byte, with the line that the last scrape had at this place; when they agree, its series is known and
 * nothing but the number is parsed. Otherwise the series' bytes are looked up in a map, and only a series that
 * was never seen is parsed into labels and given to `resolve`, once.
 */
export interface ExpositionSink<S> {
  /** A series seen for the first time: name, value, name, value … as written. What it returns stands for it from now on. */
  resolve(pairs: readonly string[]): S;
  /** `timeMs` is NaN when the target gave no time. */
  sample(series: S, value: number, timeMs: number): void;
}

export type ExpositionResult =
  | { readonly kind: 'parsed' }
  /** Nothing of the scrape counts. `line` is 1 for the first. */
  | { readonly kind: 'malformed'; readonly line: number; readonly reason: string };

interface Slot<S> {
  readonly series: S;
  /** Where the last scrape had it; the next prediction continues behind. */
  place: number;
  scrape: number;
}

/** Lines of the last scrape: the bytes that identify each, and its slot (null for a comment or an empty line). */
interface Layout<S> {
  readonly bytes: Uint8Array;
  readonly starts: number[];
  readonly ends: number[];
  readonly slots: (Slot<S> | null)[];
}

const NEWLINE = 0x0a;
const HASH = 0x23;
const SPACE = 0x20;
const OPEN = 0x7b;

export class ExpositionParser<S> {
  readonly metadata = new FamilyMetadata();
  /** Families whose metadata changed since the caller last cleared this. */
  readonly changedFamilies = new Set<string>();
  readonly #sink: ExpositionSink<S>;
  readonly #slots = new Map<string, Slot<S>>();
  #last: Layout<S> = emptyLayout(new Uint8Array(0));
  #scrape = 0;
  #format: ExpositionFormat = 'text';

  constructor(sink: ExpositionSink<S>) {
    this.#sink = sink;
  }

  /** Keeps `body` until the next call: the caller must not change it. */
  parse(body: Uint8Array, format: ExpositionFormat): ExpositionResult {
    if (format !== this.#format) this.#last = emptyLayout(body);
    this.#format = format;
    this.#scrape++;
    const layout: Layout<S> = emptyLayout(body);
    try {
      this.#parseLines(body, layout);
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error;
      this.#forgetUnseen(layout.slots.length);
      return { kind: 'malformed', line: layout.starts.length + 1, reason: error.message };
    }
    this.#last = layout;
    this.#forgetUnseen(layout.slots.length);
    return { kind: 'parsed' };
  }

  #parseLines(body: Uint8Array, layout: Layout<S>): void {
    const last = this.#last;
    const strict = this.#format === 'openmetrics';
    let at = 0;
    let predicted = 0;
    while (at < body.length) {
      const start = at;
      if (predicted < last.starts.length) {
        const from = last.starts[predicted];
        const end = sameBytes(body, at, last.bytes, from, last.ends[predicted]);
        const slot = last.slots[predicted];
        if (slot === null && end >= 0 && (end === body.length || body[end] === NEWLINE)) {
          record(layout, start, end, null);
          predicted++;
          at = end + 1;
          continue;
        }
        if (slot !== null && end >= 0 && body[end] === SPACE && body[end + 1] > SPACE && body[end + 1] !== OPEN) {
          at = this.#parseSample(body, end, slot, strict);
          slot.place = record(layout, start, end, slot);
          predicted++;
          continue;
        }
      }
      // Slow path: a line that the last scrape did not have here.
      if (!strict) at = skipBlanks(body, at);
      if (at >= body.length) return;
      if (body[at] === NEWLINE || body[at] === HASH) {
        if (strict && body[at] === NEWLINE) throw new MalformedLine('an empty line');
        const end = lineEnd(body, at);
        if (strict && isEof(body, at, end)) {
          if (end + 1 < body.length) throw new MalformedLine('text after # EOF');
          return;
        }
        if (body[at] === HASH) this.#parseComment(body, at, end);
        record(layout, start, end, null);
        at = end + 1;
        continue;
      }
      const { slot, end } = this.#findSlot(body, at, strict);
      const next = this.#parseSample(body, end, slot, strict);
      // A known series resumes the prediction behind its old place; a new one was put in between.
      if (slot.place >= 0) predicted = slot.place + 1;
      slot.place = record(layout, at, end, slot);
      at = next;
    }
    if (strict) throw new MalformedLine('the data does not end with # EOF');
  }

  #findSlot(body: Uint8Array, at: number, strict: boolean): { slot: Slot<S>; end: number } {
    const parsed = parseSeriesAt(body, at, !strict);
    const key = ascii(body, at, parsed.end);
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = { series: this.#sink.resolve(parsed.pairs), place: -1, scrape: this.#scrape };
      this.#slots.set(key, slot);
    }
    return { slot, end: parsed.end };
  }

  /** Value and time behind the series' text, up to and with the newline. */
  #parseSample(body: Uint8Array, seriesEnd: number, slot: Slot<S>, strict: boolean): number {
    const from = afterBlank(body, seriesEnd, strict);
    let at = tokenEnd(body, from);
    const value = parseFloatAt(body, from, at);
    let timeMs = Number.NaN;
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
      if (strict && body[at] === HASH) at = skipExemplar(body, at);
      if (!strict) at = skipBlanks(body, at);
      if (at < body.length && body[at] !== NEWLINE) throw new MalformedLine('text after the sample');
    }
    slot.scrape = this.#scrape;
    this.#sink.sample(slot.series, value, timeMs);
    return at + 1;
  }

  #parseComment(body: Uint8Array, at: number, end: number): void {
    const comment = parseComment(body, at, end);
    if (comment === null) {
      if (this.#format === 'openmetrics') throw new MalformedLine('a comment that is neither HELP, TYPE, UNIT nor EOF');
      return;
    }
    if (comment.keyword === 'UNIT' && this.#format === 'text') return;
    if (this.metadata.apply(comment.keyword, comment.family, comment.value, this.#format)) this.changedFamilies.add(comment.family);
  }

  /** A target whose series and metrics come and go must not grow the maps for ever. */
  #forgetUnseen(lines: number): void {
    const enough = 2 * Math.max(lines, this.#last.slots.length) + 1000;
    if (this.#slots.size > enough) {
      for (const [key, slot] of this.#slots) if (slot.scrape !== this.#scrape) this.#slots.delete(key);
    }
    if (this.metadata.families.size > enough) {
      this.metadata.families.clear();
      this.#last = emptyLayout(this.#last.bytes); // So that the next scrape reads every comment again.
    }
  }
}

function emptyLayout<S>(bytes: Uint8Array): Layout<S> {
  return { bytes, starts: [], ends: [], slots: [] };
}

/** Appends a line; its index. */
function record<S>(layout: Layout<S>, start: number, end: number, slot: Slot<S> | null): number {
  layout.starts.push(start);
  layout.ends.push(end);
  return layout.slots.push(slot) - 1;
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

/** `# {label="value"} value [time]`: checked, not kept. */
function skipExemplar(body: Uint8Array, from: number): number {
  if (body[from + 1] !== SPACE || body[from + 2] !== OPEN) throw new MalformedLine('an exemplar begins with "# {"');
  let at = parseLabels(body, from + 3, false, []);
  let to = tokenEnd(body, afterBlank(body, at, true));
  parseFloatAt(body, at + 1, to);
  if (body[to] === SPACE) {
    at = to + 1;
    to = tokenEnd(body, at);
    parseSecondsAt(body, at, to);
  }
  return to;
}

/** Where `a` ends the text that `b` has from `from` to `to`; -1 when they differ. */
function sameBytes(a: Uint8Array, at: number, b: Uint8Array, from: number, to: number): number {
  const end = at + to - from;
  if (end > a.length) return -1;
  for (let i = at, j = from; i < end; i++, j++) if (a[i] !== b[j]) return -1;
  return end;
}
