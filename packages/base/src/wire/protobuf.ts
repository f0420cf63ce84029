/** A cursor over protobuf's wire format (protobuf.dev, "Encoding"). Every bound is checked; throws `MalformedError` only. */
import { isUtf8 } from 'node:buffer';
import { MalformedError } from './malformed.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

export class ProtobufCursor {
  readonly bytes: Buffer;
  at: number;
  end: number;
  /** Of the field that `next` stands at. */
  field = 0;
  wire = 0;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** To the next field's value; false at the end. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field === 0) throw new MalformedError('protobuf field 0');
    return true;
  }

  /** Unsigned, up to 2^53 - 1. */
  varint(): number {
    const { bytes } = this;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      if (this.at >= this.end) throw new MalformedError('cut in a number');
      const byte = bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new MalformedError('number beyond 2^53');
  }

  /** Two's complement in up to ten bytes; NaN when a double cannot hold it. */
  int64(): number {
    const { bytes } = this;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.end) throw new MalformedError('cut in a number');
      const byte = bytes[this.at++];
      const bits = byte & 0x7f;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        const value = (high | 0) * 0x1_0000_0000 + (low >>> 0);
        return Number.isSafeInteger(value) ? value : Number.NaN;
      }
    }
    throw new MalformedError('number beyond 64 bits');
  }

  /** A length-delimited value: where it ends; the cursor stands at its beginning. */
  lengthEnd(): number {
    this.expect(BYTES);
    const length = this.varint();
    if (length > this.end - this.at) throw new MalformedError(`${length} bytes wanted, ${this.end - this.at} left`);
    return this.at + length;
  }

  expect(wire: number): void {
    if (this.wire !== wire) throw new MalformedError(`field ${this.field} has wire type ${this.wire}`);
  }

  skip(): void {
    switch (this.wire) {
      case VARINT:
        this.int64();
        return;
      case FIXED64:
        this.advance(8);
        return;
      case BYTES:
        this.at = this.lengthEnd();
        return;
      case FIXED32:
        this.advance(4);
        return;
      default:
        throw new MalformedError(`wire type ${this.wire}`);
    }
  }

  advance(count: number): void {
    if (count > this.end - this.at) throw new MalformedError('cut in a value');
    this.at += count;
  }
}

/** UTF-8 text; null when it is none. */
export function utf8(bytes: Buffer, from: number, to: number): string | null {
  const text = bytes.toString('utf8', from, to);
  // Broken bytes become U+FFFD, which may as well have been sent.
  return text.includes('\ufffd') && !isUtf8(bytes.subarray(from, to)) ? null : text;
}
