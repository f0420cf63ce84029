// The side list of stale markers, other NaNs, infinities and -0: src/codec/adaptive/specials.ts says how.
import { putByte, putVarint, putWord, takeByte, takeVarint, takeWord } from './cursor';
import { slot } from './memory';

const INFINITE: u64 = 0x7ff0000000000000;
const NEGATIVE_ZERO: u64 = 0x8000000000000000;
// biome-ignore lint/correctness/noPrecisionLoss: a u64 here, not a double
const STALE: u64 = 0x7ff0000000000002;
const BITS_BY_CODE: usize = memory.data<u64>([STALE, 0x7ff8000000000000, INFINITE, 0xfff0000000000000, NEGATIVE_ZERO]);
const OTHER: u32 = 5;

export function countSpecials(words: usize, count: u32): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < count; i++) found += <u32>isSpecial(load<u64>(slot(words, i)));
  return found;
}

export function encodeSpecials(words: usize, count: u32, found: u32): void {
  putVarint(found);
  let next: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const bits = load<u64>(slot(words, i));
    if (!isSpecial(bits)) continue;
    putVarint(i - next);
    const code = codeOf(bits);
    putByte(code);
    if (code === OTHER) putWord(bits);
    next = i + 1;
  }
}

/** The value before each special, for leading ones the first ordinary value, takes its place. */
export function takeSpecialsOut(words: usize, count: u32): void {
  let last: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    last = load<u64>(slot(words, i));
    if (!isSpecial(last)) break;
  }
  for (let i: u32 = 0; i < count; i++) {
    const bits = load<u64>(slot(words, i));
    if (isSpecial(bits)) store<u64>(slot(words, i), last);
    else last = bits;
  }
}

/** Reads the list and puts the values, or with `words` 0 nothing, in their places. False on damage. */
export function decodeSpecials(words: usize, count: u32): bool {
  let next: u64 = 0;
  for (let left = takeVarint(); left > 0; left--) {
    const gap = takeVarint();
    const code = takeByte();
    if (gap >= count || next + gap >= count || code > OTHER) return false;
    const bits = code === OTHER ? takeWord() : load<u64>(slot(BITS_BY_CODE, code));
    if (words !== 0) store<u64>(slot(words, <u32>(next + gap)), bits);
    next += gap + 1;
  }
  return true;
}

function codeOf(bits: u64): u32 {
  for (let code: u32 = 0; code < OTHER; code++) if (load<u64>(slot(BITS_BY_CODE, code)) === bits) return code;
  return OTHER;
}

function isSpecial(bits: u64): bool {
  return (bits & INFINITE) === INFINITE || bits === NEGATIVE_ZERO;
}
