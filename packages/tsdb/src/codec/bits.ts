/** Bits in a byte string, the most significant bit of each byte first. */
export class BitWriter {
  #bytes = new Uint8Array(256);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  reset(): void {
    this.#bytes.fill(0, 0, (this.#at + 7) >>> 3);
    this.#at = 0;
  }

  /** The low `count` bits of `value`, 0 to 32. */
  write(value: number, count: number): void {
    if (this.#at + count > this.#bytes.length * 8) this.#grow();
    let rest = count;
    while (rest > 0) {
      const free = 8 - (this.#at & 7);
      const taken = Math.min(free, rest);
      rest -= taken;
      this.#bytes[this.#at >>> 3] |= ((value >>> rest) & ((1 << taken) - 1)) << (free - taken);
      this.#at += taken;
    }
  }

  /** A view of the bytes so far, the last one filled up with zero bits: valid until the next write or reset. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, (this.#at + 7) >>> 3);
  }

  #grow(): void {
    const grown = new Uint8Array(this.#bytes.length * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what `BitWriter` wrote. Throws `RangeError` past the end. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#at = from * 8;
    this.#end = to * 8;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  bit(): number {
    if (this.#at >= this.#end) throw new RangeError('1 bit wanted, none left');
    const at = this.#at++;
    return (this.#bytes[at >>> 3] >>> (7 - (at & 7))) & 1;
  }

  /** An unsigned number of `count` bits, 1 to 32. */
  read(count: number): number {
    if (count > this.#end - this.#at) throw new RangeError(`${count} bits wanted, ${this.#end - this.#at} left`);
    const bytes = this.#bytes;
    const byte = this.#at >>> 3;
    const shift = this.#at & 7;
    let window = (bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3];
    if (shift > 0) window = (window << shift) | (bytes[byte + 4] >>> (8 - shift));
    this.#at += count;
    return window >>> (32 - count);
  }
}
