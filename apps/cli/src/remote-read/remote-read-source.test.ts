import { createServer, type Server } from 'node:http';
import { ByteWriter, crc32c, prng, systemClock } from '@tidemark/base';
import { ProtobufWriter, snappyCompress } from '@tidemark/base/wire';
import { writeHistogram } from '@tidemark/tsdb/histogram-message';
import { Matcher, type NativeHistogram } from '@tidemark/tsdb/model';
import { encodeHistogramSample } from '@tidemark/tsdb/prometheus-histogram-chunk';
import { afterEach, expect, test } from 'vitest';
import { collect } from '../testing/collect.ts';
import { encodeXorChunk } from '../testing/xor-chunk.ts';
import { RemoteReadSource } from './remote-read-source.ts';

const T = 1_700_006_400_000;
const MINUTE_MS = 60_000;
const random = prng(3);
let server: Server;
afterEach(() => void server.close());

interface Sent {
  readonly labels: readonly (readonly [string, string])[];
  readonly samples: readonly { readonly timeMs: number; readonly bits: bigint }[];
}

function message(...fields: (readonly [field: number, value: Uint8Array | number | bigint | string])[]): Uint8Array {
  const out = new ByteWriter();
  for (const [field, value] of fields) {
    if (typeof value === 'number') {
      out.u8(field << 3);
      out.varint(value);
    } else if (typeof value === 'bigint') {
      out.u8((field << 3) | 1);
      out.bytes(new Uint8Array(BigUint64Array.of(value).buffer));
    } else {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      out.u8((field << 3) | 2);
      out.varint(bytes.length);
      out.bytes(bytes);
    }
  }
  return out.finish();
}

const labelsOf = ({ labels }: Sent) => labels.map(([name, value]) => [1, message([1, name], [2, value])] as const);

function samplesAnswer(series: readonly Sent[]): Uint8Array {
  const sent = series.map((each) => {
    const samples = each.samples.map(({ timeMs, bits }) => [2, message([1, bits], [2, timeMs])] as const);
    return [1, message(...labelsOf(each), ...samples, [4, messageOf(each)])] as const;
  });
  return snappyCompress(message([1, message(...sent)]));
}

/** Each series has one native histogram, between two numbers. */
const HISTOGRAM_MS = T + 100 * MINUTE_MS + 1;

function histogramOf({ labels }: Sent): NativeHistogram {
  const count = labels[1][1].charCodeAt(0);
  const none = new Map<number, number>();
  return { schema: 0, bounds: [], zeroThreshold: 1, zeroCount: count, count, sum: 0, positive: none, negative: none, hint: 'unknown' };
}

function messageOf(sent: Sent): Uint8Array {
  const writer = new ProtobufWriter();
  writeHistogram(writer, HISTOGRAM_MS, histogramOf(sent));
  return writer.view().slice();
}

/** A frame for each series; whole chunks, which reach beyond what was asked for, a native histogram's, and one of a kind to come. */
function chunkedAnswer(series: readonly Sent[]): Uint8Array {
  const out = new ByteWriter();
  for (const each of series) {
    const chunks = [each.samples.slice(0, 100), each.samples.slice(100)].filter(({ length }) => length > 0);
    const sent = chunks.map((samples) => [2, message([1, 1], [2, 2], [3, 1], [4, encodeXorChunk(samples)])] as const);
    const { bytes } = encodeHistogramSample(HISTOGRAM_MS, histogramOf(each));
    const histogram = [2, message([3, 2], [4, bytes])] as const;
    const unknown = [2, message([3, 9], [4, Buffer.from('whatever')])] as const;
    const frame = message([1, message(...labelsOf(each), ...sent, histogram, unknown)], [2, 0]);
    out.varint(frame.length);
    out.bytes(Buffer.from(Uint32Array.of(crc32c(frame)).buffer).reverse());
    out.bytes(frame);
  }
  return out.finish();
}

const series: readonly Sent[] = ['a', 'b'].map((host) => ({
  labels: [
    ['__name__', 'up'],
    ['host', host],
  ],
  samples: Array.from({ length: 300 }, (_, i) => ({
    timeMs: T + i * MINUTE_MS,
    bits: new BigUint64Array(Float64Array.of(random.int(0, 9)).buffer)[0],
  })),
}));

async function start(
  answer: (asked: number) => { readonly type: string; readonly body: Uint8Array; readonly status?: number },
): Promise<string> {
  let asked = 0;
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { type, body, status = 200 } = answer(asked++);
      response.writeHead(status, { 'Content-Type': type });
      // In pieces, so that frames are cut.
      for (let at = 0; at < body.length; at += 997) response.write(body.subarray(at, at + 997));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/api/v1/read`;
}

const source = (url: string, toMs: number) =>
  new RemoteReadSource({
    url,
    matchers: [new Matcher('__name__', '=', 'up')],
    fromMs: T + 10 * MINUTE_MS,
    toMs,
    headers: {},
    clock: systemClock,
    signal: new AbortController().signal,
  });

const expected = Object.fromEntries(
  series.map((each) => {
    const numbers = each.samples
      .slice(10, 201)
      .map(({ timeMs, bits }) => `${timeMs} ${new Float64Array(BigUint64Array.of(bits).buffer)[0]}`);
    const histogram = `${HISTOGRAM_MS} ${Buffer.from(messageOf(each)).toString('hex')}`;
    return [`up{host="${each.labels[1][1]}"}`, numbers.toSpliced(91, 0, histogram)];
  }),
);

test.each([
  { title: 'samples', type: 'application/x-protobuf', body: samplesAnswer(series), unknown: 0 },
  {
    title: 'streamed chunks',
    type: 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse',
    body: chunkedAnswer(series),
    unknown: 4,
  },
])('$title: what was asked for comes, and nothing else', async ({ type, body, unknown }) => {
  const read = source(await start(() => ({ type, body })), T + 200 * MINUTE_MS);
  expect(await collect(read)).toEqual(expected);
  expect(read.notes.all.reduce((sum, { count }) => sum + count, 0)).toBe(unknown);
});

test('a server that is busy is asked again', async () => {
  const body = samplesAnswer(series);
  const url = await start((asked) => ({ type: 'application/x-protobuf', body, status: asked === 0 ? 503 : 200 }));
  expect(Object.keys(await collect(source(url, T + 100 * MINUTE_MS)))).toEqual(Object.keys(expected));
});

test.each([
  { title: 'another status', status: 404, type: 'text/plain', body: Buffer.from('not here'), said: 'refuses: 404 not here' },
  { title: 'no protobuf', status: 200, type: 'text/html', body: Buffer.from('<html>'), said: 'no remote read' },
  {
    title: 'a broken frame',
    status: 200,
    type: 'application/x-streamed-protobuf',
    body: chunkedAnswer(series).map((byte, i) => (i === 50 ? byte ^ 1 : byte)),
    said: 'checksum',
  },
  {
    title: 'a cut stream',
    status: 200,
    type: 'application/x-streamed-protobuf',
    body: chunkedAnswer(series).subarray(0, 200),
    said: 'middle of a frame',
  },
])('$title is said', async ({ status, type, body, said }) => {
  const url = await start(() => ({ type, body, status }));
  await expect(collect(source(url, T + 100 * MINUTE_MS))).rejects.toThrow(said);
});
