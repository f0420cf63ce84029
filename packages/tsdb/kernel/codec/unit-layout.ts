// What encoding and decoding of a unit agree upon: up to 128 numbers of `width` bits, four lanes when that pays.

export const UNIT_MAX: u32 = 128;

/** Numbers lie in four lanes of 32-bit words, to be unpacked four at a time. */
export function hasLanes(count: u32, width: u32): bool {
  return count > 32 && width <= 32;
}

/** 32-bit words in each lane. */
export function laneWords(count: u32, width: u32): u32 {
  return (((count + 3) >> 2) * width + 31) >> 5;
}

export function packedBytes(count: u32, width: u32): u32 {
  return (count * width + 7) >> 3;
}

export function maskOf(width: u32): u64 {
  return width === 64 ? ~(<u64>0) : ((<u64>1) << width) - 1;
}
