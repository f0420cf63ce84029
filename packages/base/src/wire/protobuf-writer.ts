/** Writes protobuf's wire format (protobuf.dev, "Encoding"): fields of a message, one after another. */
import { ByteWriter } from '../bytes.ts';
import { BYTES, FIXED64, VARINT } from './protobuf.ts';

export class ProtobufWriter {
  readonly #bytes = new ByteWriter();

  get length(): number {
    return this.#bytes.length;
  }

  reset(): void {
    this.#bytes.reset();
  }

  /** A safe integer as int64; a negative one takes ten bytes. */
  int64(field: number, value: number): void {
    this.#tag(field, VARINT);
    if (value >= 0) {
      this.#bytes.varint(value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes.u8(Number(rest & 0x7fn) | 0x80);
    this.#bytes.u8(Number(rest));
  }

  /** A safe integer as sint32 or sint64: small ones are short, negative or not. */
  sint64(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#bytes.zigzag(value);
  }

  /** Packed. */
  sint64s(field: number, values: readonly number[]): void {
    const packed = new ByteWriter();
    for (const value of values) packed.zigzag(value);
    this.bytes(field, packed.view());
  }

  /** Packed. */
  doubles(field: number, values: readonly number[]): void {
    const packed = new ByteWriter();
    for (const value of values) packed.f64(value);
    this.bytes(field, packed.view());
  }

  f64(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#bytes.f64(value);
  }

  /** The double at `i`, bit for bit. */
  double(field: number, values: Float64Array, i: number): void {
    this.#tag(field, FIXED64);
    this.#bytes.f64s(values, i, i + 1);
  }

  string(field: number, text: string): void {
    this.#tag(field, BYTES);
    this.#bytes.string(text);
  }

  /** Bytes, or a message that has been written. */
  bytes(field: number, bytes: Uint8Array): void {
    this.#tag(field, BYTES);
    this.#bytes.varint(bytes.length);
    this.#bytes.bytes(bytes);
  }

  /** A view: valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.view();
  }

  #tag(field: number, wire: number): void {
    this.#bytes.varint(field * 8 + wire);
  }
}
