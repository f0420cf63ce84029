import { assert } from '@tidemark/base';
import { BitReader, BitWriter } from './bits.ts';

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

/** Of changes of the step, each with a longer prefix than the one before. */
const STEP_SIZES = [14, 17, 20] as const;

/** Throws `RangeError` on bytes that are no such chunk. */
export function decodeXorChunk(bytes: Uint8Array): XorSamples {
  const bits = new BitReader(bytes);
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
    if (i === 0) times[0] = readVarint(bits);
    else {
      step = i === 1 ? readUvarint(bits) : step + readStepChange(bits);
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

/** Samples `[from, to)`, of rising times: one at least, 65,535 at most. */
export function encodeXorChunk({ times, values }: XorSamples, from: number, to: number): Uint8Array {
  assert(to > from && to - from <= XOR_SAMPLES_MAX, `${to - from} samples of a chunk`);
  const bits = new BitWriter();
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  bits.write(to - from, 16);
  writeVarint(bits, times[from] < 0 ? -2 * times[from] - 1 : 2 * times[from]);
  bits.write(words[2 * from + 1], 32);
  bits.write(words[2 * from], 32);
  const window: Window = { leading: -1, trailing: 0 };
  let step = 0;
  for (let i = from + 1; i < to; i++) {
    const next = times[i] - times[i - 1];
    if (i === from + 1) writeVarint(bits, next);
    else writeStepChange(bits, next - step);
    step = next;
    writeXor(bits, words[2 * i + 1] ^ words[2 * i - 1], words[2 * i] ^ words[2 * i - 2], window);
  }
  return bits.view().slice();
}

const XOR_SAMPLES_MAX = 0xffff;

/** The significant bits that were written last; a negative number of leading zeros: none were. */
interface Window {
  leading: number;
  trailing: number;
}

function writeXor(bits: BitWriter, high: number, low: number, window: Window): void {
  if (high === 0 && low === 0) {
    bits.write(0, 1);
    return;
  }
  const leading = Math.min(31, high === 0 ? 32 : Math.clz32(high));
  const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
  if (window.leading >= 0 && leading >= window.leading && trailing >= window.trailing) bits.write(0b10, 2);
  else {
    window.leading = leading;
    window.trailing = trailing;
    bits.write(0b11, 2);
    bits.write(leading, 5);
    bits.write((64 - leading - trailing) & 63, 6);
  }
  // (high, low) moved to the right by the window's trailing zeros.
  const { trailing: shift } = window;
  const length = 64 - window.leading - shift;
  const lower = shift >= 32 ? high >>> (shift - 32) : shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
  if (length > 32) bits.write(high >>> shift, length - 32);
  bits.write(lower, Math.min(length, 32));
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function writeStepChange(bits: BitWriter, change: number): void {
  if (change === 0) {
    bits.write(0, 1);
    return;
  }
  for (const [i, size] of STEP_SIZES.entries()) {
    if (change < 1 - 2 ** (size - 1) || change > 2 ** (size - 1)) continue;
    bits.write(2 ** (i + 2) - 2, i + 2);
    bits.write(change, size);
    return;
  }
  bits.write(0b1111, 4);
  bits.write(Math.floor(change / 2 ** 32), 32);
  bits.write(change >>> 0, 32);
}

function writeVarint(bits: BitWriter, value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bits.write((rest % 0x80) | 0x80, 8);
  bits.write(rest, 8);
}

function readStepChange(bits: BitReader): number {
  if (bits.read(1) === 0) return 0;
  for (const size of STEP_SIZES) {
    if (bits.read(1) === 1) continue;
    const value = bits.read(size);
    return value > 2 ** (size - 1) ? value - 2 ** size : value;
  }
  const high = bits.read(32) | 0;
  return high * 0x1_0000_0000 + bits.read(32);
}

function readUvarint(bits: BitReader): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    const byte = bits.read(8);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 0x80;
  }
  throw new RangeError('a number of more than ten bytes');
}

function readVarint(bits: BitReader): number {
  const value = readUvarint(bits);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
