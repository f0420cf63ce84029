// Snappy's block format (google/snappy, format_description.txt): from `BODY` to `MESSAGE`.
import { BODY, BODY_BYTES_MAX, MESSAGE, MESSAGE_BYTES_MAX } from './memory';

/** A copy of 64 bytes takes three. */
const EXPANSION_MAX: u64 = 22;

/** The decompressed length, or -1 when the body is broken or too large for this memory: the host says which. */
export function decompress(bodyLength: u32): i32 {
  if (bodyLength > BODY_BYTES_MAX) return -1;
  const bodyEnd = BODY + bodyLength;
  let from = BODY;
  let wanted: u64 = 0;
  for (let shift: u64 = 0; ; shift += 7) {
    if (from >= bodyEnd || shift > 28) return -1;
    const byte: u64 = load<u8>(from++);
    wanted |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (wanted > MESSAGE_BYTES_MAX || wanted > <u64>bodyLength * EXPANSION_MAX) return -1;
  const end = MESSAGE + <usize>wanted;
  let to = MESSAGE;
  while (from < bodyEnd) {
    const tag: u32 = load<u8>(from);
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      from++;
      if (length <= 16) {
        // Fast path: one wide copy, whose surplus is written over.
        if (length > <u32>(bodyEnd - from) || length > <u32>(end - to)) return -1;
        v128.store(to, v128.load(from));
        from += length;
        to += length;
        continue;
      }
      if (length > 60) {
        const lengthBytes = length - 60;
        const word = load<u32>(from);
        const longLength = <u64>(lengthBytes === 4 ? word : word & ((1 << (lengthBytes << 3)) - 1)) + 1;
        from += lengthBytes;
        if (from > bodyEnd || longLength > <u64>(bodyEnd - from)) return -1;
        length = <u32>longLength;
      }
      if (length > <u32>(bodyEnd - from) || length > <u32>(end - to)) return -1;
      copyWide(to, from, length);
      from += length;
      to += length;
      continue;
    }
    let length: u32;
    let distance: u32;
    if ((tag & 3) === 1) {
      length = ((tag >> 2) & 7) + 4;
      distance = ((tag & 0xe0) << 3) | load<u8>(from, 1);
      from += 2;
    } else if ((tag & 3) === 2) {
      length = (tag >> 2) + 1;
      distance = load<u16>(from, 1);
      from += 3;
    } else {
      length = (tag >> 2) + 1;
      distance = load<u32>(from, 1);
      from += 5;
    }
    if (from > bodyEnd || distance === 0 || distance > <u32>(to - MESSAGE) || length > <u32>(end - to)) return -1;
    const source = to - distance;
    if (distance >= 16) copyWide(to, source, length);
    else if (distance >= 8) copyWords(to, source, length);
    else for (let i: u32 = 0; i < length; i++) store<u8>(to + i, load<u8>(source + i));
    to += length;
  }
  return to === end ? <i32>wanted : -1;
}

/** Writes up to 15 bytes too many. What is copied may be written by the same copy, 16 bytes or more before. */
function copyWide(to: usize, from: usize, count: u32): void {
  const end = to + count;
  do {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  } while (to < end);
}

function copyWords(to: usize, from: usize, count: u32): void {
  const end = to + count;
  do {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
  } while (to < end);
}
