// Snappy's block format (google/snappy, format_description.txt): from `BODY` to `MESSAGE`.
//
// A body of remote write has nine elements for each series, literals and copies in an order that no branch predictor guesses. So usual
// ones are not told apart by branches: all bytes move in copies of 64, whose surplus the next element writes over.
import { BODY, BODY_BYTES_MAX, MESSAGE, MESSAGE_BYTES_MAX } from './memory';

/** A copy of 64 bytes takes three. */
const EXPANSION_MAX: u64 = 22;

/** The most bytes that a usual element makes. A copy from nearer than that is not usual: it may read what it writes. */
const USUAL_BYTES: u32 = 64;

/**
 * By tag: how many bytes the element makes, u8; which of the two bytes behind its tag are its distance, u16; how much further than these,
 * and less `USUAL_BYTES`, it is, i16. A literal is as near as is usual, and what is not usual as far as can be.
 */
const MAKES: usize = memory.data(256);
const DISTANCE_MASK: usize = memory.data(2 * 256, 2);
const DISTANCE_MORE: usize = memory.data(2 * 256, 2);

for (let tag: u32 = 0; tag < 256; tag++) {
  const length = (tag >> 2) + 1;
  if ((tag & 3) === 0) describe(tag, length, 0, length > 60 ? -1 : 0);
  else if ((tag & 3) === 1) describe(tag, ((tag >> 2) & 7) + 4, 0xff, <i32>((tag & 0xe0) << 3) - USUAL_BYTES);
  else if ((tag & 3) === 2) describe(tag, length, 0xffff, -USUAL_BYTES);
  else describe(tag, 0, 0, -1);
}

function describe(tag: usize, makes: u32, distanceMask: u32, distanceMore: i32): void {
  store<u8>(MAKES + tag, makes);
  store<u16>(DISTANCE_MASK + (tag << 1), distanceMask);
  store<i16>(DISTANCE_MORE + (tag << 1), distanceMore);
}

/** How far the body has been read, and the message been written. */
let from: usize = 0;
let to: usize = 0;

/** The decompressed length, or -1 when the body is broken or too large for this memory: the host says which. */
export function decompress(bodyLength: u32): i32 {
  if (bodyLength > BODY_BYTES_MAX) return -1;
  const bodyEnd = BODY + bodyLength;
  from = BODY;
  let wanted: u64 = 0;
  for (let shift: u64 = 0; ; shift += 7) {
    if (from >= bodyEnd || shift > 28) return -1;
    const byte: u64 = load<u8>(from++);
    wanted |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (wanted > MESSAGE_BYTES_MAX || wanted > <u64>bodyLength * EXPANSION_MAX) return -1;
  const end = MESSAGE + <usize>wanted;
  to = MESSAGE;
  while (from < bodyEnd) {
    if (to >= MESSAGE + USUAL_BYTES) takeUsual(end);
    if (from < bodyEnd && !takeAny(bodyEnd, end)) return -1;
  }
  return from === bodyEnd && to === end ? <i32>wanted : -1;
}

/** Elements up to one that is not usual, or is near the end. Of a broken body it may read too far, and does not write too far. */
function takeUsual(end: usize): void {
  const last = end - USUAL_BYTES;
  let at = from;
  let into = to;
  while (into <= last) {
    const tag = <usize>load<u8>(at);
    const more = <u32>load<i16>(tag << 1, DISTANCE_MORE) + (<u32>load<u16>(at, 1) & <u32>load<u16>(tag << 1, DISTANCE_MASK));
    if (more > <u32>(into - (MESSAGE + USUAL_BYTES))) break;
    const source = (tag & 3) === 0 ? at + 1 : into - USUAL_BYTES - more;
    v128.store(into, v128.load(source));
    v128.store(into, v128.load(source, 16), 16);
    v128.store(into, v128.load(source, 32), 32);
    v128.store(into, v128.load(source, 48), 48);
    into += load<u8>(tag, MAKES);
    // The next tag waits for this one: arithmetic is sooner done than a look into a table.
    at += (tag & 3) === 0 ? (tag >> 2) + 2 : (tag & 3) + 1;
  }
  from = at;
  to = into;
}

/** One element, whatever it is; false when it is broken. */
function takeAny(bodyEnd: usize, end: usize): bool {
  const tag: u32 = load<u8>(from);
  let length = (tag >> 2) + 1;
  if ((tag & 3) === 0) {
    from++;
    if (length > 60) {
      const lengthBytes = length - 60;
      const word = load<u32>(from);
      const longLength = <u64>(lengthBytes === 4 ? word : word & ((1 << (lengthBytes << 3)) - 1)) + 1;
      from += lengthBytes;
      if (from > bodyEnd || longLength > <u64>(bodyEnd - from)) return false;
      length = <u32>longLength;
    }
    if (length > <u32>(bodyEnd - from) || length > <u32>(end - to)) return false;
    copyWide(to, from, length);
    from += length;
    to += length;
    return true;
  }
  let distance: u32;
  if ((tag & 3) === 1) {
    length = ((tag >> 2) & 7) + 4;
    distance = ((tag & 0xe0) << 3) | load<u8>(from, 1);
    from += 2;
  } else if ((tag & 3) === 2) {
    distance = load<u16>(from, 1);
    from += 3;
  } else {
    distance = load<u32>(from, 1);
    from += 5;
  }
  if (from > bodyEnd || distance === 0 || distance > <u32>(to - MESSAGE) || length > <u32>(end - to)) return false;
  const source = to - distance;
  if (distance >= 16) copyWide(to, source, length);
  else if (distance >= 8) copyWords(to, source, length);
  else for (let i: u32 = 0; i < length; i++) store<u8>(to + i, load<u8>(source + i));
  to += length;
  return true;
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
