// A layout: the lines of a target's bodies, but for their values, in the order of a recent one; then samples' lines that it did not have.
//
//   layout := line*
//   line   := u32 bytes of its text (the top bit: it is a comment), u32 number, text, zeros up to a multiple of 8
//
// The text of a sample's line is that of its series; a comment's is all of it. Lines are numbered from 0 on.
import { LAYOUT, LAYOUT_END, LINES, LINES_MAX, NEXT } from './memory';

const COMMENT: u32 = 0x80000000;
const SEEN: u32 = 0x80000000;
const HEAD_BYTES: usize = 8;

/** Where the lines end that were there when the body began. */
export let knownEnd: usize = 0;
export let knownCount: u32 = 0;
/** Where the next line is put. */
let top: usize = 0;
let numbersUsed: u32 = 0;
/** Lines of this body. */
let noted: u32 = 0;

export function beginLines(bytes: u32, count: u32): void {
  knownEnd = LAYOUT + bytes;
  knownCount = count;
  top = knownEnd;
  numbersUsed = count;
  noted = 0;
}

export function isComment(line: usize): bool {
  return load<u32>(line) >= COMMENT;
}

export function textLength(line: usize): u32 {
  return load<u32>(line) & ~COMMENT;
}

export function textOf(line: usize): usize {
  return line + HEAD_BYTES;
}

export function numberOf(line: usize): u32 {
  return load<u32>(line, 4) & ~SEEN;
}

export function lineAfter(line: usize): usize {
  return line + lineBytes(textLength(line));
}

/** A new line; 0 when there is no room. */
export function addLine(text: usize, length: u32, comment: bool): usize {
  const line = top;
  const end = line + lineBytes(length);
  if (end > LAYOUT_END || numbersUsed === 2 * LINES_MAX) return 0;
  store<u64>(end - 8, 0);
  store<u32>(line, comment ? length | COMMENT : length);
  store<u32>(line, numbersUsed++, 4);
  memory.copy(textOf(line), text, length);
  top = end;
  return line;
}

/** This body has the line. False when there is no room. */
export function noteLine(line: usize): bool {
  if (noted === LINES_MAX) return false;
  store<u32>(LINES + ((<usize>noted) << 2), <u32>line);
  noted++;
  return true;
}

export function notedCount(): u32 {
  return noted;
}

// What `rewrite` wrote.
export let nextBytes: u32 = 0;
export let nextCount: u32 = 0;

/**
 * The layout of this body; behind it the other samples' lines, as long as there are fewer than `spareMax` of them. `LINES` then has the number
 * that each had. False when there is no room.
 */
export function rewrite(spareMax: u32): bool {
  let to = NEXT;
  for (let i: u32 = 0; i < noted; i++) {
    to = copyTo(to, load<u32>(LINES + ((<usize>i) << 2)), i);
    if (to === 0) return false;
  }
  const spareEnd = min<u32>(noted + spareMax, LINES_MAX);
  nextCount = noted;
  for (let line = LAYOUT; line < knownEnd && nextCount < spareEnd; line = lineAfter(line)) {
    if (isComment(line) || load<u32>(line, 4) >= SEEN) continue;
    const end = copyTo(to, line, nextCount);
    if (end === 0) break;
    to = end;
    nextCount++;
  }
  nextBytes = <u32>(to - NEXT);
  for (let i: u32 = 0; i < nextCount; i++) {
    const at = LINES + ((<usize>i) << 2);
    store<u32>(at, numberOf(<usize>load<u32>(at)));
  }
  return true;
}

/** Another line has the same text: `rewrite` leaves it out, if it is none of this body. */
export function leaveOut(line: usize): void {
  store<u32>(line, load<u32>(line, 4) | SEEN, 4);
}

/** The end of the copy, which is line `number` of the next layout; 0 when there is no room. */
function copyTo(to: usize, line: usize, number: u32): usize {
  const bytes = lineBytes(textLength(line));
  if (to + bytes > NEXT + (LAYOUT_END - LAYOUT)) return 0;
  memory.copy(to, line, bytes);
  store<u32>(to, number, 4);
  store<u32>(LINES + ((<usize>number) << 2), <u32>line);
  leaveOut(line);
  return to + bytes;
}

function lineBytes(length: u32): usize {
  return HEAD_BYTES + ((<usize>length + 7) & ~7);
}
