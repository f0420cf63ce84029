import { assert } from '@tidemark/base';
import { STALE_HIGH, STALE_LOW } from '../model/sample.ts';
import { BitReader, BitWriter } from './bits.ts';
import type { ColumnBuffer } from './columns.ts';

/**
 * The Gorilla chunk: delta-of-delta times, XOR-ed values (Pelkonen et al., "Gorilla", VLDB 2015, section 4.1).
 * Drawn bit by bit, with examples, in docs/format/gorilla.md.
 *
 *   chunk  := count:16  time:64  value:64  (dod xor)*
 *   dod    := '0'                      the step is the last step
 *           | '10' s:14 | '110' s:17 | '1110' s:20     the step changes by s (two's complement)
 *           | '1111' time:64           whatever does not fit, as it is
 *   xor    := '0'                      the same bits
 *           | '10' bits                within the last window of significant bits
 *           | '11' leading:5 length:6 bits             a new window; length 0 stands for 64
 *
 * Times are safe integers and rise strictly; at most 65,535 samples. Bits of values are kept exactly.
 */
export const CHUNK_SAMPLES_FORMAT_MAX = 0xffff;

/** Walks one chunk in strictly increasing time. Reused in place: read it before the next call. */
export interface SampleCursor {
  /** Milliseconds since the epoch. Meaningful only after `next` or `seek` returned true. */
  readonly t: number;
  readonly v: number;
  /** The series ended here. Never inferred from `v`. */
  readonly stale: boolean;
  /** One sample forward. Once false, always false. Throws `RangeError` on damaged bytes. */
  next(): boolean;
  /** Forward to the first sample at or after `target`; stays put if already there. */
  seek(target: number): boolean;
}

export class GorillaEncoder {
  readonly #bits = new BitWriter();
  #count = 0;
  #time = 0;
  #step = 0;
  #high = 0;
  #low = 0;
  #leading = NO_WINDOW;
  #trailing = 0;

  get count(): number {
    return this.#count;
  }

  reset(): void {
    this.#bits.reset();
    this.#count = 0;
  }

  append(timeMs: number, high: number, low: number): void {
    assert(this.#count < CHUNK_SAMPLES_FORMAT_MAX, 'the chunk is full');
    if (this.#count === 0) this.#first(timeMs, high, low);
    else {
      assert(timeMs > this.#time, 'times must rise');
      this.#appendTime(timeMs);
      this.#appendValue(high >>> 0, low >>> 0);
    }
    this.#count++;
    this.#time = timeMs;
    this.#high = high >>> 0;
    this.#low = low >>> 0;
  }

  /** The chunk so far, as a view: valid until the next call. More may be appended afterwards. */
  finish(): Uint8Array {
    assert(this.#count > 0, 'a chunk holds at least one sample');
    const chunk = this.#bits.view();
    chunk[0] = this.#count >>> 8;
    chunk[1] = this.#count & 0xff;
    return chunk;
  }

  #first(timeMs: number, high: number, low: number): void {
    this.#bits.write(0, 16); // The count, known at the end.
    this.#absolute(timeMs);
    this.#bits.write(high, 32);
    this.#bits.write(low, 32);
    this.#step = 0;
    this.#leading = NO_WINDOW;
  }

  #absolute(timeMs: number): void {
    assert(Number.isSafeInteger(timeMs), 'times are safe integers');
    this.#bits.write(Math.floor(timeMs / WORD), 32);
    this.#bits.write(timeMs, 32);
  }

  #appendTime(timeMs: number): void {
    const step = timeMs - this.#time;
    const change = step - this.#step;
    // Steps beyond 2^53 are rounded: then only the time itself gives it back.
    const bits = this.#time + (this.#step + change) === timeMs ? bucketOf(change) : 64;
    if (bits === 0) this.#bits.write(0b0, 1);
    else if (bits === 14) this.#bits.write(0b10, 2);
    else if (bits === 17) this.#bits.write(0b110, 3);
    else if (bits === 20) this.#bits.write(0b1110, 4);
    else {
      this.#bits.write(0b1111, 4);
      this.#absolute(timeMs);
    }
    if (bits < 64) this.#bits.write(change, bits);
    this.#step = step;
  }

  #appendValue(high: number, low: number): void {
    const xorHigh = (high ^ this.#high) >>> 0;
    const xorLow = (low ^ this.#low) >>> 0;
    if (xorHigh === 0 && xorLow === 0) {
      this.#bits.write(0b0, 1);
      return;
    }
    const leading = Math.min(LEADING_MAX, xorHigh === 0 ? 32 + Math.clz32(xorLow) : Math.clz32(xorHigh));
    const trailing = xorLow === 0 ? 32 + trailingZeros(xorHigh) : trailingZeros(xorLow);
    if (this.#leading !== NO_WINDOW && leading >= this.#leading && trailing >= this.#trailing) {
      this.#bits.write(0b10, 2);
    } else {
      this.#bits.write(0b11, 2);
      this.#bits.write(leading, 5);
      this.#bits.write(64 - leading - trailing, 6); // 64 becomes 0.
      this.#leading = leading;
      this.#trailing = trailing;
    }
    this.#significant(xorHigh, xorLow);
  }

  #significant(high: number, low: number): void {
    const shift = this.#trailing;
    const length = 64 - this.#leading - shift;
    if (shift >= 32) {
      this.#bits.write(high >>> (shift - 32), length);
      return;
    }
    const shiftedLow = shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
    if (length > 32) this.#bits.write(high >>> shift, length - 32);
    this.#bits.write(shiftedLow, Math.min(length, 32));
  }
}

/** Decodes one chunk that fills `bytes[from, to)`. Throws `RangeError` when it is damaged. */
export class GorillaCursor implements SampleCursor {
  readonly count: number;
  readonly #bits: BitReader;
  #left: number;
  #step = 0;
  #leading = NO_WINDOW;
  #trailing = 0;
  t = 0;
  high = 0;
  low = 0;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bits = new BitReader(bytes, from, to);
    this.count = this.#bits.read(16);
    if (this.count === 0) throw new RangeError('a chunk without samples');
    this.#left = this.count;
  }

