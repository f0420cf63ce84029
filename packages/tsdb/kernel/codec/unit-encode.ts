// Packs up to 128 numbers: src/codec/adaptive/unit.ts says how.
import { position, putByte, skip } from './cursor';
import { slot } from './memory';
import { hasLanes, laneWords, maskOf, packedBytes } from './unit-layout';

/** How many numbers have each bit length, 0 to 64. */
const LENGTHS: usize = memory.data(4 * 66, 16);

/** What `measure` found. */
let bestWidth: u32 = 0;
let longest: u32 = 0;

/** The bytes that `encodeUnit` would write. */
export function measureUnit(numbers: usize, count: u32): u32 {
  countLengths(numbers, count);
  let least: u32 = u32.MAX_VALUE;
  let within: u32 = 0;
  for (let width: u32 = 0; width <= longest; width++) {
    within += load<u32>(LENGTHS + ((<usize>width) << 2));
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
  let all: u64 = 0;
  for (let i: u32 = 0; i < count; i++) all |= load<u64>(slot(numbers, i));
  longest = 64 - <u32>clz<u64>(all);
  memory.fill(LENGTHS, 0, (<usize>longest + 1) << 2);
  if (longest === 0) {
    store<u32>(LENGTHS, count);
    return;
  }
  for (let i: u32 = 0; i < count; i++) {
    const length = LENGTHS + ((64 - <usize>clz<u64>(load<u64>(slot(numbers, i)))) << 2);
    store<u32>(length, load<u32>(length) + 1);
  }
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
