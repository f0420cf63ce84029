import { crc32c } from '@tidemark/base';
import { ProtobufCursor, ProtobufWriter, snappyCompress, snappyDecompress } from '@tidemark/base/wire';
import { isStaleAt, type NativeHistogram } from '@tidemark/tsdb/model';
import { decodeXorChunk } from '@tidemark/tsdb/xor-chunk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../../testing/start-worker.ts';

const T = 1_700_000_000_000;
let worker: TestWorker;

const PLAIN: NativeHistogram = {
  schema: 1,
  bounds: [],
  zeroThreshold: 0.5,
  zeroCount: 1,
  count: 11,
  sum: 20.5,
  positive: new Map([
    [2, 3],
    [3, 1],
    [70, 5],
  ]),
  negative: new Map([[-4, 1]]),
  hint: 'gauge',
};
const CUSTOM: NativeHistogram = {
  ...PLAIN,
  schema: -53,
  bounds: [0.25, 4],
  zeroThreshold: 0,
  zeroCount: 0,
  count: 2.5,
  positive: new Map([
    [0, 0.5],
    [2, 2],
  ]),
  negative: new Map(),
  hint: 'unknown',
};
const LATENCIES = [PLAIN, 7, 8, CUSTOM];

beforeAll(async () => {
  worker = await startWorker();
  for (let second = 0; second < 300; second++) {
    const atMs = T + second * 1000;
    const value = second === 299 ? 'stale' : second / 3;
    await worker.feed.send([
      { labels: { __name__: 'temp', room: 'hall' }, atMs, value },
      { labels: { __name__: 'temp', room: 'attic' }, atMs, value: second },
    ]);
    worker.clock.advance(1_000);
  }
  for (const [i, value] of LATENCIES.entries()) await worker.feed.send([{ labels: { __name__: 'latency' }, atMs: T + i * 1000, value }]);
  await worker.settle();
});

afterAll(() => worker.stop());

interface Query {
  readonly fromMs: number;
  readonly toMs: number;
  /** Type (0 to 3: =, !=, =~, !~), name, value. */
  readonly matchers: readonly (readonly [number, string, string])[];
}

function requestOf(queries: readonly Query[], types: readonly number[]): Uint8Array {
  const request = new ProtobufWriter();
  for (const { fromMs, toMs, matchers } of queries) {
    const query = new ProtobufWriter();
    query.int64(1, fromMs);
    query.int64(2, toMs);
    for (const [type, name, value] of matchers) {
      const matcher = new ProtobufWriter();
      matcher.int64(1, type);
      matcher.string(2, name);
      matcher.string(3, value);
      query.bytes(3, matcher.view());
    }
    request.bytes(1, query.view());
  }
  for (const type of types) request.int64(2, type);
  return request.view();
}

function read(queries: readonly Query[], types: readonly number[] = []): Promise<Response> {
  const body = snappyCompress(requestOf(queries, types)) as unknown as Uint8Array<ArrayBuffer>;
  return fetch(`${worker.url}/api/v1/read`, { method: 'POST', body });
}

/** A message's fields, in order: numbers, doubles as their eight bytes, and bytes. */
function fieldsOf(bytes: Buffer): [field: number, value: number | Buffer][] {
  const fields: [number, number | Buffer][] = [];
  const cursor = new ProtobufCursor(bytes);
  while (cursor.next()) {
    const { field, wire } = cursor;
    if (wire === 0) fields.push([field, cursor.int64()]);
    else {
      const end = wire === 1 ? cursor.at + 8 : cursor.lengthEnd();
      fields.push([field, bytes.subarray(cursor.at, end)]);
      cursor.at = end;
    }
  }
  return fields;
}

const bytesOf = (message: Buffer, field: number) => fieldsOf(message).flatMap(([own, value]) => (own === field ? [value as Buffer] : []));
const labelsOf = (series: Buffer) =>
  bytesOf(series, 1).map((label) =>
    fieldsOf(label)
      .map(([, text]) => String(text))
      .join('='),
  );

/** Labels, times and values of each series of each result. */
async function samplesOf(response: Response) {
  expect([response.status, response.headers.get('content-type'), response.headers.get('content-encoding')]).toEqual([
    200,
    'application/x-protobuf',
    'snappy',
  ]);
  const body = snappyDecompress(Buffer.from(await response.arrayBuffer()), 1e9);
  if (body.kind !== 'bytes') throw new Error(body.kind);
  return bytesOf(body.bytes, 1).map((result) =>
    bytesOf(result, 1).map((series) => {
      const samples = bytesOf(series, 2).map(fieldsOf);
      const values = Buffer.concat(samples.map(([[, value]]) => value as Buffer));
      return {
        labels: labelsOf(series),
        times: samples.map(([, [, timeMs]]) => timeMs),
        values: new Float64Array(Uint8Array.from(values).buffer),
      };
    }),
  );
}

const HALL: Query = {
  fromMs: T + 1000,
  toMs: T + 3000,
  matchers: [
    [0, '__name__', 'temp'],
    [2, 'room', 'ha.*'],
  ],
}; // prettier-ignore
const ALL: Query = { fromMs: -5, toMs: Number.MAX_SAFE_INTEGER, matchers: [[0, '__name__', 'temp']] };

test('samples: each query has a result, its series in order, stale markers with their bits', async () => {
  const [hall, all, none] = await samplesOf(await read([HALL, ALL, { ...ALL, matchers: [[0, 'room', 'cellar']] }]));
  expect(hall).toEqual([
    { labels: ['__name__=temp', 'room=hall'], times: [T + 1000, T + 2000, T + 3000], values: Float64Array.of(1 / 3, 2 / 3, 1) },
  ]);
  expect(all.map(({ labels, times }) => [labels[1], times.length])).toEqual([
    ['room=attic', 300],
    ['room=hall', 300],
  ]);
  expect(isStaleAt(all[1].values, 299)).toBe(true);
  expect(none).toEqual([]);
});

