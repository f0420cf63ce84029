import { snappy } from '@tidemark/base/testing';
import { decodeHistogram } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { featuresOf } from '../features.ts';
import { linesOf } from '../scrape/recording.ts';
import { RemoteWriteDecoder } from './remote-write-decoder.ts';
import { bitsOf, writeRequest2 } from './testing/remote-write-schema.ts';

const NOW = 1_700_000_000_000n;
const SYMBOLS = ['', '__name__', 'requests_total', '__type__', 'mine', 'requests', 'latency', '__unit__'];
const COUNTER = { type: 1, helpRef: 0, unitRef: 5 };

type Sent = Record<string, unknown>;

function decoding(...names: Parameters<typeof featuresOf>[0]) {
  const decoder = new RemoteWriteDecoder('2.0', { features: featuresOf(names) });
  return (...timeseries: Sent[]) => {
    const decoded = decoder.decode(Buffer.from(snappy.compress(writeRequest2({ symbols: SYMBOLS, timeseries }))));
    if (decoded.kind !== 'samples') throw new Error(JSON.stringify(decoded));
    return decoded.batch;
  };
}

const samplesOf = (batch: ReturnType<ReturnType<typeof decoding>>) =>
  Array.from(batch.timesMs, (timeMs, i): [number, number] => [timeMs - Number(NOW), batch.values[i]]);

const at = (ms: number, value: number, startMs?: number) => ({
  bits: bitsOf(value),
  timestamp: NOW + BigInt(ms),
  ...(startMs !== undefined && { startTimestamp: NOW + BigInt(startMs) }),
});
const series = (...samples: Sent[]) => ({ labelsRefs: [1, 2], samples });

test('a zero is given where a series starts: behind what is known of it, and not long ago', () => {
  const decode = decoding('created-timestamp-zero-ingestion');
  expect(samplesOf(decode(series(at(0, 5, -500))))).toEqual([
    [0, 5],
    [-500, 0],
  ]);
  expect(samplesOf(decode(series(at(1000, 6, -500))))).toEqual([[1000, 6]]);
  const restarted = series(at(2000, 7, -500), at(3000, 1, 2500));
  const expected = [
    [2000, 7],
    [3000, 1],
    [2500, 0],
  ];
  expect(samplesOf(decode(restarted))).toEqual(expected);
  // As a sender does that has heard nothing.
  expect(samplesOf(decode(restarted))).toEqual(expected);
  expect(samplesOf(decode(series(at(4000, 2, 4000), at(5000, 3, 4000))))).toHaveLength(2);
  const other = decoding('created-timestamp-zero-ingestion');
  expect(samplesOf(other(series(at(0, 5, -3_600_001))))).toEqual([[0, 5]]);
});

test('a histogram begins with an empty one', () => {
  const histogram = {
    ...{ countInt: 3n, sumBits: bitsOf(4), schema: 1, zeroThreshold: 0.5, zeroCountInt: 1n, timestamp: NOW, startTimestamp: NOW - 5n },
    ...{ positiveSpans: [{ offset: 0, length: 1 }], positiveDeltas: [2n] },
  };
  const batch = decoding('created-timestamp-zero-ingestion')({ labelsRefs: [1, 6], histograms: [histogram] });
  expect(Array.from(batch.timesMs)).toEqual([Number(NOW), Number(NOW) - 5]);
  expect(batch.histograms?.map(decodeHistogram)[1]).toMatchObject({ count: 0, sum: 0, schema: 1, zeroThreshold: 0.5, hint: 'reset' });
});

test('without the feature nothing is given, and labels are as sent', () => {
  const batch = decoding()({ ...series(at(0, 5, -500)), metadata: COUNTER });
  expect(linesOf({ tenant: 't', ...batch })).toEqual(['requests_total 5']);
});

test('type and unit become labels, in place of those that were sent', () => {
  const decode = decoding('type-and-unit-labels');
  const labelled = (labelsRefs: number[], metadata?: object) =>
    linesOf({ tenant: 't', ...decode({ labelsRefs, samples: [at(0, 1)], metadata }) });
  expect(labelled([1, 2, 3, 4], COUNTER)).toEqual(['requests_total{__type__="counter", __unit__="requests"} 1']);
  expect(labelled([1, 2, 3, 4, 7, 4], { type: 2 })).toEqual(['requests_total{__type__="gauge"} 1']);
  expect(labelled([1, 2, 3, 4])).toEqual(['requests_total{__type__="mine"} 1']);
});
