/** What Grafana's Prometheus data source asks, as it asks, and what it looks at in the answers: it must work here as it is. */
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Labels } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

const T = 1_700_000_000;
const RANGE = { start: `${T - 60}`, end: `${T + 60}` };
let worker: TestWorker;

beforeAll(async () => {
  worker = await startWorker();
  const counter = { family: 'http_requests_total', type: 'counter', help: 'Requests.', unit: '' } as const;
  const exemplar = {
    series: Labels.from({ __name__: 'http_requests_total', job: 'api', code: '200' }),
    labels: Labels.from({ trace_id: 'abc' }),
    timeMs: (T + 5) * 1000,
    value: 1,
  };
  for (let second = 0; second <= 60; second++) {
    const atMs = (T + second) * 1000;
    await worker.feed.send(
      [
        { labels: { __name__: 'http_requests_total', job: 'api', code: '200' }, atMs, value: second * 10 },
        { labels: { __name__: 'http_requests_total', job: 'api', code: '500' }, atMs, value: second },
        { labels: { __name__: 'größe.all', 'pod.name': 'a' }, atMs, value: 1 },
      ],
      'default',
      [counter],
      second === 5 ? [exemplar] : [],
    );
    worker.clock.advance(1_000);
  }
  await worker.settle();
});

afterAll(() => worker.stop());

type Fields = Readonly<Record<string, string>>;

// biome-ignore lint/suspicious/noExplicitAny: whatever a test expects of it.
type Json = any;

/** A query: a form, by POST unless the data source is set to GET. */
async function query(endpoint: string, fields: Fields, method: 'GET' | 'POST' = 'POST'): Promise<{ status: number; body: Json }> {
  const parameters = new URLSearchParams(fields);
  const url = `${worker.url}/api/v1/${endpoint}`;
  const response = await (method === 'GET' ? fetch(`${url}?${parameters}`) : fetch(url, { method, body: parameters }));
  return { status: response.status, body: await response.json() };
}

/** Anything else: POST where it thinks that this may be, and GET after 405 or 400. */
async function resource(path: string, fields: Fields = {}, method: 'GET' | 'POST' = 'POST'): Promise<Json> {
  const parameters = new URLSearchParams(fields);
  const url = `${worker.url}/api/v1/${path}`;
  let response = method === 'POST' ? await fetch(url, { method, body: parameters }) : null;
  if (response === null || response.status === 405 || response.status === 400) response = await fetch(`${url}?${parameters}`);
  expect(response.status, path).toBe(200);
  const { status, data } = (await response.json()) as { status: string; data: Json };
  expect(status).toBe('success');
  return data;
}

test.each(['GET', 'POST'] as const)('"Save & test" by %s: an expression without data, and who this is', async (method) => {
  expect(await query('query', { query: '1+1', time: '4' }, method)).toEqual({
    status: 200,
    body: { status: 'success', data: { resultType: 'scalar', result: [4, '2'] } },
  });
  const buildInfo = await resource('status/buildinfo', {}, 'GET');
  // Features are Mimir's mark. From 2.24 on labels may be asked for by series, from 3.0 on names are UTF-8.
  expect(buildInfo.features).toBeUndefined();
  expect(Number.parseInt(buildInfo.version, 10)).toBeGreaterThanOrEqual(3);
});