test('chunks: frames with checksums, one series after the other, whose samples are the same', async () => {
  const response = await read([HALL, ALL], [1, 0]);
  expect(response.headers.get('content-type')).toBe('application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse');
  const body = Buffer.from(await response.arrayBuffer());
  const streamed: { query: number; labels: string[]; times: number[]; values: number[]; chunks: number }[] = [];
  for (let at = 0; at < body.length; ) {
    let length = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = body[at++];
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    const frame = body.subarray(at + 4, at + 4 + length);
    expect(body.readUInt32BE(at)).toBe(crc32c(frame));
    at += 4 + length;
    const [[, series], [, query]] = fieldsOf(frame);
    const chunks = bytesOf(series as Buffer, 2).map((chunk) => {
      const [[, fromMs], [, toMs], [, type], [, data]] = fieldsOf(chunk);
      const samples = decodeXorChunk(data as Buffer);
      expect([fromMs, toMs, type]).toEqual([samples.times[0], samples.times.at(-1), 1]);
      return samples;
    });
    const joined = (name: 'times' | 'values') => chunks.flatMap((chunk) => [...chunk[name]]);
    streamed.push({
      query: query as number,
      labels: labelsOf(series as Buffer),
      times: joined('times'),
      values: joined('values'),
      chunks: chunks.length,
    });
  }
  const plain = await samplesOf(await read([HALL, ALL], [0]));
  expect(streamed.map(({ chunks: _, ...each }) => each)).toEqual(
    plain.flatMap((result, query) => result.map((each) => ({ query, ...each, values: [...each.values] }))),
  );
  expect(streamed.map(({ chunks }) => chunks)).toEqual([1, 3, 3]);
});

const LATENCY: Query = { ...ALL, matchers: [[0, '__name__', 'latency']] };

test('samples: histograms stand beside numbers', async () => {
  const body = snappyDecompress(Buffer.from(await (await read([LATENCY])).arrayBuffer()), 1e9);
  if (body.kind !== 'bytes') throw new Error(body.kind);
  const [series] = bytesOf(bytesOf(body.bytes, 1)[0], 1);
  expect(bytesOf(series, 2).map((sample) => fieldsOf(sample)[1][1])).toEqual([T + 1000, T + 2000]);
  const told = (message: Buffer) =>
    fieldsOf(message).map(([field, value]) => [field, typeof value === 'number' ? value : value.toString('hex')]);
  expect(bytesOf(series, 4).map(told)).toEqual([
    [
      [1, 11],
      [3, '0000000000803440'],
      [4, 2],
      [5, '000000000000e03f'],
      [6, 1],
      [8, '08071001'],
      [9, '02'],
      [11, '08041002'],
      [11, '0884011001'],
      [12, '060308'],
      [14, 3],
      [15, T],
    ],
    [
      [2, '0000000000000440'],
      [3, '0000000000803440'],
      [4, 105],
      [5, '0000000000000000'],
      [7, '0000000000000000'],
      [11, '08001001'],
      [11, '08021001'],
      [13, '000000000000e03f0000000000000040'],
      [14, 0],
      [15, T + 3000],
      [16, '000000000000d03f0000000000001040'],
    ],
  ]);
});

test('chunks: histograms have chunks of their own between those of numbers', async () => {
  const body = Buffer.from(await (await read([LATENCY], [1])).arrayBuffer());
  // One frame: its length, of two bytes, and its checksum come first.
  const [[, series]] = fieldsOf(body.subarray(6));
  const chunks = bytesOf(series as Buffer, 2).map(fieldsOf);
  expect(chunks.map(([[, fromMs], [, toMs], [, type]]) => [fromMs, toMs, type])).toEqual([
    [T, T, 2],
    [T + 1000, T + 2000, 1],
    [T + 3000, T + 3000, 3],
  ]);
});

test('a type that is not known is passed over, and a request that accepts no other is refused', async () => {
  expect((await samplesOf(await read([HALL], [7, 0]))).length).toBe(1);
  const refused = await read([HALL], [7]);
  expect([refused.status, await refused.text()]).toEqual([
    400,
    expect.stringContaining('does not support any of the requested response types'),
  ]);
});

test.each<[string, Uint8Array, RegExp]>([
  ['no snappy', Buffer.from('hello'), /snappy/],
  ['no protobuf', snappyCompress(Buffer.from([0xff, 0xff])), /protobuf/],
  ['a matcher of another type', snappyCompress(requestOf([{ ...ALL, matchers: [[9, 'a', 'b']] }], [])), /matcher type/],
  ['no regular expression', snappyCompress(requestOf([{ ...ALL, matchers: [[2, 'a', '(']] }], [])), /./],
  ['too many queries', snappyCompress(requestOf(new Array(101).fill(HALL), [])), /101 queries/],
])('refused: %s', async (_, body, reason) => {
  const response = await fetch(`${worker.url}/api/v1/read`, { method: 'POST', body: body as Uint8Array<ArrayBuffer> });
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
  expect(await response.text()).toMatch(reason);
});

test('another tenant reads its own', async () => {
  const body = snappyCompress(requestOf([ALL], [])) as unknown as Uint8Array<ArrayBuffer>;
  const response = await fetch(`${worker.url}/api/v1/read`, { method: 'POST', body, headers: { 'X-Scope-OrgID': 'other' } });
  expect(await samplesOf(response)).toEqual([[]]);
});
