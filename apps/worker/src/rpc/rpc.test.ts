import { waitFor } from '@tidemark/base/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

/** tRPC as the web's links speak it: batches that stream, and server-sent events. */
const T = 1_700_000_000_000;
let worker: TestWorker;

beforeAll(async () => {
  worker = await startWorker({
    dashboards: {
      list: async () => {
        throw Object.assign(new Error("Can't reach database server"), { code: 'P1001' });
      },
      get: async () => {
        throw new Error('a bug');
      },
      save: async () => ({ kind: 'refused', message: 'no' }),
      remove: async () => false,
    },
  });
  await worker.settle(); // What comes before it has looked at the log counts as read again.
  for (let second = 0; second < 5; second++) {
    await worker.feed.send(
      [
        { labels: { __name__: 'node_cpu_seconds_total', mode: 'idle' }, atMs: worker.clock.now(), value: second },
        { labels: { __name__: 'node_load1' }, atMs: worker.clock.now(), value: second / 2 },
      ],
      'default',
      [{ family: 'node_cpu_seconds', type: 'counter', help: 'Seconds in each mode.', unit: 'seconds' }],
    );
    worker.clock.advance(1_000);
  }
  await worker.settle();
});

afterAll(() => worker.stop());

// biome-ignore lint/suspicious/noExplicitAny: whatever a test expects of it.
async function call(procedure: string, input: unknown): Promise<any> {
  const response = await fetch(`${worker.url}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`);
  return response.json();
}

async function ask(procedure: string, input: unknown) {
  return (await call(procedure, input)).result.data;
}

function columnOf(values: string): number[] {
  const bytes = Buffer.from(values, 'base64');
  return [...new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))];
}

test('of a selector a chart is told what lies between its points', async () => {
  const spike = { expr: 'node_load1', startMs: T, endMs: T + 4_000, stepMs: 2_000, spread: true };
  const { matrix, cost } = await ask('query.range', spike);
  const [{ values, spread }] = matrix.series;
  expect([values, spread.min, spread.max, spread.avg].map(columnOf)).toEqual([
    [0, 1, 2],
    [0, 0.5, 1.5],
    [0, 1, 2],
    [0, 0.75, 1.75],
  ]);
  expect(cost.samples).toBeGreaterThan(10);
  expect((await ask('query.range', { ...spike, expr: 'node_load1 > 0' })).matrix.series[0].spread).toBeUndefined();
});

test('a range comes as columns on its grid, NaN where there is no point', async () => {
  const { kind, matrix, cost } = await ask('query.range', { expr: 'node_load1 > 0', startMs: T, endMs: T + 5_500, stepMs: 1_000 });
  expect(kind).toBe('matrix');
  expect(matrix).toMatchObject({ startMs: T, stepMs: 1_000, count: 6 });
  expect(matrix.series).toHaveLength(1);
  expect(matrix.series[0].labels).toEqual({ __name__: 'node_load1' });
  expect(columnOf(matrix.series[0].values)).toEqual([Number.NaN, 0.5, 1, 1.5, 2, 2]);
  expect(cost.series).toBeGreaterThan(0);
});

test('an instant comes as rows', async () => {
  expect(await ask('query.instant', { expr: 'node_load1', atMs: T + 2_000 })).toMatchObject({
    kind: 'vector',
    rows: [{ labels: { __name__: 'node_load1' }, atMs: T + 2_000, value: '1' }],
    notes: [],
  });
  expect(await ask('query.instant', { expr: '1 + 1', atMs: T })).toMatchObject({ kind: 'scalar', rows: [{ labels: {}, value: '2' }] });
  expect((await ask('query.instant', { expr: 'node_load1[10s]', atMs: T + 2_000 })).rows.map((row: { atMs: number }) => row.atMs)).toEqual([
    T,
    T + 1_000,
    T + 2_000,
  ]);
});

test('mistakes have their place in the text', async () => {
  const range = await ask('query.range', { expr: 'sum(', startMs: T, endMs: T, stepMs: 1_000 });
  expect(range).toMatchObject({ kind: 'problem', problem: { kind: 'bad_expression' } });
  expect(await ask('query.range', { expr: '1', startMs: 0, endMs: 1e9, stepMs: 1 })).toMatchObject({ problem: { kind: 'too_large' } });
});

test('a query is explained, node by node and by partition', async () => {
  const asked = { expr: 'sum(rate(node_cpu_seconds_total[2s])) / 2', startMs: T + 2_000, endMs: T + 4_000, stepMs: 1_000 };
  const { kind, root, cost } = await ask('query.explain', asked);
  expect(kind).toBe('explained');
  expect(root).toMatchObject({
    title: '/ 2',
    where: 'root',
    given: 1,
    children: [
      {
        title: 'sum',
        where: 'leaf',
        from: 0,
        to: 37,
        series: 1,
        places: [{ place: 'partition 0', series: 1, given: 1, bytes: expect.any(Number) }],
        children: [
          { title: 'rate', where: 'in one pass', given: 1, children: [{ title: 'node_cpu_seconds_total[2s]', where: 'in leaf' }] },
        ],
      },
    ],
  });
  // The answer's own points come on top.
  expect(root.samples).toBe(cost.samples - 3);
  expect(root.children[0].places[0].bytes).toBeGreaterThan(0);
  const [selector] = root.children[0].children[0].children;
  expect(selector.samples).toBe(4);
  const instant = await ask('query.explain', { ...asked, expr: 'node_load1', startMs: T + 2_000, endMs: T + 2_000 });
  expect(instant).toMatchObject({ kind: 'explained', root: { title: 'node_load1', given: 1 } });
  expect(await ask('query.explain', { ...asked, expr: 'sum(' })).toMatchObject({ kind: 'problem' });
});

