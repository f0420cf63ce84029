// Reads a body line by line. A scrape looks like the one before it, but for its values: so each line is compared with the one that the
// last body had there. Another one is looked up. What is not known, or not as most write it, the host reads, and then `read` goes on.
import { equal } from '../bytes';
import { beginFind, findLine, makeFindable } from './find';
import { addLine, beginLines, isComment, knownEnd, lineAfter, noteLine, numberOf, textLength, textOf } from './lines';
import { BODY, LAYOUT } from './memory';
import { millisEnd, number, numberEnd } from './number';
import { beginSamples, putSample } from './samples';
import { lineEnd, seriesEnd } from './text';

/** Why `read` has come back. */
const IS_OVER: u32 = 0;
/** The host reads the line at `position`. */
const UNKNOWN_LINE: u32 = 1;
/** The host reads the value at `position`, and what follows it; the series is that of the line `lineNumber`. */
const UNUSUAL_VALUE: u32 = 2;
/** There are too many lines for this memory. */
const IS_FULL: u32 = 3;

const NEWLINE: u32 = 0x0a;
const SPACE: u32 = 0x20;
const HASH: u32 = 0x23;

/** Lines that may be missing before the others are looked up: those of a histogram. */
const MISSING_MAX: u32 = 16;

/** Times of a larger magnitude are refused, by the host. */
const TIME_MS_MAX: f64 = 2251799813685247; // 2^51 - 1

let at: usize = 0;
let end: usize = 0;
let strict: bool = false;
/** The line that should come now. */
let predicted: usize = 0;
/** A line came that the layout does not have there. */
let strayed: bool = false;
/** The line of which the host is to read the value, or that it has looked up or added. */
let line: usize = 0;

/** `bytes` of `BODY`, OpenMetrics or text. `LAYOUT` has `layoutBytes` and `count` lines. */
export function begin(bytes: u32, layoutBytes: u32, count: u32, openMetrics: bool): void {
  at = BODY;
  end = BODY + bytes;
  store<u8>(end, NEWLINE);
  strict = openMetrics;
  predicted = LAYOUT;
  strayed = false;
  beginLines(layoutBytes, count);
  beginFind(end);
  beginSamples();
}

export function read(): u32 {
  while (at < end) {
    if (predicted < knownEnd && isAt(predicted)) {
      line = predicted;
    } else {
      // Slow path: another line than last time.
      if (!strict && load<u8>(at) === NEWLINE) {
        at++;
        continue;
      }
      line = nearby();
      if (line === 0) {
        line = lookUp();
        if (line === 0) return UNKNOWN_LINE;
        if (line < predicted) strayed = true;
      }
    }
    const length = textLength(line);
    if (isComment(line)) {
      if (!noteLine(line)) return IS_FULL;
      at += length + 1;
    } else {
      const next = readSample(at + length + 1);
      if (next === 0) {
        at += length;
        return UNUSUAL_VALUE;
      }
      if (!noteLine(line)) return IS_FULL;
      putSample(numberOf(line), value, timeMs);
      at = next;
    }
    predicted = lineAfter(line);
  }
  return IS_OVER;
}

/** Where the host reads, from the body's beginning. */
export function position(): u32 {
  return <u32>(at - BODY);
}

export function lineNumber(): u32 {
  return numberOf(line);
}

/** Lines were new, or in another order: the next body needs another layout. */
export function hasStrayed(): bool {
  return strayed;
}

/** The host has read the text at `[from, to)`: is its line known? What is taken next is on it then. */
export function find(from: u32, to: u32): bool {
  const known = findLine(BODY + from, to - from);
  if (known === 0) return false;
  if (known < predicted) strayed = true;
  line = known;
  return true;
}

/** It was not: from now on it is, as the line with the next number. False when there is no room. */
export function add(from: u32, to: u32, comment: bool): bool {
  line = addLine(BODY + from, to - from, comment);
  if (line === 0) return false;
  strayed = true;
  makeFindable(line);
  return true;
}

/** The host has read the line, up to `next`. False when there is no room. */
export function take(next: u32): bool {
  if (!noteLine(line)) return false;
  at = BODY + next;
  // A line that was added was put in between.
  if (line < knownEnd) predicted = lineAfter(line);
  return true;
}

/** The same; its sample is `value`. */
export function takeSample(next: u32, value: f64, timeMs: f64): bool {
  if (!take(next)) return false;
  putSample(numberOf(line), value, timeMs);
  return true;
}

/** Nothing to remember up to `next`. */
export function skipTo(next: u32): void {
  at = BODY + next;
}

/** Lines come and go: the first of the next ones that is this one; 0 when none is. */
function nearby(): usize {
  let known = predicted;
  for (let i: u32 = 0; i < MISSING_MAX && known < knownEnd; i++) {
    if (isAt(known)) return known;
    known = lineAfter(known);
  }
  return 0;
}

function lookUp(): usize {
  const to = load<u8>(at) === HASH ? lineEnd(at) : seriesEnd(at);
  if (to === 0 || to > end) return 0;
  const known = findLine(at, <u32>(to - at));
  return known === 0 || !isAt(known) ? 0 : known;
}

/** Does the body go on with the text of this line, and then as it should? */
function isAt(known: usize): bool {
  const length = textLength(known);
  if (at + length > end || !equal(textOf(known), at, length)) return false;
  const behind: u32 = load<u8>(at + length);
  if (isComment(known)) return behind === NEWLINE;
  return behind === SPACE && startsNumber(load<u8>(at + length + 1));
}

/** A digit, a sign, a point, or N or I: what else comes may belong to the series. */
function startsNumber(byte: u32): bool {
  return (byte >= 0x2b && byte <= 0x39 && byte !== 0x2c && byte !== 0x2f) || byte === 0x4e || byte === 0x49;
}

/** Of `readSample`. */
let value: f64 = 0;
let timeMs: f64 = 0;

/** The beginning of the next line; 0 when the host must read the value. */
function readSample(from: usize): usize {
  let to = numberEnd(from);
  if (to === 0) return 0;
  value = number;
  timeMs = NaN;
  if (load<u8>(to) === SPACE) {
    to = strict ? numberEnd(to + 1) : millisEnd(to + 1);
    if (to === 0) return 0;
    timeMs = strict ? trunc<f64>(number * 1000) + 0 : number;
    if (!(abs<f64>(timeMs) <= TIME_MS_MAX)) return 0;
  }
  return load<u8>(to) === NEWLINE && to <= end ? to + 1 : 0;
}
