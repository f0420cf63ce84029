import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import type { NativeHistogram } from '../model/native-histogram.ts';
import { randomHistogram } from '../testing/random-histogram.ts';
import { BitReader } from './bits.ts';
import { encodeHistogramSample } from './prometheus-histogram-chunk.ts';

/** Reads a chunk as Prometheus' document describes it, numbers as big integers. */
class ChunkReader {
  readonly #bits: BitReader;

  constructor(bytes: Uint8Array) {
    this.#bits = new BitReader(bytes);
  }

  read(count: number): bigint {
    let value = 0n;
    for (let i = 0; i < count; i++) value = (value << 1n) | BigInt(this.#bits.bit());
    return value;
  }

  double(): number {
    return new Float64Array(BigUint64Array.of(this.read(64)).buffer)[0];
  }

  bound(): number {
    expect(this.read(1)).toBe(0n);
    return this.double();
  }

  unsigned(): number {
    return Number(this.read(this.#size()));
  }

  signed(): number {
    const size = this.#size();
    const value = this.read(size);
    const isNegative = size === 64 ? value >= 1n << 63n : size > 0 && value > 1n << BigInt(size - 1);
    return Number(isNegative ? value - (1n << BigInt(size)) : value);
  }

  #size(): number {
    let ones = 0;
    while (ones < 8 && this.#bits.bit() === 1) ones++;
    return [0, 3, 6, 9, 12, 18, 25, 56, 64][ones];
  }

  indexes(): number[] {
    const indexes: number[] = [];
    let index = 0;
    for (let spans = this.unsigned(); spans > 0; spans--) {
      const length = this.unsigned();
      index += this.signed();
      for (let i = 0; i < length; i++) indexes.push(index++);
    }
    return indexes;
  }
}

function decoded(bytes: Uint8Array, areIntegers: boolean): { timeMs: number; histogram: NativeHistogram } {
  const reader = new ChunkReader(bytes);
  expect(reader.read(16)).toBe(1n);
  const hint = (['unknown', 'not_reset', 'reset', 'gauge'] as const)[Number(reader.read(8) >> 6n)];
  expect(reader.read(8)).toBe(255n);
  const zeroThreshold = reader.double();
  const schema = reader.signed();
  const [positives, negatives] = [reader.indexes(), reader.indexes()];
  const bounds = Array.from({ length: schema === -53 ? reader.unsigned() : 0 }, () => reader.bound());
  const timeMs = reader.signed();
  const number = () => (areIntegers ? reader.unsigned() : reader.double());
  const [count, zeroCount, sum] = [number(), number(), reader.double()];
  const buckets = (indexes: readonly number[]) => {
    let before = 0;
    return new Map(
      indexes.map((index) => {
        before = areIntegers ? before + reader.signed() : reader.double();
        return [index, before] as const;
      }),
    );
  };
  const positive = buckets(positives);
  return { timeMs, histogram: { schema, bounds, zeroThreshold, zeroCount, count, sum, positive, negative: buckets(negatives), hint } };
}

test('any histogram is a chunk as Prometheus reads it', () => {
  const random = prng(3);
  for (let i = 0; i < 500; i++) {
    const timeMs = random.pick([0, 1_700_000_000_000, -5, random.int(-1e12, 2e12)]);
    const histogram = randomHistogram(random);
    const { areIntegers, bytes } = encodeHistogramSample(timeMs, histogram);
    expect(decoded(bytes, areIntegers)).toEqual({ timeMs, histogram });
  }
});
