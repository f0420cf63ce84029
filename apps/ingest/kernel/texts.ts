// Byte strings, each kept once, so that equal ones have the same address: a Label message of remote write 1.0, a symbol of 2.0.
// A fleet's series share theirs: a million series have some thousand of them, which stay in the cache.
//
//   text := u32 the text that came after it last time (0: none), u32 length, u32 the host's number for it (0: none), bytes
import { take } from './arena';
import { equal, hash } from './bytes';
import { add, addressIn, hashIn, makeRoom, PROBES_MAX, slotAfter, slotOf, TABLE_BYTES } from './table';

const table: usize = memory.data(TABLE_BYTES, 4);

export function textLength(text: usize): u32 {
  return load<u32>(text, 4);
}

export function textBytes(text: usize): usize {
  return text + 12;
}

/** The text of `count` bytes at `at`; 0 when the arena has ended. */
export function textOf(at: usize, count: u32): usize {
  if (!makeRoom(table)) return 0;
  const h = hash(at, count);
  let slot = slotOf(table, h);
  for (let probes: u32 = 0; probes < PROBES_MAX && addressIn(slot) !== 0; probes++) {
    const text = addressIn(slot);
    if (hashIn(slot) === h && textLength(text) === count && equal(textBytes(text), at, count)) return text;
    slot = slotAfter(table, slot);
  }
  const text = take(12 + <usize>count + 16);
  if (text === 0) return 0;
  store<u32>(text, count, 4);
  memory.copy(textBytes(text), at, count);
  add(table, h, text);
  return text;
}

/** The same, when most texts come in the same order again and again: `before` is the one before it. */
export function nextTextOf(before: usize, at: usize, count: u32): usize {
  const guess = <usize>load<u32>(before);
  if (guess !== 0 && textLength(guess) === count && equal(textBytes(guess), at, count)) return guess;
  const text = textOf(at, count);
  store<u32>(before, <u32>text);
  return text;
}
