import { crc32c } from '@tidemark/base';

/** Walks bytes as Go's encoding/binary writes them. Throws `RangeError` behind the end. */
export class BigEndianReader {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  u8(): number {
    return this.bytes[this.#take(1)];
  }

  u32(): number {
    return this.bytes.readUInt32BE(this.#take(4));
  }

  /** Up to 2^53. */
  u64(): number {
    return this.u32() * 0x1_0000_0000 + this.u32();
  }

  uvarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new RangeError('a number beyond 2^53');
  }

  /** Zigzag. Small magnitudes only: beyond 2^53 it throws. */
  varint(): number {
    const value = this.uvarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const length = this.uvarint();
    const from = this.#take(length);
    return this.bytes.toString('utf8', from, from + length);
  }

  #take(count: number): number {
    const from = this.at;
    if (!(count <= this.end - from)) throw new RangeError(`${count} bytes wanted, ${this.end - from} left`);
    this.at = from + count;
    return from;
  }
}

/** `length` bytes at `from`, and the checksum behind them. Throws `RangeError` when it does not hold. */
export function checked(bytes: Buffer, from: number, length: number): BigEndianReader {
  if (!(length <= bytes.length - from - 4)) throw new RangeError(`${length} bytes wanted at ${from}`);
  if (crc32c(bytes, from, from + length) !== bytes.readUInt32BE(from + length))
    throw new RangeError(`the checksum at ${from + length} fails`);
  return new BigEndianReader(bytes, from, from + length);
}
