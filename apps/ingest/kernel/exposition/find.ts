// Lines by their text. The table is made when a body first has a line that the last one did not have there: mostly never.
//
//   slot := u32 hash, u32 address of the line (0: free)
import { equal, hash } from '../bytes';
import { knownCount, knownEnd, leaveOut, lineAfter, textLength, textOf } from './lines';
import { BODY, LAYOUT, LINES_MAX, TABLE } from './memory';
import { countLines } from './text';

let isMade: bool = false;
let mask: u32 = 0;

let bodyEnd: usize = 0;

/** In a body that ends before `end`. */
export function beginFind(end: usize): void {
  isMade = false;
  bodyEnd = end;
}

/** The line; 0 when there is none. */
export function findLine(text: usize, length: u32): usize {
  if (!isMade) makeTable();
  return lineIn(slotFor(text, length, hash(text, length)));
}

/** A line that was added can be found from now on. */
export function makeFindable(line: usize): void {
  if (!isMade) makeTable();
  put(line);
}

function put(line: usize): void {
  const length = textLength(line);
  const h = hash(textOf(line), length);
  const slot = slotFor(textOf(line), length, h);
  if (lineIn(slot) === 0) {
    store<u32>(slot, h);
    store<u32>(slot, <u32>line, 4);
  } else {
    leaveOut(line);
  }
}

/** The slot of the text, or the free one where it would be. */
function slotFor(text: usize, length: u32, h: u32): usize {
  let at = h & mask;
  let slot = slotAt(at);
  let line = lineIn(slot);
  while (line !== 0 && !(load<u32>(slot) === h && textLength(line) === length && equal(textOf(line), text, length))) {
    at = (at + 1) & mask;
    slot = slotAt(at);
    line = lineIn(slot);
  }
  return slot;
}

function slotAt(at: u32): usize {
  return TABLE + ((<usize>at) << 3);
}

function lineIn(slot: usize): usize {
  return <usize>load<u32>(slot, 4);
}

/** Twice as many slots as lines that there may be at the end. */
function makeTable(): void {
  isMade = true;
  const linesMax = knownCount + min<u32>(countLines(BODY, bodyEnd), LINES_MAX);
  mask = 0xffffffff >> clz<u32>(2 * linesMax);
  memory.fill(TABLE, 0, (<usize>mask + 1) << 3);
  for (let line = LAYOUT; line < knownEnd; line = lineAfter(line)) put(line);
}