test('names are completed, metrics with what is known of them', async () => {
  expect(await ask('query.complete', { kind: 'metric', prefix: 'cpu' })).toEqual([
    { name: 'node_cpu_seconds_total', type: 'counter', help: 'Seconds in each mode.', unit: 'seconds' },
  ]);
  expect(await ask('query.complete', { kind: 'label_name', prefix: '', metric: 'node_cpu_seconds_total' })).toMatchObject([
    { name: '__name__' },
    { name: 'mode' },
  ]);
  expect(await ask('query.complete', { kind: 'label_value', prefix: 'i', label: 'mode' })).toMatchObject([{ name: 'idle' }]);
  expect((await ask('query.metrics', { search: '' })).map((row: { name: string }) => row.name)).toEqual([
    'node_cpu_seconds_total',
    'node_load1',
  ]);
});

test('the report tells where the worker stands', async () => {
  const report = await ask('status.report', undefined);
  expect(report).toMatchObject({
    version: '0.0.0-test',
    startedAtMs: T,
    ready: null,
    ingestion: { samplesTotal: 10, refused: [] },
    log: [{ partition: 0, first: 0, position: 5, end: 5, lagMs: 0, damaged: 0 }],
    head: { series: 2, samples: 10 },
    quarantined: [],
  });
  expect(report.storage.freeBytes).toBeGreaterThan(0);
  expect(report.warnings[0]).toMatch(/^ingest at .* does not answer/);
});

test("the domain's errors have their codes", async () => {
  expect((await call('status.targets', undefined)).error.data.code).toBe('SERVICE_UNAVAILABLE');
  expect((await call('dashboards.list', undefined)).error.data.code).toBe('SERVICE_UNAVAILABLE');
  const { data } = (await call('dashboards.get', { id: 'x' })).error;
  expect([data.code, data.stack]).toEqual(['INTERNAL_SERVER_ERROR', undefined]);
  expect((await call('editor.check', { expr: 7 })).error.data.code).toBe('BAD_REQUEST');
});

test('a batch streams: each answer is a line of its own', async () => {
  const input = { 0: { expr: '1' }, 1: { expr: '(' } };
  const response = await fetch(`${worker.url}/trpc/editor.check,editor.check?batch=1&input=${encodeURIComponent(JSON.stringify(input))}`, {
    headers: { 'trpc-accept': 'application/jsonl' },
  });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('transfer-encoding')).toBe('chunked');
  const lines = (await response.text()).trim().split('\n');
  expect(lines.length).toBeGreaterThan(2);
});

test('live: events with the watermark as their id, resumed after the last one, ended with their client', async () => {
  const subscribe = async (lastEventId: string | undefined, signal: AbortSignal) => {
    const input = { queries: [{ id: 'load', expr: 'node_load1', fromMs: T, stepMs: 1_000 }], lastEventId };
    const response = await fetch(`${worker.url}/trpc/query.live?input=${encodeURIComponent(JSON.stringify(input))}`, {
      headers: { Accept: 'text/event-stream' },
      signal,
    });
    return events(response.body as ReadableStream<Uint8Array>);
  };
  const leaving = new AbortController();
  const first = await subscribe(undefined, leaving.signal);
  const { id, data } = await first();
  expect(Number(id)).toBe(data.watermarkMs);
  expect(columnOf(data.results[0].result.matrix.series[0].values).slice(0, 5)).toEqual([0, 0.5, 1, 1.5, 2]);
  leaving.abort();
  await waitFor('the stream to end', async () =>
    /^tidemark_live_subscribers 0$/m.test(await (await fetch(`${worker.url}/metrics`)).text()),
  );

  const again = new AbortController();
  const resumed = await subscribe(id, again.signal);
  const coming = resumed();
  worker.clock.advance(2_000);
  await worker.settle();
  const next = await coming;
  expect(next.data.watermarkMs).toBeGreaterThanOrEqual(data.watermarkMs);
  for (const { result } of next.data.results) expect(result.matrix.startMs).toBeGreaterThan(data.watermarkMs);
  again.abort();
});

test('live: a large dashboard fits into its address', async () => {
  const expr = `sum by (mode) (rate(node_cpu_seconds_total{mode!~"${'x'.repeat(400)}"}[5s]))`;
  const queries = Array.from({ length: 200 }, (_, i) => ({ id: `panel-${i}`, expr, fromMs: worker.clock.now(), stepMs: 1_000 }));
  const leaving = new AbortController();
  const response = await fetch(`${worker.url}/trpc/query.live?input=${encodeURIComponent(JSON.stringify({ queries }))}`, {
    headers: { Accept: 'text/event-stream' },
    signal: leaving.signal,
  });
  expect(response.status).toBe(200);
  expect((await events(response.body as ReadableStream<Uint8Array>)()).data.watermarkMs).toBeGreaterThan(0);
  leaving.abort();
});

/** Reads a stream's events that carry data. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a test expects of it.
function events(body: ReadableStream<Uint8Array>): () => Promise<{ id: string; data: any }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return async () => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end !== -1) {
        const event = text.slice(0, end).trim();
        text = text.slice(end + 2);
        const id = /^id: ?(.*)$/m.exec(event)?.[1];
        const data = /^data: ?(.*)$/m.exec(event)?.[1];
        if (id !== undefined && data !== undefined) return { id, data: JSON.parse(data) };
        continue;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += decoder.decode(value, { stream: true });
    }
  };
}
