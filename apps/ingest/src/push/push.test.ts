import { gzipSync } from 'node:zlib';
import { HttpServer } from '@tidemark/base/http';
import { ManualClock, snappy } from '@tidemark/base/testing';
import { type LogWriter, RecordDecoder } from '@tidemark/log';
import { MemoryLog } from '@tidemark/log/memory';
import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { writeRequest1, writeRequest2 } from '../decode/testing/remote-write-schema.ts';
import { LogPublisher } from '../publish/log-publisher.ts';
import { createPublishMetrics } from '../publish/metrics.ts';
import { createPushMetrics } from './metrics.ts';
import { pushRoutes } from './routes.ts';

const clock = new ManualClock();
const NOW = BigInt(clock.now());
const V2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(writerOf = (log: MemoryLog): LogWriter => log.writer()) {
  const log = new MemoryLog({ partitions: 1, clock });
  const registry = new Registry();
  const publisher = new LogPublisher({ log: writerOf(log), clock, producer: new Uint8Array(8), metrics: createPublishMetrics(registry) });
  const server = new HttpServer({
    name: 'http',
    host: '127.0.0.1',
    port: 0,
    routes: pushRoutes(publisher, clock, createPushMetrics(registry)),
    notReady: () => null,
    onError: (error) => {
      throw error;
    },
  });
  await server.listen();
  closers.push(() => server.drain());
  const url = `http://127.0.0.1:${server.address.port}`;
  return {
    registry,
    post: (path: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
      fetch(url + path, { method: 'POST', body: typeof body === 'string' ? body : Buffer.from(body), headers }),
    /** Everything in the log, as text. */
    stored: () => {
      const decoder = new RecordDecoder('log');
      return log.partitions[0].records.flatMap(({ bytes }, offset) => {
        const decoded = decoder.decode(bytes, offset);
        if (decoded.kind !== 'batch') throw new Error(decoded.kind);
        const { tenant, table, groups } = decoded.batch;
        return groups.flatMap(({ numbers, values }) =>
          Array.from(numbers, (number, i) => `${tenant} ${table.labels(number)} ${values[i]}`),
        );
      });
    },
  };
}

function series(...pairs: [string, string][]) {
  return { labels: pairs.map(([name, value]) => ({ name, value })), samples: [{ bits: 0x3ff0000000000000n, timestamp: NOW }] };
}

const ONE = snappy.compress(writeRequest1({ timeseries: [series(['__name__', 'up'])] }));
const TWO = snappy.compress(
  writeRequest2({
    symbols: ['', '__name__', 'up', 'down'],
    timeseries: [2, 3].map((name) => ({
      labelsRefs: [1, name],
      samples: [{ bits: 0n, timestamp: NOW }],
      histograms: [{ timestamp: NOW + 1n }],
    })),
  }),
);

test('remote write 1.0 and 2.0 are told apart by their content type', async () => {
  const { post, stored } = await start();
  const said: Record<string, string>[] = [
    {},
    { 'Content-Type': 'application/x-protobuf;proto=prometheus.WriteRequest', 'Content-Encoding': 'snappy' },
  ];
  for (const headers of said) {
    const response = await post('/api/v1/write', ONE, { 'Content-Type': 'application/x-protobuf', ...headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('X-Prometheus-Remote-Write-Samples-Written')).toBeNull();
  }
  const response = await post('/api/v1/write', TWO, { 'Content-Type': V2, 'Content-Encoding': 'snappy', 'X-Scope-OrgID': 'team-a' });
  expect(response.status).toBe(204);
  expect(['Samples', 'Histograms', 'Exemplars'].map((what) => response.headers.get(`X-Prometheus-Remote-Write-${what}-Written`))).toEqual([
    '2',
    '2',
    '0',
  ]);
  expect(stored()).toEqual(['default up 1', 'default up 1', 'team-a up 0', 'team-a down 0', 'team-a up NaN', 'team-a down NaN']);
});

test('what is not spoken here is 415', async () => {
  const { post } = await start();
  const proto = 'application/x-protobuf';
  const unknown: Record<string, string>[] = [
    { 'Content-Type': 'application/json' },
    { 'Content-Type': `${proto};proto=io.prometheus.write.v3.Request` },
    { 'Content-Type': proto, 'Content-Encoding': 'zstd' },
  ];
  for (const headers of unknown) {
    expect((await post('/api/v1/write', ONE, headers)).status).toBe(415);
  }
  expect((await post('/api/v1/push', '{}', { 'Content-Encoding': 'br' })).status).toBe(415);
});

test('bad input is 400 with words, and the next request is served', async () => {
  const { post, stored } = await start();
  const proto = { 'Content-Type': 'application/x-protobuf' };
  const bomb = Uint8Array.from([0x80, 0xc2, 0xd7, 0x2f, 0, 0]);
  const cases: [Uint8Array, Record<string, string>, string][] = [
    [bomb, proto, '100000000 bytes decompressed'],
    [Uint8Array.from([3, 1, 2]), proto, 'snappy: '],
    [snappy.compress(Uint8Array.from([0x0a, 0x7f])), proto, 'protobuf: '],
    [ONE, { ...proto, 'X-Scope-OrgID': '../etc' }, 'tenant'],
    [TWO.slice(0, -1), { 'Content-Type': V2 }, 'snappy: '],
  ];
  for (const [body, headers, words] of cases) {
    const response = await post('/api/v1/write', body, headers);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words);
  }
  expect((await post('/api/v1/write', ONE, proto)).status).toBe(204);
  expect(stored()).toEqual(['default up 1']);
});

test('good series of a partly bad request are kept, the first bad one is named', async () => {
  const { post, stored, registry } = await start();
  const body = writeRequest1({ timeseries: [series(['__name__', 'good']), series(['job', 'a'], ['job', 'b']), series(['x', 'y'])] });
  const response = await post('/api/v1/write', snappy.compress(body), { 'Content-Type': 'application/x-protobuf' });
  expect(response.status).toBe(400);
  expect(await response.text()).toBe('series {job="a", job="b"}: label "job" is given twice (and 1 more series)\n');
  expect(stored()).toEqual(['default good 1']);
  expect(await registry.metrics()).toContain('tidemark_ingest_dropped_total{reason="invalid_series"} 2');
});

test('a full log is 503 with Retry-After, and the same request is taken afterwards', async () => {
  let isFull = true;
  const { post, stored } = await start((log) => {
    const writer = log.writer();
    const refusal = { kind: 'refused', reason: 'the disk is full', retryAfterMs: 2500 } as const;
    return {
      ...writer,
      partitions: 1,
      close: () => writer.close(),
      append: async (...record) => (isFull ? refusal : writer.append(...record)),
    };
  });
  const headers = { 'Content-Type': 'application/x-protobuf' };
  for (const request of [() => post('/api/v1/write', ONE, headers), () => post('/api/v1/push', '{"samples":[{"name":"a","value":1}]}')]) {
    isFull = true;
    const refused = await request();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).toBe('3');
    expect(await refused.text()).toContain('the disk is full');
    isFull = false;
    expect((await request()).ok).toBe(true);
  }
  expect(stored()).toEqual(['default up 1', 'default a 1']);
});

test('JSON, plain and compressed', async () => {
  const { post, stored } = await start();
  const text = JSON.stringify({
    samples: [
      { name: 'a', value: 1 },
      { name: 'b', labels: { '': 'x' }, value: 1 },
    ],
  });
  const response = await post('/api/v1/push', gzipSync(text), { 'Content-Encoding': 'gzip', 'X-Scope-OrgID': 'team-b' });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'series {__name__="b", ="x"}: a label has no name', written: 1, refused: 1 });
  expect(await (await post('/api/v1/push', '{"samples":[{"name":"c","value":2}]}')).json()).toEqual({ written: 1 });
  expect((await post('/api/v1/push', 'no')).status).toBe(400);
  expect((await post('/api/v1/push', gzipSync(text).subarray(0, 20), { 'Content-Encoding': 'gzip' })).status).toBe(400);
  expect((await post('/api/v1/push', gzipSync(Buffer.alloc(20_000_000)), { 'Content-Encoding': 'gzip' })).status).toBe(400);
  expect(stored()).toEqual(['team-b a 1', 'default c 2']);
});
