import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import type { NativeHistogram } from '../model/native-histogram.ts';
import { randomHistogram } from '../testing/random-histogram.ts';
import { encodeHistogramSample } from './prometheus-histogram-chunk.ts';
import { decodeHistogramChunk } from './prometheus-histogram-reader.ts';

/** Chunks that Prometheus 3.14 has written, and the histograms that were given to it. */
const chunk = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const buckets = (...entries: [number, number][]) => new Map(entries);
const NONE: NativeHistogram = {
  ...{ schema: 0, bounds: [], zeroThreshold: 0, zeroCount: 0, count: 0, sum: 0, hint: 'unknown' },
  ...{ positive: new Map(), negative: new Map() },
};

test('integers, changes of changes, and the end of a series', () => {
  const { times, histograms } = decodeHistogramChunk(
    chunk('AAMA/z9QYk3S8an8jKSMYxv/AADF5/K0AGJkgGTMzMzMzM0Y3l8HUz4+6OD+B/6sDZmZmZx8fP7BuUivj3NZQAAAAIA='),
    true,
  );
  expect([...times]).toEqual([1_700_000_000_000, 1_700_000_015_001, 1_700_000_030_004]);
  const first = { ...NONE, schema: 1, zeroThreshold: 0.001, zeroCount: 2, count: 9, sum: 18.4 };
  expect(histograms).toEqual([
    { ...first, positive: buckets([0, 1], [1, 2], [3, 1]), negative: buckets([-1, 2]) },
    {
      ...first,
      ...{ zeroCount: 3, count: 1015, sum: -1e9 },
      ...{ positive: buckets([0, 2], [1, 1002], [3, 4]), negative: buckets([-1, 4]) },
    },
    null,
  ]);
});

test('custom bounds', () => {
  const { times, histograms } = decodeHistogramChunk(chunk('AAIAAO5cZlLcZfTikEuhIAAAAAA8fRYf/AAAAAAAAEYx+Opgmwm//Yg='), true);
  expect([...times]).toEqual([1000, 61_000]);
  const shape = { ...NONE, schema: -53, bounds: [0.005, 0.1, 2.5, 1e6] };
  expect(histograms).toEqual([
    { ...shape, count: 6, sum: 1.5, positive: buckets([0, 1], [1, 2], [2, 3]) },
    { ...shape, count: 9, sum: 3.5, positive: buckets([0, 2], [1, 3], [2, 4]) },
  ]);
});

test('floats of a gauge', () => {
  const { times, histograms } = decodeHistogramChunk(
    chunk('AAPAdJxlu332PCAIgAAAAAAAH/AAAAAAAAAgDgAAAAAAAB/8AAAAAAAAIAEAAAAAAAB4+jWLnYDxGf94i//kRg/wEmZmZmZmZt/w'),
    false,
  );
  expect([...times]).toEqual([-5000, -4000, -3000]);
  const shape = { ...NONE, schema: 3, zeroThreshold: 2 ** -128, hint: 'gauge' as const };
  expect(histograms).toEqual([
    { ...shape, zeroCount: 0.5, count: 4.25, sum: 7, positive: buckets([-5, 1.5], [-4, 2.25]) },
    { ...shape, zeroCount: 0.75, count: 3, sum: Number.POSITIVE_INFINITY, positive: buckets([-4, 2.25]) },
    { ...shape, zeroCount: 0.75, count: 3.5, sum: -0.1, positive: buckets([-5, 0.5], [-4, 2.25]) },
  ]);
});

test('chunks of one sample, as they are written here; and cut ones', () => {
  const random = prng(5);
  for (let i = 0; i < 300; i++) {
    const histogram = randomHistogram(random);
    const { areIntegers, bytes } = encodeHistogramSample(i * 1000, histogram);
    const read = decodeHistogramChunk(bytes, areIntegers);
    expect([...read.times]).toEqual([i * 1000]);
    expect(read.histograms).toEqual([{ ...histogram, hint: histogram.hint === 'gauge' ? 'gauge' : 'unknown' }]);
    expect(() => decodeHistogramChunk(bytes.subarray(0, random.int(0, bytes.length - 1)), areIntegers)).toThrow(RangeError);
  }
});
