import { readFileSync } from 'node:fs';
import { ManualClock } from '@tidemark/base/testing';
import {
  decodeHistogram,
  encodeHistogram,
  Labels,
  markHigh,
  markLow,
  NamedSeries,
  STALE_HIGH,
  STALE_LOW,
  writeStaleAt,
} from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { decodeDurable } from './file/durable.ts';
import { readFrameHeader, writeFrame } from './file/frame.ts';
import { RecordDecoder } from './record/decoder.ts';
import { RecordEncoder } from './record/encoder.ts';

/** The examples of a format document, as bytes. */
function examplesOf(document: string): Buffer[] {
  const text = readFileSync(new URL(`../../../docs/format/${document}`, import.meta.url), 'utf8');
  return [...text.matchAll(/```hex\n([\s\S]*?)```/g)].map(([, block]) =>
    Buffer.from(block.replaceAll(/#.*/g, '').replaceAll(/\s/g, ''), 'hex'),
  );
}

const SALT = 0x12345678;
const ACCEPTED_AT = 1_700_000_000_000;
const SERIES = ['node', 'db'].map((job) => Labels.from({ __name__: 'up', job }));
const EXEMPLAR = { series: SERIES[0], labels: Labels.from({ t: '7' }), timeMs: ACCEPTED_AT - 5, value: 1 };

test.each([0, 2, 3])('record %i in record.md decodes to what it says', (example) => {
  const bytes = examplesOf('record.md')[example];
  const decoded = new RecordDecoder('record.md').decode(bytes, 3);
  if (decoded.kind !== 'batch') throw new Error(decoded.kind);
  const { batch, origin } = decoded;
  expect(batch.tenant).toBe('default');
  expect(batch.acceptedAtMs).toBe(ACCEPTED_AT);
  expect([0, 1].map((series) => `${batch.table.labels(series)}`)).toEqual(['up{job="node"}', 'up{job="db"}']);
  expect(batch.metadata).toEqual([{ family: 'up', type: 'gauge', help: 'Is it?', unit: '' }]);
  expect(batch.exemplars).toEqual(example === 0 ? [EXEMPLAR] : []);
  expect(origin).toMatchObject({ offset: 3, epochOffset: 3 });
  const [{ timeMs, numbers, values }] = batch.groups;
  expect([timeMs, ...numbers]).toEqual([ACCEPTED_AT - 5, 0, 1]);
  expect([...new Uint32Array(values.buffer, values.byteOffset, 4)]).toEqual([0, 0x3ff00000, STALE_LOW, STALE_HIGH]);
});

const HISTOGRAM = {
  schema: 0,
  bounds: [],
  zeroThreshold: 2 ** -128,
  zeroCount: 0,
  count: 2,
  sum: 3,
  positive: new Map([[1, 2]]),
  negative: new Map(),
  hint: 'unknown',
} as const;

test('the histogram in record.md decodes to what it says', () => {
  const [first, second] = examplesOf('record.md');
  const decoder = new RecordDecoder('record.md');
  decoder.decode(first, 0);
  const decoded = decoder.decode(second, 1);
  if (decoded.kind !== 'batch') throw new Error(decoded.kind);
  const { groups, histograms = [] } = decoded.batch;
  expect(histograms.map(decodeHistogram)).toEqual([HISTOGRAM]);
  const [{ values }] = groups;
  expect([...new Uint32Array(values.buffer, values.byteOffset, 2)]).toEqual([markLow(0), markHigh(0)]);
});

test('the records in record.md are what the encoder writes', () => {
  const clock = new ManualClock(ACCEPTED_AT);
  const encoder = new RecordEncoder({ producer: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), clock });
  const table = NamedSeries.of(SERIES);
  const values = Float64Array.of(1, 0);
  writeStaleAt(values, 1);
  const columns = [{ table, numbers: Uint32Array.of(0, 1), timesMs: new Float64Array(2).fill(ACCEPTED_AT - 5), values }];
  const metadata = [{ family: 'up', type: 'gauge', help: 'Is it?', unit: '' } as const];
  const first = encoder.encode({ tenant: 'default', columns, metadata, exemplars: [EXEMPLAR] });
  const marked = new Float64Array(Uint32Array.of(markLow(0), markHigh(0)).buffer);
  const ofHistogram = [{ table, numbers: Uint32Array.of(0), timesMs: Float64Array.of(ACCEPTED_AT - 5), values: marked }];
  const histograms = [encodeHistogram(HISTOGRAM)];
  const second = encoder.encode({ tenant: 'default', columns: ofHistogram, metadata: [], histograms });
  const written = [first, second].map(({ bytes }) => Buffer.from(bytes).toString('hex'));
  expect(written).toEqual([0, 1].map((example) => examplesOf('record.md')[example].toString('hex')));
});

test('the frame in log-file.md', () => {
  const [bytes] = examplesOf('log-file.md');
  expect(readFrameHeader(bytes, 0, SALT)).toMatchObject({ offset: 7, timeMs: ACCEPTED_AT, length: 5 });
  expect(readFrameHeader(bytes, 0, SALT + 1)).toBeNull();
  const written = Buffer.alloc(bytes.length);
  writeFrame(written, 0, SALT, 7, ACCEPTED_AT, Buffer.from('hello'));
  expect(written.toString('hex')).toBe(bytes.toString('hex'));
});

test('the durable end in log-file.md', () => {
  const [, bytes] = examplesOf('log-file.md');
  expect(decodeDurable(bytes, 2, SALT)).toEqual([
    { segment: 0, bytes: 37, end: 1 },
    { segment: 300, bytes: 65_536, end: 310 },
  ]);
  for (let i = 0; i < bytes.length; i++) {
    const torn = Buffer.from(bytes);
    torn[i] ^= 1;
    expect(decodeDurable(torn, 2, SALT)).toBeNull();
  }
});
