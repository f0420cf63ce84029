// Unpacks a unit: src/codec/adaptive/unit.ts says how.
import { position, skip, takeByte } from './cursor';
import { slot } from './memory';
import { hasLanes, maskOf, packedBytes } from './unit-layout';

/** Where the numbers of the unit are after `decodeUnit`. */
export const ALL_ZERO: u32 = 0;
/** Each in 32 bits, at `NARROW`; zeros up to the next multiple of four. */
export const IS_NARROW: u32 = 1;
/** Each in 64 bits, at `WIDE`. */
export const IS_WIDE: u32 = 2;
export const IS_DAMAGED: u32 = 3;

/** Room for a position of 255, which only damaged bytes have, and for the lanes' tail. */
export const NARROW: usize = memory.data(4 * 256 + 64, 16);
export const WIDE: usize = memory.data(8 * 256 + 64, 16);

export function decodeUnit(count: u32): u32 {
  const width = takeByte();
  const exceptions = takeByte();
  if (width === 0 && exceptions === 0) return ALL_ZERO;
  const extra: u32 = exceptions > 0 ? takeByte() : 0;
  if (width + extra > 64 || exceptions > count) return IS_DAMAGED;
  const lanes = hasLanes(count, width);
  if (lanes && width + extra <= 32) {
    if (width === 0) memory.fill(NARROW, 0, 4 * 128);
    else unpackLanes(count, width);
    if (exceptions > 0) addNarrow(exceptions, width, extra);
    return IS_NARROW;
  }
  if (lanes) {
    if (width === 0) memory.fill(NARROW, 0, 4 * 128);
    else unpackLanes(count, width);
    for (let i: u32 = 0; i < count; i++) store<u64>(slot(WIDE, i), load<u32>(NARROW + ((<usize>i) << 2)));
  } else {
    unpackLow(count, width);
  }
  if (exceptions > 0) addWide(exceptions, width, extra);
  return IS_WIDE;
}

/** Width 1 to 32. */
function unpackLanes(count: u32, width: u32): void {
  const mask = i32x4.splat(width === 32 ? -1 : (1 << width) - 1);
  const rows = (count + 3) >> 2;
  let from = position();
  let words = v128.load(from);
  let shift: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let numbers = i32x4.shr_u(words, shift);
    shift += width;
    if (shift >= 32) {
      shift -= 32;
      from += 16;
      words = v128.load(from);
      if (shift > 0) numbers = v128.or(numbers, i32x4.shl(words, width - shift));
    }
    v128.store(NARROW + ((<usize>row) << 4), v128.and(numbers, mask));
  }
  skip((<usize>((rows * width + 31) >> 5)) << 4);
}

function unpackLow(count: u32, width: u32): void {
  const start = position();
  const mask = maskOf(width);
  let bit: u32 = 0;
  for (let i: u32 = 0; i < count; i++, bit += width) store<u64>(slot(WIDE, i), bitsAt(start, bit, width, mask));
  skip(packedBytes(count, width));
}

function addNarrow(exceptions: u32, width: u32, extra: u32): void {
  const positions = position();
  const high = positions + exceptions;
  const mask = maskOf(extra);
  let bit: u32 = 0;
  for (let i: u32 = 0; i < exceptions; i++, bit += extra) {
    const at = NARROW + ((<usize>load<u8>(positions + i)) << 2);
    store<u32>(at, load<u32>(at) | ((<u32>bitsAt(high, bit, extra, mask)) << width));
  }
  skip(exceptions + packedBytes(exceptions, extra));
}

function addWide(exceptions: u32, width: u32, extra: u32): void {
  const positions = position();
  const high = positions + exceptions;
  const mask = maskOf(extra);
  let bit: u32 = 0;
  for (let i: u32 = 0; i < exceptions; i++, bit += extra) {
    const at = slot(WIDE, load<u8>(positions + i));
    store<u64>(at, load<u64>(at) | (bitsAt(high, bit, extra, mask) << width));
  }
  skip(exceptions + packedBytes(exceptions, extra));
}

function bitsAt(start: usize, bit: u32, width: u32, mask: u64): u64 {
  const at = start + (bit >> 3);
  const shift = bit & 7;
  let bits = load<u64>(at) >> shift;
  if (shift + width > 64) bits |= (<u64>load<u8>(at + 8)) << (64 - shift);
  return bits & mask;
}
