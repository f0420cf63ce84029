import { snappy } from '@tidemark/base/testing';
import { decodeHistogram, HISTOGRAM_BUCKETS_MAX, histogramsOf, isStaleAt, type NativeHistogram } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import type { RemoteWriteVersion } from '../../kernel/remote-write-kernel.ts';
import { seriesOf } from '../../scrape/recording.ts';
import type { DecodedSamples } from '../incoming-columns.ts';
import { RemoteWriteDecoder } from '../remote-write-decoder.ts';
import { bitsOf, writeRequest1, writeRequest2 } from '../testing/remote-write-schema.ts';

const NOW = 1_700_000_000_000n;
const VERSIONS: RemoteWriteVersion[] = ['1.0', '2.0'];

type Sent = Record<string, unknown>;

/** A series for each, named by its key, with a number before it. */
function decode(version: RemoteWriteVersion, histograms: Record<string, readonly Sent[]>): DecodedSamples {
  const names = Object.keys(histograms);
  const rest = (name: string) => ({ samples: [{ bits: bitsOf(1), timestamp: NOW }], histograms: histograms[name] });
  const symbols = ['', '__name__', ...names];
  const message =
    version === '1.0'
      ? writeRequest1({ timeseries: names.map((name) => ({ labels: [{ name: '__name__', value: name }], ...rest(name) })) })
      : writeRequest2({ symbols, timeseries: names.map((name) => ({ labelsRefs: [1, symbols.indexOf(name)], ...rest(name) })) });
  const decoded = new RemoteWriteDecoder(version).decode(Buffer.from(snappy.compress(message)));
  if (decoded.kind !== 'samples') throw new Error(JSON.stringify(decoded));
  return decoded;
}

/** Samples as they are in the columns. */
function taken({ batch }: DecodedSamples): (number | 'stale' | NativeHistogram)[] {
  const { timesMs: times, values, histograms } = batch;
  const marked = histogramsOf({ times, values, histograms: histograms?.map(decodeHistogram) });
  return Array.from(values, (value, i) => marked?.[i] ?? (isStaleAt(values, i) ? 'stale' : value));
}

const PLAIN = {
  countInt: 12n,
  sumBits: bitsOf(18.4),
  schema: 1,
  zeroThreshold: 0.001,
  zeroCountInt: 2n,
  negativeSpans: [{ offset: -1, length: 1 }],
  negativeDeltas: [1n],
  positiveSpans: [
    { offset: 0, length: 2 },
    { offset: 1, length: 2 },
  ],
  positiveDeltas: [1n, 1n, -2n, 6n],
  resetHint: 1,
  timestamp: NOW + 1n,
};

test.each(VERSIONS)('%s: integers and their deltas', (version) => {
  const [, histogram] = taken(decode(version, { latency: [PLAIN] }));
  expect(histogram).toEqual({
    schema: 1,
    bounds: [],
    zeroThreshold: 0.001,
    zeroCount: 2,
    count: 12,
    sum: 18.4,
    // The third bucket is empty.
    positive: new Map([
      [0, 1],
      [1, 2],
      [4, 6],
    ]),
    negative: new Map([[-1, 1]]),
    hint: 'reset',
  });
});

test.each(VERSIONS)('%s: doubles, custom bounds, and the end of a series', (version) => {
  const floats = {
    countFloat: 2.5,
    sumBits: bitsOf(3),
    schema: -53,
    positiveSpans: [{ offset: 0, length: 2 }],
    positiveCounts: [0.5, 2],
    customValues: [0.1, 1],
    resetHint: 3,
    timestamp: NOW + 1n,
  };
  const [, histogram, end] = taken(decode(version, { latency: [floats, { sumBits: 0x7ff0000000000002n, timestamp: NOW + 2n }] }));
  const positive = new Map([
    [0, 0.5],
    [1, 2],
  ]);
  const rest = { zeroThreshold: 0, zeroCount: 0, negative: new Map(), hint: 'gauge' };
  expect(histogram).toEqual({ schema: -53, bounds: [0.1, 1], count: 2.5, sum: 3, positive, ...rest });
  expect(end).toBe('stale');
});

