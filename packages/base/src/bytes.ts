/**
 * Little-endian bytes with LEB128 variable-length integers, as every format of Tidemark uses them.
 *
 * `ByteWriter` grows; `ByteReader` checks every bound and throws `RangeError`, which the format's
 * decoder turns into damage with its own file and offset.
 */
const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** An unsigned integer up to 2^53 - 1 in 1 to 8 bytes. */
  varint(value: number): void {
    this.#reserve(8);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    for (; rest >= 0x80; rest = rest < 2 ** 31 ? rest >>> 7 : Math.floor(rest / 0x80)) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
    this.#length = at;
  }

  /** A signed integer of magnitude below 2^52, zigzag encoded. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(source: Uint8Array): void {
    this.#reserve(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  /** UTF-8 with its length in bytes before it. */
  string(text: string): void {
    const encoded = utf8Encoder.encode(text);
    this.varint(encoded.length);
    this.bytes(encoded);
  }

  /** Bit for bit: NaN payloads survive, which `f64` of a scalar does not promise. */
  f64s(values: Float64Array, from = 0, to = values.length): void {
    this.bytes(new Uint8Array(values.buffer, values.byteOffset + from * 8, (to - from) * 8));
  }

  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** The bytes so far, as a view: valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The bytes so far, as a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
    this.#end = to;
  }

  get at(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)];
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  varint(): number {
    if (this.#at < this.#end && this.#bytes[this.#at] < 0x80) return this.#bytes[this.#at++]; // Fast path: one byte.
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new RangeError('varint beyond 2^53');
  }

  skip(count: number): void {
    this.#take(count);
  }

  /** So many of them, each below 2^32. */
  varints(count: number): Uint32Array {
    if (count > this.remaining) throw new RangeError('fewer bytes than varints');
    const values = new Uint32Array(count);
    this.varintsTo(values, 0, count);
    return values;
  }

  /** The same, to `values` from position `from` up to `to`. */
  varintsTo(values: Uint32Array, from: number, to: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    for (let i = from; i < to; i++) {
      if (at < end && bytes[at] < 0x80) {
        values[i] = bytes[at++]; // Fast path: one byte, or two.
        continue;
      }
      if (at + 1 < end && bytes[at + 1] < 0x80) {
        values[i] = (bytes[at] & 0x7f) | (bytes[at + 1] << 7);
        at += 2;
        continue;
      }
      this.#at = at;
      const value = this.varint();
      if (value > 0xffffffff) throw new RangeError('varint beyond 2^32');
      values[i] = value;
      at = this.#at;
    }
    this.#at = at;
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view into the source, not a copy. */
  bytes(count: number): Uint8Array {
    const from = this.#take(count);
    return this.#bytes.subarray(from, from + count);
  }

  /** What is left, as a view; the reader stays where it is. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  string(): string {
    try {
      return utf8Decoder.decode(this.bytes(this.varint()));
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw new RangeError('invalid UTF-8');
    }
  }

  /** A copy, aligned, bit for bit. */
  f64s(count: number): Float64Array<ArrayBuffer> {
    const source = this.bytes(count * 8);
    const values = new Float64Array(count);
    new Uint8Array(values.buffer).set(source);
    return values;
  }

  #take(count: number): number {
    const from = this.#at;
    if (count > this.#end - from) throw new RangeError(`${count} bytes wanted, ${this.#end - from} left`);
    this.#at = from + count;
    return from;
  }
}