  get v(): number {
    scratchWords[0] = this.low;
    scratchWords[1] = this.high;
    return scratch[0];
  }

  get stale(): boolean {
    return this.high === STALE_HIGH && this.low === STALE_LOW;
  }

  next(): boolean {
    if (this.#left === 0) return false;
    if (this.#left === this.count) {
      this.t = this.#absolute();
      this.high = this.#bits.read(32);
      this.low = this.#bits.read(32);
    } else {
      this.#nextTime();
      this.#nextValue();
    }
    if (--this.#left === 0) this.#expectEnd();
    return true;
  }

  seek(target: number): boolean {
    if (this.#left < this.count && this.t >= target) return true;
    while (this.next()) if (this.t >= target) return true;
    return false;
  }

  #absolute(): number {
    const time = (this.#bits.read(32) | 0) * WORD + this.#bits.read(32);
    if (!Number.isSafeInteger(time)) throw new RangeError('a time beyond 2^53');
    return time;
  }

  #nextTime(): void {
    let ones = 0;
    while (ones < STEP_BITS.length && this.#bits.bit() === 1) ones++;
    const bits = STEP_BITS[ones];
    const change = bits > 0 ? signed(this.#bits.read(bits), bits) : 0;
    const time = ones === STEP_BITS.length ? this.#absolute() : this.t + (this.#step + change);
    if (!(time > this.t)) throw new RangeError('times do not rise');
    if (!Number.isSafeInteger(time)) throw new RangeError('a time beyond 2^53');
    this.#step = time - this.t;
    this.t = time;
  }

  #nextValue(): void {
    const bits = this.#bits;
    if (bits.bit() === 0) return;
    if (bits.bit() === 1) {
      this.#leading = bits.read(5);
      const length = bits.read(6) || 64;
      if (this.#leading + length > 64) throw new RangeError('a window of significant bits beyond 64');
      this.#trailing = 64 - this.#leading - length;
    } else if (this.#leading === NO_WINDOW) throw new RangeError('no window of significant bits yet');
    const shift = this.#trailing;
    const length = 64 - this.#leading - shift;
    const high = length > 32 ? bits.read(length - 32) : 0;
    const low = bits.read(Math.min(length, 32));
    if (shift >= 32) {
      this.high = (this.high ^ (low << (shift - 32))) >>> 0;
    } else {
      this.high = (this.high ^ (shift === 0 ? high : (high << shift) | (low >>> (32 - shift)))) >>> 0;
      this.low = (this.low ^ (low << shift)) >>> 0;
    }
  }

  #expectEnd(): void {
    const { remaining } = this.#bits;
    if (remaining >= 8 || (remaining > 0 && this.#bits.read(remaining) !== 0)) throw new RangeError('bytes behind the last sample');
  }
}

/** Appends the whole chunk to `into`, bit for bit. Throws `RangeError` when it is damaged. */
export function decodeGorilla(into: ColumnBuffer, bytes: Uint8Array, from = 0, to = bytes.length): void {
  const cursor = new GorillaCursor(bytes, from, to);
  into.reserve(cursor.count);
  while (cursor.next()) into.push(cursor.t, cursor.high, cursor.low);
}

const WORD = 0x1_0000_0000;
const LEADING_MAX = 31;
const NO_WINDOW = -1;
/** By the ones before it: how many bits a change of the step has. */
const STEP_BITS = [0, 14, 17, 20];
const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

function bucketOf(change: number): 0 | 14 | 17 | 20 | 64 {
  if (change === 0) return 0;
  if (change >= -(2 ** 13) && change < 2 ** 13) return 14;
  if (change >= -(2 ** 16) && change < 2 ** 16) return 17;
  if (change >= -(2 ** 19) && change < 2 ** 19) return 20;
  return 64;
}

function signed(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
