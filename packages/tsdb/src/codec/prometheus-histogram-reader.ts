/**
 * Reads Prometheus' chunks of histograms, of any number of samples (prometheus/tsdb/docs/format/chunks.md). The first sample is as in
 * prometheus-histogram-chunk.ts, with two shorter forms of what is there:
 *
 *   threshold := 00 (none) | exponent+243:u8 (a power of two) | ff f64
 *   bound     := 0 f64 | thousandths+1:varbit
 *
 * Each further one is told by what differs: integers by the change of their change (varbits), floats by the bits that differ from the
 * value before (xor-chunk.ts). A stale marker is the last thing that its sample has.
 */
import { bucketsOf, CUSTOM_SCHEMA, type NativeHistogram } from '../model/native-histogram.ts';
import { STALE_HIGH, STALE_LOW } from '../model/sample.ts';
import { BitReader } from './bits.ts';
import { SIZES } from './prometheus-histogram-chunk.ts';

export interface HistogramSamples {
  readonly times: Float64Array;
  /** Null: the series ended here. */
  readonly histograms: readonly (NativeHistogram | null)[];
}

/** Throws `RangeError` on bytes that are no such chunk. `areIntegers`: what the chunk's encoding says. */
export function decodeHistogramChunk(bytes: Uint8Array, areIntegers: boolean): HistogramSamples {
  const bits = new BitReader(bytes);
  const count = bits.read(16);
  // Resets are found by the counts: what a chunk says of the one before it holds only beside that.
  const hint = bits.read(8) >>> 6 === 3 ? 'gauge' : 'unknown';
  const times = new Float64Array(count);
  const histograms: (NativeHistogram | null)[] = [];
  if (count === 0) return { times, histograms };
  const { schema, zeroThreshold, positive, negative, bounds } = readLayout(bits);
  const time = new Integer();
  const sum = new Float();
  const newNumber = () => (areIntegers ? new Integer() : new Float());
  const [total, zero] = [newNumber(), newNumber()];
  const [above, below] = [positive, negative].map((indexes) => indexes.map(newNumber));
  for (let i = 0; i < count; i++) {
    const isFirst = i === 0;
    times[i] = time.next(bits, isFirst, true);
    const counts = { count: total.next(bits, isFirst, false), zeroCount: zero.next(bits, isFirst, false) };
    const added = sum.next(bits, isFirst);
    if (sum.isStale && !isFirst) {
      histograms.push(null);
      continue;
    }
    const [up, down] = [above, below].map((numbers) => numbers.map((number) => number.next(bits, isFirst, true)));
    if (sum.isStale) {
      histograms.push(null);
      continue;
    }
    const buckets = (indexes: readonly number[], told: readonly number[]) => bucketsOf(counted(indexes, told, areIntegers));
    const sides = { positive: buckets(positive, up), negative: buckets(negative, down) };
    histograms.push({ schema, bounds, zeroThreshold, ...counts, sum: added, ...sides, hint });
  }
  return { times, histograms };
}

/** Integers are told less the one before. */
function counted(indexes: readonly number[], told: readonly number[], areIntegers: boolean): [number, number][] {
  let before = 0;
  return told.map((each, i) => {
    before = areIntegers ? before + each : each;
    return [indexes[i], before];
  });
}

function readLayout(bits: BitReader) {
  const exponent = bits.read(8);
  const zeroThreshold = exponent === 0 ? 0 : exponent === 0xff ? readDouble(bits) : 2 ** (exponent - 244);
  const schema = readVarbit(bits, true);
  const [positive, negative] = [readIndexes(bits), readIndexes(bits)];
  const bounds: number[] = [];
  for (let left = schema === CUSTOM_SCHEMA ? readVarbit(bits, false) : 0; left > 0; left--) {
    const thousandths = readVarbit(bits, false);
    bounds.push(thousandths === 0 ? readDouble(bits) : (thousandths - 1) / 1000);
  }
  return { schema, zeroThreshold, positive, negative, bounds };
}

/** Of the buckets that spans hold. */
function readIndexes(bits: BitReader): number[] {
  const indexes: number[] = [];
  let next = 0;
  for (let spans = readVarbit(bits, false); spans > 0; spans--) {
    const length = readVarbit(bits, false);
    next += readVarbit(bits, true);
    // Each has a count in the chunk, of a bit at least.
    if (length > bits.remaining) throw new RangeError(`a span of ${length} buckets`);
    for (const end = next + length; next < end; next++) indexes.push(next);
  }
  return indexes;
}

class Integer {
  #value = 0;
  #change = 0;

  next(bits: BitReader, isFirst: boolean, isSigned: boolean): number {
    const told = readVarbit(bits, isSigned || !isFirst);
    if (isFirst) this.#value = told;
    else {
      this.#change += told;
      this.#value += this.#change;
    }
    return this.#value;
  }
}

class Float {
  readonly #words = new Uint32Array(2);
  readonly #value = new Float64Array(this.#words.buffer);
  #leading = 0;
  #length = 64;

  get isStale(): boolean {
    return this.#words[0] === STALE_LOW && this.#words[1] === STALE_HIGH;
  }

  next(bits: BitReader, isFirst: boolean): number {
    if (isFirst) {
      this.#words[1] = bits.read(32);
      this.#words[0] = bits.read(32);
    } else if (bits.read(1) === 1) this.#change(bits);
    return this.#value[0];
  }

  #change(bits: BitReader): void {
    if (bits.read(1) === 1) {
      this.#leading = bits.read(5);
      this.#length = bits.read(6) || 64;
      if (this.#leading + this.#length > 64) throw new RangeError('a value of more than 64 bits');
    }
    const length = this.#length;
    const trailing = 64 - this.#leading - length;
    const upper = length > 32 ? bits.read(length - 32) : 0;
    const lower = bits.read(Math.min(length, 32));
    // (upper, lower) moved to the left by `trailing`.
    if (trailing >= 32) this.#words[1] ^= lower << (trailing - 32);
    else {
      this.#words[1] ^= trailing === 0 ? upper : (upper << trailing) | (lower >>> (32 - trailing));
      this.#words[0] ^= lower << trailing;
    }
  }
}

function readVarbit(bits: BitReader, isSigned: boolean): number {
  let ones = 0;
  while (ones < SIZES.length && bits.read(1) === 1) ones++;
  if (ones === 0) return 0;
  const size = SIZES[ones - 1];
  let high = size > 32 ? bits.read(size - 32) : 0;
  let low = bits.read(Math.min(size, 32));
  if (!isSigned) return high * 2 ** 32 + low;
  if (size <= 32) return low > 2 ** (size - 1) ? low - 2 ** size : low;
  // Before the halves are put together: a small negative number has more bits than a double.
  const half = 2 ** (size - 33);
  if (high > half || (high === half && low > 0)) high -= 2 * half;
  low += high * 2 ** 32;
  return low;
}

function readDouble(bits: BitReader): number {
  const words = new Uint32Array(2);
  words[1] = bits.read(32);
  words[0] = bits.read(32);
  return new Float64Array(words.buffer)[0];
}
