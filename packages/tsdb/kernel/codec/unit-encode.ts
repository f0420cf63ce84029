// Packs up to 128 numbers: src/codec/adaptive/unit.ts says how.
import { position, putByte, skip } from './cursor';
import { slot } from './memory';
import { hasLanes, laneWords, maskOf, packedBytes } from './unit-layout';

/**
 * How many numbers have each bit length, 0 to 64, as bytes. Numbers take turns among four tables, so that one count need
 * not wait for the one before; the first then holds the sums.
 */
const LENGTHS: usize = memory.data(4 * 80, 16);
const TABLE_BYTES: usize = 80;

/** What `measure` found. */
let bestWidth: u32 = 0;
let longest: u32 = 0;

/** The bytes that `encodeUnit` would write. */
export function measureUnit(numbers: usize, count: u32): u32 {
  countLengths(numbers, count);
  let least: u32 = u32.MAX_VALUE;
  let within: u32 = 0;
  for (let width: u32 = 0; width <= longest; width++) {
    within += load<u8>(LENGTHS + width);
    const exceptions = count - within;
    const payload = hasLanes(count, width) ? laneWords(count, width) << 4 : packedBytes(count, width);
    const bytes: u32 = 2 + payload + (exceptions > 0 ? 1 + exceptions + packedBytes(exceptions, longest - width) : 0);
    if (bytes < least) {
      least = bytes;
      bestWidth = width;
    }
  }
  return least;
}

export function encodeUnit(numbers: usize, count: u32): void {
  measureUnit(numbers, count);
  const width = bestWidth;
  const mask = maskOf(width);
  let exceptions: u32 = 0;
  if (longest > width) for (let i: u32 = 0; i < count; i++) exceptions += <u32>(load<u64>(slot(numbers, i)) > mask);
  putByte(width);
  putByte(exceptions);
  if (exceptions > 0) putByte(longest - width);
  if (hasLanes(count, width)) packLanes(numbers, count, width, mask);
  else packLow(numbers, count, width, mask);
  if (exceptions > 0) packExceptions(numbers, count, exceptions, width, longest - width, mask);
}

function countLengths(numbers: usize, count: u32): void {
  memory.fill(LENGTHS, 0, 4 * TABLE_BYTES);
  const whole = count & ~3;
  let all: u64 = 0;
  let i: u32 = 0;
  for (; i < whole; i += 4) {
    const at = slot(numbers, i);
    all |= countLength(load<u64>(at), 0);
    all |= countLength(load<u64>(at, 8), TABLE_BYTES);
    all |= countLength(load<u64>(at, 16), 2 * TABLE_BYTES);
    all |= countLength(load<u64>(at, 24), 3 * TABLE_BYTES);
  }
  for (; i < count; i++) all |= countLength(load<u64>(slot(numbers, i)), 0);
  longest = 64 - <u32>clz<u64>(all);
  for (let at = LENGTHS; at < LENGTHS + TABLE_BYTES; at += 16) {
    const first = i8x16.add(v128.load(at), v128.load(at + TABLE_BYTES));
    const second = i8x16.add(v128.load(at + 2 * TABLE_BYTES), v128.load(at + 3 * TABLE_BYTES));
    v128.store(at, i8x16.add(first, second));
  }
}

function countLength(number: u64, table: usize): u64 {
  const at = LENGTHS + table + (64 - <usize>clz<u64>(number));
  store<u8>(at, load<u8>(at) + 1);
  return number;
}

function packLanes(numbers: usize, count: u32, width: u32, mask: u64): void {
  const bytes = (<usize>laneWords(count, width)) << 4;
  const start = position();
  memory.fill(start, 0, bytes);
  for (let i: u32 = 0; i < count; i++) {
    const low = load<u64>(slot(numbers, i)) & mask;
    const bit = (i >> 2) * width;
    const word = start + ((<usize>(bit >> 5)) << 4) + ((<usize>(i & 3)) << 2);
    const shifted = low << (bit & 31);
    store<u32>(word, load<u32>(word) | <u32>shifted);
    if (shifted >> 32 !== 0) store<u32>(word + 16, load<u32>(word + 16) | <u32>(shifted >> 32));
  }
  skip(bytes);
}

function packLow(numbers: usize, count: u32, width: u32, mask: u64): void {
  const bytes = packedBytes(count, width);
  const start = position();
  memory.fill(start, 0, bytes + 16);
  let bit: u32 = 0;
  for (let i: u32 = 0; i < count; i++, bit += width) putBits(start, bit, width, load<u64>(slot(numbers, i)) & mask);
  skip(bytes);
}

function packExceptions(numbers: usize, count: u32, exceptions: u32, width: u32, extra: u32, mask: u64): void {
  for (let i: u32 = 0; i < count; i++) if (load<u64>(slot(numbers, i)) > mask) putByte(i);
  const bytes = packedBytes(exceptions, extra);
  const start = position();
  memory.fill(start, 0, bytes + 16);
  let bit: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const number = load<u64>(slot(numbers, i));
    if (number <= mask) continue;
    putBits(start, bit, extra, number >> width);
    bit += extra;
  }
  skip(bytes);
}

/** Into bytes that are zero from `bit` on. */
function putBits(start: usize, bit: u32, width: u32, value: u64): void {
  const at = start + (bit >> 3);
  const shift = bit & 7;
  store<u64>(at, load<u64>(at) | (value << shift));
  if (shift + width > 64) store<u8>(at + 8, <u8>(value >> (64 - shift)));
}
