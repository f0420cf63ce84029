/**
 * Prometheus' XOR chunk (prometheus/tsdb/docs/format/chunks.md): bits, the most significant first.
 *
 *   samples:u16
 *   time:varint  value:f64                                          the first
 *   step:uvarint  xor                                               the second
 *   dod  xor                                                        each further one
 *   dod := 0 | 10 s:14 | 110 s:17 | 1110 s:20 | 1111 s:64           how the step changes
 *   xor := 0 | 10 bits | 11 leading:5 length:6 bits                 against the value before; length 0 stands for 64
 */
export interface XorSamples {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Throws `RangeError` on bytes that are no such chunk. */
export function decodeXorChunk(bytes: Uint8Array): XorSamples {
  const bits = new Bits(bytes);
  const count = bits.read(16);
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  const words = new Uint32Array(values.buffer);
  let step = 0;
  let high = 0;
  let low = 0;
  let leading = 0;
  let length = 0;
  for (let i = 0; i < count; i++) {
    if (i === 0) times[0] = bits.varint();
    else {
      step = i === 1 ? bits.uvarint() : step + stepChange(bits);
      times[i] = times[i - 1] + step;
    }
    if (i === 0) {
      high = bits.read(32);
      low = bits.read(32);
    } else if (bits.read(1) === 1) {
      if (bits.read(1) === 1) {
        leading = bits.read(5);
        length = bits.read(6) || 64;
        if (leading + length > 64) throw new RangeError('a value of more than 64 bits');
      }
      const trailing = 64 - leading - length;
      const upper = length > 32 ? bits.read(length - 32) : 0;
      const lower = bits.read(Math.min(length, 32));
      // (upper, lower) moved to the left by `trailing`.
      if (trailing >= 32) high ^= lower << (trailing - 32);
      else {
        high ^= trailing === 0 ? upper : (upper << trailing) | (lower >>> (32 - trailing));
        low ^= lower << trailing;
      }
    }
    words[2 * i] = low;
    words[2 * i + 1] = high;
  }
  return { times, values };
}

function stepChange(bits: Bits): number {
  if (bits.read(1) === 0) return 0;
  for (const size of [14, 17, 20]) {
    if (bits.read(1) === 1) continue;
    const value = bits.read(size);
    return value > 2 ** (size - 1) ? value - 2 ** size : value;
  }
  const high = bits.read(32) | 0;
  return high * 0x1_0000_0000 + bits.read(32);
}

class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Up to 32, as an unsigned number. */
  read(count: number): number {
    if (this.#at + count > 8 * this.#bytes.length) throw new RangeError('the chunk ends in the middle of a sample');
    let value = 0;
    for (let left = count; left > 0; ) {
      const offset = this.#at & 7;
      const taken = Math.min(left, 8 - offset);
      const part = (this.#bytes[this.#at >> 3] >> (8 - offset - taken)) & ((1 << taken) - 1);
      value = value * 2 ** taken + part;
      this.#at += taken;
      left -= taken;
    }
    return value;
  }

  uvarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.read(8);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new RangeError('a number of more than ten bytes');
  }

  varint(): number {
    const value = this.uvarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
