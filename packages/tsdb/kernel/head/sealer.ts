// Writes chunks to a page, one behind the other (src/head/sealed-chunks.ts draws them). Chunks of one page that have the same times
// share them: those that were used last are known again.
//
//   sealer := used:u32  number:u32  chunks:u32  stamp:u32  page{65,536}  recent{16}
//   recent := stamp:u32  word:u32  count:u32  window:i32  offsets:u32{124}          what was used last has the greatest stamp
import { BYTES, slot, TIMES } from '../codec/memory';
import { encodeTimes } from '../codec/times';
import { encodeValues } from '../codec/values-encode';
import { OFFSETS, PAGE_WORDS, WINDOW_MS } from './memory';

const USED: usize = 0;
const NUMBER: usize = 4;
/** That have been written since the host looked. */
const CHUNKS: usize = 8;
const STAMP: usize = 12;
const PAGE: usize = 16;
const RECENTS: usize = PAGE + 65536;

const RECENT_BYTES: usize = 512;
const RECENT_END: usize = RECENTS + 16 * RECENT_BYTES;
const WORD: usize = 4;
const COUNT: usize = 8;
const RECENT_WINDOW: usize = 12;
const RECENT_OFFSETS: usize = 16;

const CHUNK_WORDS: u32 = 2;
const TIMES_WORDS: u32 = 4;

/** What follows goes to a page of this number, which is empty; its first word is nobody's. */
export function beginPage(sealer: usize, number: u32): void {
  store<u32>(sealer, 1, USED);
  store<u32>(sealer, number, NUMBER);
  store<u32>(sealer, 0, PAGE);
  for (let at = RECENTS; at < RECENT_END; at += RECENT_BYTES) store<u32>(sealer + at, 0, COUNT);
}

/** No page has room until the next one begins. */
export function endPage(sealer: usize): void {
  store<u32>(sealer, PAGE_WORDS, USED);
}

/**
 * Writes a chunk of the `count` samples in `OFFSETS` and the codec's `VALUES`; its address, which is never 0. 0 when the page has no
 * room: then the next one is to begin, and nothing has changed but what the codec holds beside these.
 */
export function writeChunk(sealer: usize, before: u32, count: u32, window: i32): u32 {
  const bytes = encodeValues(count, false);
  const chunk = load<u32>(sealer, USED);
  const timesAt = chunk + CHUNK_WORDS + wordsFor(bytes);
  // Times take less than 10 bytes each, and some for how they are told.
  if (timesAt + TIMES_WORDS + wordsFor(64 + 10 * count) > PAGE_WORDS) return 0;
  const at = wordAt(sealer, chunk);
  store<u32>(wordAt(sealer, timesAt - 1), 0); // What is behind the last byte of the last word.
  memory.copy(at + 8, BYTES, bytes);
  store<u32>(sealer, timesAt, USED);
  store<u32>(at, before);
  store<u32>(at, findTimes(sealer, count, window) | (bytes << 16), 4);
  store<u32>(sealer, load<u32>(sealer, CHUNKS) + 1, CHUNKS);
  return load<u32>(sealer, NUMBER) * PAGE_WORDS + chunk;
}

/** The word of the page where these times are. */
function findTimes(sealer: usize, count: u32, window: i32): u32 {
  const stamp = load<u32>(sealer, STAMP) + 1;
  store<u32>(sealer, stamp, STAMP);
  let oldest = sealer + RECENTS;
  for (let at = RECENTS; at < RECENT_END; at += RECENT_BYTES) {
    const recent = sealer + at;
    if (areThese(recent, count, window)) {
      store<u32>(recent, stamp);
      return load<u32>(recent, WORD);
    }
    if (load<u32>(recent) < load<u32>(oldest)) oldest = recent;
  }
  const word = writeTimes(sealer, count, window);
  store<u32>(oldest, stamp);
  store<u32>(oldest, word, WORD);
  store<u32>(oldest, count, COUNT);
  store<i32>(oldest, window, RECENT_WINDOW);
  memory.copy(oldest + RECENT_OFFSETS, OFFSETS, (<usize>count) << 2);
  return word;
}

function areThese(recent: usize, count: u32, window: i32): bool {
  if (load<u32>(recent, COUNT) !== count || load<i32>(recent, RECENT_WINDOW) !== window) return false;
  const last = (<usize>(count - 1)) << 2;
  if (load<u32>(recent + last, RECENT_OFFSETS) !== load<u32>(OFFSETS + last)) return false;
  return memory.compare(recent + RECENT_OFFSETS, OFFSETS, (<usize>count) << 2) === 0;
}

function writeTimes(sealer: usize, count: u32, window: i32): u32 {
  const startMs = <f64>window * <f64>WINDOW_MS;
  for (let i: u32 = 0; i < count; i++) store<f64>(slot(TIMES, i), startMs + <f64>load<u32>(OFFSETS + ((<usize>i) << 2)));
  const bytes = <u32>encodeTimes(count, false);
  const word = load<u32>(sealer, USED);
  const end = word + TIMES_WORDS + wordsFor(bytes);
  const at = wordAt(sealer, word);
  store<f64>(at, load<f64>(TIMES));
  store<u32>(at, load<u32>(OFFSETS + ((<usize>(count - 1)) << 2)) - load<u32>(OFFSETS), 8);
  store<u32>(at, count | (bytes << 16), 12);
  if (bytes > 0) store<u32>(wordAt(sealer, end - 1), 0);
  memory.copy(at + 16, BYTES, bytes);
  store<u32>(sealer, end, USED);
  return word;
}

function wordAt(sealer: usize, word: u32): usize {
  return sealer + PAGE + ((<usize>word) << 2);
}

function wordsFor(bytes: u32): u32 {
  return (bytes + 3) >> 2;
}
