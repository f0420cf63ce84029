/**
 * Snappy's block format (google/snappy, format_description.txt): the length as a varint, then literals and copies of
 * what was written before. The length is checked before anything is allocated.
 */
import { type Malformed, MalformedError, orMalformed } from './malformed.ts';

export type SnappyResult =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too_large'; readonly bytes: number; readonly limitBytes: number }
  | Malformed;

export function snappyDecompress(source: Uint8Array, limitBytes: number): SnappyResult {
  return orMalformed('snappy', (): SnappyResult => {
    const { length, at } = readLength(source);
    if (length > limitBytes) return { kind: 'too_large', bytes: length, limitBytes };
    if (length > source.length * EXPANSION_MAX) throw new MalformedError(`${source.length} bytes cannot hold ${length}`);
    const target = Buffer.allocUnsafe(length);
    fill(target, source, at);
    return { kind: 'bytes', bytes: target };
  });
}

/** A copy of 64 bytes takes three. */
const EXPANSION_MAX = 22;

/** From here on a native copy is faster than a loop. */
const NATIVE_COPY_MIN = 16;

function readLength(source: Uint8Array): { length: number; at: number } {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    if (at >= source.length) throw new MalformedError('no length');
    length += (source[at] & 0x7f) * 2 ** (7 * at);
    if (source[at] < 0x80) return { length, at: at + 1 };
  }
  throw new MalformedError('length beyond 32 bits');
}

function fill(target: Uint8Array, source: Uint8Array, start: number): void {
  let at = start;
  let written = 0;
  while (at < source.length) {
    const tag = source[at++];
    if ((tag & 3) === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const lengthBytes = length - 60;
        if (at + lengthBytes > source.length) throw new MalformedError('cut in a literal');
        length = 1;
        for (let i = 0; i < lengthBytes; i++) length += source[at + i] * 2 ** (8 * i);
        at += lengthBytes;
      }
      if (at + length > source.length) throw new MalformedError('cut in a literal');
      if (written + length > target.length) throw new MalformedError('longer than it says');
      if (length < NATIVE_COPY_MIN) for (let i = 0; i < length; i++) target[written + i] = source[at + i];
      else target.set(source.subarray(at, at + length), written);
      at += length;
      written += length;
      continue;
    }
    let length: number;
    let distance: number;
    if ((tag & 3) === 1) {
      if (at + 1 > source.length) throw new MalformedError('cut in a copy');
      length = ((tag >>> 2) & 7) + 4;
      distance = ((tag >>> 5) << 8) | source[at];
      at += 1;
    } else if ((tag & 3) === 2) {
      if (at + 2 > source.length) throw new MalformedError('cut in a copy');
      length = (tag >>> 2) + 1;
      distance = source[at] | (source[at + 1] << 8);
      at += 2;
    } else {
      if (at + 4 > source.length) throw new MalformedError('cut in a copy');
      length = (tag >>> 2) + 1;
      distance = (source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24)) >>> 0;
      at += 4;
    }
    if (distance === 0 || distance > written) throw new MalformedError('copy from before the beginning');
    if (written + length > target.length) throw new MalformedError('longer than it says');
    const from = written - distance;
    if (distance >= length && length >= NATIVE_COPY_MIN) {
      target.copyWithin(written, from, from + length);
      written += length;
    } else {
      // Byte by byte: a copy may overlap what it writes.
      for (let i = from, end = from + length; i < end; i++, written++) target[written] = target[i];
    }
  }
  if (written !== target.length) throw new MalformedError('shorter than it says');
}
