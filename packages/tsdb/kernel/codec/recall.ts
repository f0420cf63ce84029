// Values that come again: how far back each is, and the bits of fresh ones. src/codec/adaptive/values.ts says how.
import { slot } from './memory';
import { RECALL_MAX } from './value-kinds';

/** Writes how far back the last equal of each word is, 0 for a fresh one, and the fresh ones; returns how many these are. */
export function findAgain(words: usize, count: u32, distances: usize, fresh: usize): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const bits = load<u64>(slot(words, i));
    const farthest = min<u32>(i, RECALL_MAX);
    let distance: u32 = 1;
    while (distance <= farthest && load<u64>(slot(words, i - distance)) !== bits) distance++;
    if (distance > farthest) {
      distance = 0;
      store<u64>(slot(fresh, found++), bits);
    }
    store<i64>(slot(distances, i), distance);
  }
  return found;
}

export function countFresh(distances: usize, count: u32): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < count; i++) found += <u32>(load<i64>(slot(distances, i)) === 0);
  return found;
}

/** What `findAgain` was given. False on damage. */
export function recall(words: usize, count: u32, distances: usize, fresh: usize): bool {
  let next = fresh;
  for (let i: u32 = 0; i < count; i++) {
    const distance = load<u64>(slot(distances, i));
    if (distance > i) return false;
    let from = slot(words, i - <u32>distance);
    if (distance === 0) {
      from = next;
      next += 8;
    }
    store<u64>(slot(words, i), load<u64>(from));
  }
  return true;
}
