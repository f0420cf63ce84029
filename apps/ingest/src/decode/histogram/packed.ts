/** Numbers of protobuf messages that are larger, or more, than labels need. Throws `MalformedError` only. */
import { BYTES, FIXED64, MalformedError, type ProtobufCursor, VARINT } from '@tidemark/base/wire';

export function readDouble(cursor: ProtobufCursor): number {
  cursor.expect(FIXED64);
  cursor.advance(8);
  return cursor.bytes.readDoubleLE(cursor.at - 8);
}

/** Unsigned, of 64 bits; beyond 2^53 the nearest double. */
export function readUnsigned(cursor: ProtobufCursor): number {
  cursor.expect(VARINT);
  return unsigned(cursor);
}

export function readSigned(cursor: ProtobufCursor): number {
  cursor.expect(VARINT);
  return signed(cursor);
}

/** Packed, or one by one: a decoder must take both. */
export function readSigneds(cursor: ProtobufCursor, into: number[]): void {
  if (cursor.wire === VARINT) {
    into.push(signed(cursor));
    return;
  }
  cursor.expect(BYTES);
  const to = cursor.lengthEnd();
  while (cursor.at < to) into.push(signed(cursor));
  if (cursor.at !== to) throw new MalformedError('cut in a list of numbers');
}

export function readDoubles(cursor: ProtobufCursor, into: number[]): void {
  if (cursor.wire === FIXED64) {
    into.push(readDouble(cursor));
    return;
  }
  cursor.expect(BYTES);
  const to = cursor.lengthEnd();
  if ((to - cursor.at) % 8 !== 0) throw new MalformedError('cut in a list of numbers');
  for (; cursor.at < to; cursor.at += 8) into.push(cursor.bytes.readDoubleLE(cursor.at));
}

function unsigned(cursor: ProtobufCursor): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    if (cursor.at >= cursor.end) throw new MalformedError('cut in a number');
    const byte = cursor.bytes[cursor.at++];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 0x80;
  }
  throw new MalformedError('number beyond 64 bits');
}

function signed(cursor: ProtobufCursor): number {
  const value = unsigned(cursor);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