test.each(['GET', 'POST'] as const)('the query editor by %s: names, labels, values, metadata', async (method) => {
  expect(await resource('label/__name__/values', RANGE, 'GET')).toEqual(['größe.all', 'http_requests_total']);
  expect(await resource('label/__name__/values', { ...RANGE, limit: '40000' }, 'GET')).toHaveLength(2);
  expect(await resource('label/__name__/values', { ...RANGE, 'match[]': '{__name__=~".*requ.*"}' }, 'GET')).toEqual([
    'http_requests_total',
  ]);
  expect(await resource('metadata', { limit: '40000' }, 'GET')).toEqual({
    http_requests_total: [{ type: 'counter', help: 'Requests.', unit: '' }],
  });
  expect(await resource('labels', RANGE, method)).toEqual(['__name__', 'code', 'job', 'pod.name']);
  expect(await resource('labels', { ...RANGE, 'match[]': 'http_requests_total', limit: '1000' }, method)).toEqual([
    '__name__',
    'code',
    'job',
  ]);
  expect(await resource('labels', { ...RANGE, 'match[]': '{"größe.all"}' }, method)).toEqual(['__name__', 'pod.name']);
  expect(await resource('label/code/values', { ...RANGE, 'match[]': '{__name__="http_requests_total",job="api"}' }, 'GET')).toEqual([
    '200',
    '500',
  ]);
  expect(await resource('label/U__pod_2e_name/values', RANGE, 'GET')).toEqual(['a']);
  expect(await resource('series', { ...RANGE, 'match[]': 'http_requests_total{code!="200"}', limit: '40000' }, method)).toEqual([
    { __name__: 'http_requests_total', job: 'api', code: '500' },
  ]);
});

test.each(['rules', 'alerts', 'targets', 'alertmanagers', 'metadata', 'status/flags'])(
  'a resource that is for GET only is refused by POST so that it is asked for anew: %s',
  async (path) => {
    const response = await fetch(`${worker.url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams() });
    expect(response.status).toBe(405);
  },
);

test.each(['GET', 'POST'] as const)('a panel by %s: a range, an instant, exemplars, with a fraction in its times', async (method) => {
  const range = { query: 'sum by(code) (rate(http_requests_total{job="api"}[30s]))', start: `${T + 30}.5`, end: `${T + 60}.5`, step: '15' };
  const { status, body } = await query('query_range', { ...range, timeout: '60s' }, method);
  expect(status).toBe(200);
  expect(body.data.resultType).toBe('matrix');
  expect(body.data.result.map(({ metric, values }: Json) => [metric, values.map(([at]: Json) => at)])).toEqual([
    [{ code: '200' }, [T + 30.5, T + 45.5, T + 60.5]],
    [{ code: '500' }, [T + 30.5, T + 45.5, T + 60.5]],
  ]);
  const instant = await query('query', { query: 'http_requests_total{code="500"}', time: `${T + 60}` }, method);
  expect(instant.body.data).toEqual({
    resultType: 'vector',
    result: [{ metric: { __name__: 'http_requests_total', job: 'api', code: '500' }, value: [T + 60, '60'] }],
  });
  const exemplars = await query('query_exemplars', { query: range.query, ...RANGE }, method);
  expect(exemplars.body.data).toEqual([
    {
      seriesLabels: { __name__: 'http_requests_total', job: 'api', code: '200' },
      exemplars: [{ labels: { trace_id: 'abc' }, value: '1', timestamp: T + 5 }],
    },
  ]);
});

test('an expression in the middle of being written is refused in words for the editor', async () => {
  const { status, body } = await query('query_range', { query: 'sum(rate(http_requests_total[5m])', ...RANGE, step: '15' });
  expect([status, body.status, body.errorType]).toEqual([400, 'error', 'bad_data']);
  expect(body.error).toMatch(/^invalid parameter "query": 1:\d+: parse error: /);
});

test('a query of too many points is refused as Prometheus does, so that Grafana can say what to do', async () => {
  const { status, body } = await query('query_range', { query: 'up', start: '0', end: '100000', step: '1' });
  expect(status).toBe(400);
  expect(body).toMatchObject({ errorType: 'bad_data', error: expect.stringContaining('exceeded maximum resolution of 11,000 points') });
});

test('answers come compressed, as its client asks', async () => {
  const answer = await new Promise<IncomingMessage>((resolve) =>
    get(
      `${worker.url}/api/v1/query_range?query=vector(1)&start=${T}&end=${T + 999}&step=1`,
      { headers: { 'Accept-Encoding': 'gzip' } },
      resolve,
    ),
  );
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(JSON.parse(String(gunzipSync(await buffer(answer)))).data.result[0].values).toHaveLength(1_000);
});
