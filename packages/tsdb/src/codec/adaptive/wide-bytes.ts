/** Bytes with 64-bit integers: what `ByteWriter` and `ByteReader` are for numbers up to 2^53. Signed ones wrap at 64 bits. */
export class WideWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  u8(value: number): void {
    this.#bytes.push(value);
  }

  /** LEB128: seven bits a byte, the lowest first. */
  varint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes.push(Number(rest & 0x7fn) | 0x80);
    this.#bytes.push(Number(rest));
  }

  zigzag(value: bigint): void {
    this.varint(zigzag(value));
  }

  /** The low `8 · count` bits of `value`, the lowest byte first. */
  littleEndian(value: bigint, count: number): void {
    for (let i = 0; i < count; i++) this.#bytes.push(Number((value >> BigInt(8 * i)) & 0xffn));
  }

  append(other: WideWriter): void {
    this.#bytes.push(...other.#bytes);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Throws `RangeError` past the end. */
export class WideReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    if (this.remaining === 0) throw new RangeError('1 byte wanted, none left');
    return this.#bytes[this.#at++];
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('an integer beyond 64 bits');
  }

  zigzag(): bigint {
    return unzigzag(this.varint());
  }

  littleEndian(count: number): bigint {
    let value = 0n;
    for (let i = 0; i < count; i++) value |= BigInt(this.u8()) << BigInt(8 * i);
    return value;
  }
}

/** 0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 …: small magnitudes are small numbers. */
export function zigzag(value: bigint): bigint {
  const signed = BigInt.asIntN(64, value);
  return BigInt.asUintN(64, (signed << 1n) ^ (signed >> 63n));
}

export function unzigzag(value: bigint): bigint {
  return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
}

export function varintBytes(value: bigint): number {
  return Math.max(1, Math.ceil(bitLength(BigInt.asUintN(64, value)) / 7));
}

export function bitLength(value: bigint): number {
  const high = Number(value >> 32n);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(Number(value));
}