const BAD: readonly (readonly [problem: string, sent: Sent])[] = [
  ['has 12 observations, and 13 of them in buckets', { zeroCountInt: 3n }],
  ['has a bucket of -1 observations', { positiveDeltas: [1n, -2n, 0n, 0n] }],
  ['has spans of 4 buckets, and 3 counts', { positiveDeltas: [1n, 1n, -2n] }],
  [
    'has a span with the offset -1',
    {
      positiveSpans: [
        { offset: 0, length: 2 },
        { offset: -1, length: 2 },
      ],
    },
  ],
  [
    'has spans of 4294967297 buckets, and 4 counts',
    {
      positiveSpans: [
        { offset: 0, length: 4294967295 },
        { offset: 0, length: 2 },
      ],
    },
  ],
  ['has schema -5', { schema: -5 }],
  ['has schema 53', { schema: 53 }],
  ['has schema 1, and custom bounds as well', { customValues: [1] }],
  ['has custom bounds, and a zero bucket as well', { schema: -53, customValues: [1] }],
  ['has a zero bucket up to -1', { zeroThreshold: -1 }],
];

test.each(VERSIONS)('%s: one that cannot be taken is named, and costs no neighbour', (version) => {
  for (const [problem, sent] of BAD) {
    const decoded = decode(version, { before: [PLAIN], bad: [PLAIN, { ...PLAIN, ...sent }], behind: [PLAIN] });
    expect(decoded.refused, problem).toEqual({ series: 1, samples: 1, firstReason: `series bad: a histogram ${problem}` });
    expect(taken(decoded).filter((sample) => typeof sample === 'object')).toHaveLength(3);
    expect(seriesOf(decoded.batch).map(({ name }) => name)).toEqual(['before', 'before', 'bad', 'bad', 'behind', 'behind']);
  }
});

test('observations that are no numbers are in no bucket', () => {
  const [, histogram] = taken(decode('1.0', { latency: [{ ...PLAIN, countInt: 20n, sumBits: bitsOf(Number.NaN) }] }));
  expect(histogram).toMatchObject({ count: 20, sum: Number.NaN });
});

test('too many buckets, or too fine ones, become wider', () => {
  const wide = (schema: number, length: number, offset = 0) => ({
    countInt: BigInt(length),
    schema,
    positiveSpans: [{ offset, length }],
    positiveDeltas: Array.from({ length }, (_, i) => (i === 0 ? 1n : 0n)),
    timestamp: NOW + 1n,
  });
  const [, many, fine] = taken(decode('1.0', { latency: [wide(8, HISTOGRAM_BUCKETS_MAX + 1), wide(9, 4, -2)] }));
  const { schema, positive, count } = many as NativeHistogram;
  expect([schema, positive.size, count]).toEqual([7, HISTOGRAM_BUCKETS_MAX / 2 + 1, HISTOGRAM_BUCKETS_MAX + 1]);
  // What is at most 2^-1 of a unit: buckets -2, -1, 0, 1 of schema 9 are -1, 0, 0, 1 of schema 8.
  expect(fine).toMatchObject({
    schema: 8,
    positive: new Map([
      [-1, 1],
      [0, 2],
      [1, 1],
    ]),
  });
  const { refused } = decode('1.0', { latency: [wide(-4, HISTOGRAM_BUCKETS_MAX + 1)] });
  expect(refused?.firstReason).toBe(`series latency: a histogram has more than ${HISTOGRAM_BUCKETS_MAX} buckets`);
});

test('a number that looks like a mark is no histogram', () => {
  const sent = { timeseries: [{ labels: [{ name: '__name__', value: 'up' }], samples: [{ bits: 0x7ffa000000000000n, timestamp: NOW }] }] };
  for (const histograms of [[], [PLAIN]]) {
    const message = writeRequest1({ timeseries: [{ ...sent.timeseries[0], histograms }] });
    const decoded = new RemoteWriteDecoder('1.0').decode(Buffer.from(snappy.compress(message)));
    if (decoded.kind !== 'samples') throw new Error(decoded.kind);
    expect(new BigUint64Array(decoded.batch.values.slice().buffer)[0]).toBe(0x7ff8000000000000n);
  }
});
