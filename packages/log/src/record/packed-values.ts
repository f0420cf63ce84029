/**
 * Values of one group in few bytes, bit for bit (docs/format/record.md): a code of four bits each, then as many
 * bytes as the codes say.
 *
 *   0        the bits of the value before it; at the group's beginning, of +0
 *   1 … 7    an unsigned integer of so many bytes
 *   8 … 15   the upper 1 … 8 bytes of the IEEE 754 bits; the lower ones are 0
 *
 * Real values are mostly counts, repeats, or short decimals' neighbours: two to three bytes. References to the sample a
 * series had before would save one more, and a lost record would then cost every later one of its epoch: they are not made.
 *
 * Values move as two 32-bit words each, low first: a signalling NaN need not survive being read as a number.
 */
import { assert } from '@tidemark/base';

/** Of one value: half a code and eight bytes, and a word that is written for fewer bytes than it has. */
const VALUE_BYTES_MAX = 9;
const INTEGER_MAX = Number.MAX_SAFE_INTEGER;
const TWO_32 = 2 ** 32;

/** Packs values into memory of its own, which the next call writes over. */
export class ValuePacker {
  #bytes = new Uint8Array(16 * 1024);
  #view = new DataView(this.#bytes.buffer);

  /** The values at `positions[from … to)`. */
  pack(values: Float64Array, positions: Uint32Array, from: number, to: number): Uint8Array {
    const count = to - from;
    this.#reserve(count * VALUE_BYTES_MAX + 8);
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    const bytes = this.#bytes;
    const view = this.#view;
    const end = (count + 1) >> 1;
    bytes.fill(0, 0, end);
    let at = end;
    let lowBefore = 0;
    let highBefore = 0;
    for (let i = 0; i < count; i++) {
      const position = positions[from + i];
      const low = words[position * 2];
      const high = words[position * 2 + 1];
      if (low === lowBefore && high === highBefore) continue;
      lowBefore = low;
      highBefore = high;
      const value = values[position];
      let code: number;
      if (value >= 1 && value < TWO_32 && value === value >>> 0) {
        code = (39 - Math.clz32(value)) >> 3;
        view.setUint32(at, value, true);
        at += code;
      } else if (low === 0) {
        const length = 4 - zeroBytes(high);
        code = 7 + length;
        view.setUint32(at, high >>> (8 * (4 - length)), true);
        at += length;
      } else if (value >= TWO_32 && value <= INTEGER_MAX && Number.isInteger(value)) {
        const upper = Math.floor(value / TWO_32);
        const upperLength = (39 - Math.clz32(upper)) >> 3;
        code = 4 + upperLength;
        view.setUint32(at, value % TWO_32, true);
        view.setUint32(at + 4, upper, true);
        at += code;
      } else {
        const dropped = zeroBytes(low);
        code = 15 - dropped;
        view.setUint32(at, low >>> (8 * dropped), true);
        view.setUint32(at + 4 - dropped, high, true);
        at += 8 - dropped;
      }
      bytes[i >> 1] |= code << (4 * (i & 1));
    }
    return bytes.subarray(0, at);
  }

  #reserve(byteLength: number): void {
    if (byteLength <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(byteLength * 2);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** How many of the lowest bytes of a word are 0; three when all are. */
function zeroBytes(word: number): number {
  return word === 0 ? 3 : (31 - Math.clz32(word & -word)) >> 3;
}

/** Reads the first `count` values of `bytes` into `values` from `to` on; returns how many bytes they took. Throws `RangeError` only. */
export function unpackValues(bytes: Uint8Array, count: number, values: Float64Array, to: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  assert(to + count <= values.length, 'room for the values');
  let from = (count + 1) >> 1;
  if (from > bytes.length) throw new RangeError(`${count} values in ${bytes.length} bytes`);
  const wordsEnd = bytes.length - 8;
  let low = 0;
  let high = 0;
  for (let i = 0; i < count; i++) {
    const code = (bytes[i >> 1] >> (4 * (i & 1))) & 15;
    if (code !== 0) {
      const length = code < 8 ? code : code - 7;
      if (from + length > bytes.length) throw new RangeError('cut in the values');
      // Fast path: two whole words can be read, and what is too much of them is taken away.
      const isInside = from <= wordsEnd;
      const lower = isInside ? view.getUint32(from, true) : shortWord(bytes, from);
      const upper = length <= 4 ? 0 : isInside ? view.getUint32(from + 4, true) : shortWord(bytes, from + 4);
      from += length;
      if (code < 8) {
        const integer = length <= 4 ? lowBytes(lower, length) : lowBytes(upper, length - 4) * TWO_32 + lower;
        if (integer > INTEGER_MAX) throw new RangeError('an integer beyond 2^53');
        values[to + i] = integer;
        low = words[2 * (to + i)];
        high = words[2 * (to + i) + 1];
        continue;
      }
      if (length > 4) {
        const dropped = 8 - length;
        low = dropped === 0 ? lower : lower << (8 * dropped);
        high = dropped === 0 ? upper : (upper << (8 * dropped)) | (lower >>> (32 - 8 * dropped));
      } else {
        low = 0;
        high = lower << (32 - 8 * length);
      }
    }
    words[2 * (to + i)] = low;
    words[2 * (to + i) + 1] = high;
  }
  return from;
}

function lowBytes(word: number, count: number): number {
  return (word & (-1 >>> (32 - 8 * count))) >>> 0;
}

/** Up to four bytes at the end of all bytes. */
function shortWord(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}
