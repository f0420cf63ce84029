import type { Code } from './huffman.ts';
import type { WideReader, WideWriter } from './wide-bytes.ts';

/** Bits behind each other, from the lowest bit of the first byte on. Numbers lie with their lowest bit first, codes with their highest. */
export class BitRow {
  #bits = 0n;
  #length = 0;

  /** The low `count` bits of `value`. */
  put(value: bigint, count: number): void {
    this.#bits |= BigInt.asUintN(count, value) << BigInt(this.#length);
    this.#length += count;
  }

  putCode({ code, length }: Code): void {
    for (let bit = length - 1; bit >= 0; bit--) this.put(BigInt(code >> bit), 1);
  }

  /** One more in binary, from its highest digit on, behind a zero for each digit below it. */
  putCount(count: number): void {
    const below = 31 - Math.clz32(count + 1);
    this.put(1n << BigInt(below), below + 1);
    this.put(BigInt(count + 1), below);
  }

  /** The last byte filled up with zeros. */
  get bytes(): number {
    return Math.ceil(this.#length / 8);
  }

  writeTo(out: WideWriter): void {
    out.littleEndian(this.#bits, this.bytes);
  }
}

/** Counts are those of symbols. */
const COUNT_BITS_MAX = 12;

/** Throws `RangeError` past the end. */
export class BitReader {
  readonly #reader: WideReader;
  #byte = 0;
  #left = 0;

  constructor(reader: WideReader) {
    this.#reader = reader;
  }

  take(count: number): bigint {
    let value = 0n;
    for (let i = 0; i < count; i++) value |= BigInt(this.#bit()) << BigInt(i);
    return value;
  }

  takeCount(): number {
    let below = 0;
    while (this.take(1) === 0n) if (++below > COUNT_BITS_MAX) throw new RangeError('a count beyond all symbols');
    return 2 ** below + Number(this.take(below)) - 1;
  }

  /** Of version 3 of blocks. */
  takeGap(): number {
    let gap = 0;
    for (let shift = 0; shift < 12; shift += 3) {
      const group = Number(this.take(4));
      gap |= (group & 7) << shift;
      if (group < 8) return gap;
    }
    throw new RangeError('a gap beyond all symbols');
  }

  /** `codes` are complete: some code matches. */
  takeSymbol(codes: readonly Code[]): number {
    let code = 0;
    for (let length = 0; ; length++) {
      const found = codes.find((each) => each.length === length && each.code === code);
      if (found !== undefined) return found.symbol;
      code = (code << 1) | this.#bit();
    }
  }

  #bit(): number {
    if (this.#left === 0) {
      this.#byte = this.#reader.u8();
      this.#left = 8;
    }
    return (this.#byte >> (8 - this.#left--)) & 1;
  }
}
