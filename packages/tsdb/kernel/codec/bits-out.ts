// Bits behind each other, at the cursor, from the lowest bit of a byte on.
import { position, seek } from './cursor';

/** Bits that fill no byte yet. */
let held: u64 = 0;
let heldBits: u32 = 0;

export function startBits(): void {
  held = 0;
  heldBits = 0;
}

/** Up to 32 bits of `value`, which has no others. */
export function putBits(value: u64, bits: u32): void {
  held |= value << heldBits;
  heldBits += bits;
  store<u64>(position(), held);
  seek(position() + (heldBits >> 3));
  held >>= heldBits & ~7;
  heldBits &= 7;
}

/** The last byte is filled up with zeros. */
export function endBits(): void {
  if (heldBits > 0) seek(position() + 1);
}
