import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { waitFor } from '@tidemark/base/testing';
import type { QueryEndedError } from '@tidemark/tsdb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

/** From the log to the exact bytes of each answer. */
const T = 1_700_000_000;
const INGEST_TARGETS = {
  activeTargets: [
    {
      discoveredLabels: { __address__: 'h:9100' },
      labels: { instance: 'h:9100', job: 'node' },
      scrapePool: 'node',
      scrapeUrl: 'http://h:9100/metrics',
      globalUrl: 'http://h:9100/metrics',
      lastError: '',
      lastScrape: '2023-11-14T22:13:20Z',
      lastScrapeDuration: 0.01,
      health: 'up',
      scrapeInterval: '1s',
      scrapeTimeout: '1s',
    },
  ],
  droppedTargets: [],
  droppedTargetCounts: {},
};

function ingestData(path: string, asked: Record<string, string>): unknown {
  switch (path) {
    case '/api/v1/targets':
      return INGEST_TARGETS;
    case '/api/v1/scrape_pools':
      return { scrapePools: ['node'] };
    case '/api/v1/status/config':
      return { yaml: 'global:\n' };
    case '/api/v1/targets/metadata':
      return [{ target: { job: 'node' }, type: 'gauge', help: JSON.stringify(asked), unit: '' }];
    default:
      throw new Error(path);
  }
}

let worker: TestWorker;
let ingest: Server;

beforeAll(async () => {
  ingest = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://ingest');
    const data = ingestData(pathname, Object.fromEntries(searchParams));
    response.end(JSON.stringify({ status: 'success', data }));
  });
  await new Promise<void>((resolve) => ingest.listen(0, '127.0.0.1', resolve));
  worker = await startWorker({ ingestUrl: `http://127.0.0.1:${(ingest.address() as AddressInfo).port}` });
  const counter = { family: 'requests', type: 'counter', help: 'Requests.', unit: '' } as const;
  const gauge = { family: 'temp', type: 'gauge', help: 'Warmth.', unit: 'celsius' } as const;
  for (let second = 0; second <= 10; second++) {
    const atMs = (T + second) * 1000;
    await worker.feed.send(
      [
        { labels: { __name__: 'requests_total', job: 'a', path: '/' }, atMs, value: second * 10 },
        { labels: { __name__: 'requests_total', job: 'b', path: '/' }, atMs, value: second * 20 },
        { labels: { __name__: 'temp', 'room.name': 'hall', '10': 'x', a: 'y' }, atMs, value: second / 3 },
      ],
      'default',
      [counter, gauge],
    );
    worker.clock.advance(1_000);
  }
  await worker.feed.send([{ labels: { __name__: 'secret' }, atMs: T * 1000, value: 1 }], 'other');
  await worker.settle();
});

afterAll(async () => {
  await worker.stop();
  ingest.close();
});

// biome-ignore lint/suspicious/noExplicitAny: whatever a test expects of it.
const jsonOf = (response: Response): Promise<any> => response.json();
const success = (data: string) => `{"status":"success","data":${data}}`;
const error = (type: string, message: string) => `{"status":"error","errorType":"${type}","error":${JSON.stringify(message)}}`;

test('what the client takes compressed is compressed, and the same', async () => {
  const many = (points: number) => `query_range?query=vector(1)&start=${T}&end=${T + points - 1}&step=1`;
  // One that goes at once, and one in pieces.
  for (const path of [many(1_000), many(10_000)]) {
    const plain = await buffer(await answerOf(path, 'identity'));
    for (const [accepted, encoding] of [
      ['gzip, deflate', 'gzip'],
      ['gzip;q=0.5, zstd', 'zstd'],
      ['zstd;q=0, gzip;q=0.1', 'gzip'],
    ]) {
      const answer = await answerOf(path, accepted);
      expect(answer.headers['content-encoding']).toBe(encoding);
      const bytes = await buffer(answer);
      expect(String(encoding === 'gzip' ? gunzipSync(bytes) : zstdDecompressSync(bytes))).toBe(String(plain));
    }
  }
});

test('what goes in a few segments is not compressed', async () => {
  const answer = await answerOf(`query?query=requests_total&time=${T + 10}`, 'gzip');
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(JSON.parse(String(await buffer(answer)))).toMatchObject({ status: 'success' });
});

function answerOf(path: string, accepted: string): Promise<IncomingMessage> {
  const url = `${worker.url}/api/v1/${path}`;
  return new Promise((resolve) => get(url, { headers: { 'Accept-Encoding': accepted } }, resolve));
}

test('others may scrape the newest samples', async () => {
  const url = `${worker.url}/federate?match[]=requests_total&match[]={a="y"}&match[]={job="a"}`;
  const answer = await fetch(url, { headers: { Accept: 'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.2' } });
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8');
  expect(await answer.text()).toBe(
    [
      '# TYPE requests_total untyped',
      `requests_total{job="a",path="/"} 100 ${(T + 10) * 1000}`,
      `requests_total{job="b",path="/"} 200 ${(T + 10) * 1000}`,
      '# TYPE temp untyped',
      `temp{"10"="x",a="y","room.name"="hall"} 3.3333333333333335 ${(T + 10) * 1000}`,
      '',
    ].join('\n'),
  );
  const old = await fetch(url);
  expect(old.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
  expect(await old.text()).toContain(`temp{_0="x",a="y",room_name="hall"} 3.3333333333333335 ${(T + 10) * 1000}`);
  expect(await (await fetch(`${worker.url}/federate?match[]=secret`)).text()).toBe('');
  expect((await fetch(`${worker.url}/federate?match[]=(`)).status).toBe(400);
});

test('the store is described by what makes it large', async () => {
  const { data } = await jsonOf(await fetch(`${worker.url}/api/v1/status/tsdb`));
  expect(data.headStats).toMatchObject({ numSeries: 4, maxTime: (T + 10) * 1000 });
  expect(data.seriesCountByMetricName).toEqual([
    { name: 'requests_total', value: 2 },
    { name: 'temp', value: 1 },
  ]);
  expect(data.labelValueCountByLabelName[0]).toEqual({ name: '__name__', value: 2 });
  expect(data.seriesCountByLabelValuePair[0]).toEqual({ name: '__name__=requests_total', value: 2 });
  const one = (await jsonOf(await fetch(`${worker.url}/api/v1/status/tsdb?limit=1`))).data;
  expect(one.seriesCountByMetricName).toHaveLength(1);
});

test('how far the log has been read is told', async () => {
  const { data } = await jsonOf(await fetch(`${worker.url}/api/v1/status/walreplay`));
  expect(data.current).toBe(data.max);
  expect(data).toMatchObject({ min: 0, state: 'done' });
});

test('features and flags are listed', async () => {
  const { data } = await jsonOf(await fetch(`${worker.url}/api/v1/features`));
  expect(data.promql_functions).toMatchObject({ rate: true, info: true, mad_over_time: true });
  expect(data.promql_operators).toMatchObject({ sum: true, '</': true });
  expect(data.promql.delayed_name_removal).toBe(false);
  expect((await jsonOf(await fetch(`${worker.url}/api/v1/status/flags`))).data).toEqual({});
});

test('an expression is given as a tree', async () => {
  const tree = async (query: string) =>
    (await jsonOf(await fetch(`${worker.url}/api/v1/parse_query?query=${encodeURIComponent(query)}`))).data;
  expect(await tree('sum by (job) (rate(up{a!="b"}[5m] offset 1m)) / 1e-7')).toEqual({
    type: 'binaryExpr',
    op: '/',
    lhs: {
      type: 'aggregation',
      op: 'sum',
      param: null,
      grouping: ['job'],
      without: false,
      expr: {
        type: 'call',
        func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
        args: [
          {
            type: 'matrixSelector',
            name: 'up',
            range: 300_000,
            rangeExpr: null,
            offset: 60_000,
            offsetExpr: null,
            matchers: [
              { name: 'a', value: 'b', type: '!=' },
              { name: '__name__', value: 'up', type: '=' },
            ],
            timestamp: null,
            startOrEnd: null,
            anchored: false,
            smoothed: false,
          },
        ],
      },
    },
    rhs: { type: 'numberLiteral', val: '0.0000001' },
    matching: null,
    bool: false,
  });
  expect(await tree('a * on (x) group_left (y) b')).toMatchObject({
    matching: { card: 'many-to-one', labels: ['x'], on: true, include: ['y'], fillValues: { lhs: null, rhs: null } },
  });
  expect(await tree('max_over_time(a[step() * 2:1m] @ end())')).toMatchObject({
    args: [{ type: 'subquery', range: 0, rangeExpr: { type: 'durationExpr', op: '*' }, step: 60_000, startOrEnd: 'end' }],
  });
});

test.each<[path: string, status: number, body: string]>([
  ['query?query=1%2B1&time=1.5', 200, success('{"resultType":"scalar","result":[1.5,"2"]}')],
  ['query?query=%27a"%27&time=0', 200, success('{"resultType":"string","result":[0,"a\\""]}')],
  [
    `query?query=requests_total&time=${T + 10}`,
    200,
    success(
      `{"resultType":"vector","result":[{"metric":{"__name__":"requests_total","job":"a","path":"/"},"value":[${T + 10},"100"]},{"metric":{"__name__":"requests_total","job":"b","path":"/"},"value":[${T + 10},"200"]}]}`,
    ),
  ],
  [
    `query?query=temp&time=${T + 1}.25`,
    200,
    success(
      `{"resultType":"vector","result":[{"metric":{"10":"x","__name__":"temp","a":"y","room.name":"hall"},"value":[${T + 1}.250,"0.3333333333333333"]}]}`,
    ),
  ],
  [
    `query?query=requests_total&time=${T + 10}&limit=1`,
    200,
    `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"requests_total","job":"a","path":"/"},"value":[${T + 10},"100"]}]},"warnings":["results truncated due to limit"]}`,
  ],
  [
    `query?query=requests_total{job="a"}[2s]&time=${T + 10}`,
    200,
    success(
      `{"resultType":"matrix","result":[{"metric":{"__name__":"requests_total","job":"a","path":"/"},"values":[[${T + 9},"90"],[${T + 10},"100"]]}]}`,
    ),
  ],
  [`query?query=nothing&time=${T}`, 200, success('{"resultType":"vector","result":[]}')],
  [`query?query=secret&time=${T + 10}`, 200, success('{"resultType":"vector","result":[]}')],
  ['query?query=sum(&time=0', 400, error('bad_data', 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis')],
  [
    'query?query=1&time=soon',
    400,
    error('bad_data', 'invalid parameter "time": invalid time value for \'time\': cannot parse "soon" to a valid timestamp'),
  ],
  ['query?query=1&timeout=soon', 400, error('bad_data', 'invalid parameter "timeout": cannot parse "soon" to a valid duration')],
  ['query?query=1&limit=-3', 400, error('bad_data', 'invalid parameter "limit": limit must be non-negative')],
  [
    `query?query=requests_total%20%2B%20on(path)%20requests_total&time=${T + 10}`,
    422,
    error(
      'execution',
      'found duplicate series for the match group {path="/"} on the right hand-side of the operation: [{__name__="requests_total", job="a", path="/"}, {__name__="requests_total", job="b", path="/"}];many-to-many matching not allowed: matching labels must be unique on one side',
    ),
  ],
  [
    `query_range?query=requests_total{job="b"}&start=${T}&end=${T + 2}&step=1`,
    200,
    success(
      `{"resultType":"matrix","result":[{"metric":{"__name__":"requests_total","job":"b","path":"/"},"values":[[${T},"0"],[${T + 1},"20"],[${T + 2},"40"]]}]}`,
    ),
  ],
  [
    `query_range?query=vector(1)&start=2023-11-14T22:13:20Z&end=2023-11-14T23:13:20%2B01:00&step=15s`,
    200,
    success(`{"resultType":"matrix","result":[{"metric":{},"values":[[${T},"1"]]}]}`),
  ],
  ['query_range?query=1&end=1&step=1', 400, error('bad_data', 'invalid parameter "start": cannot parse "" to a valid timestamp')],
  [
    'query_range?query=1&start=2&end=1&step=1',
    400,
    error('bad_data', 'invalid parameter "end": end timestamp must not be before start time'),
  ],
  ['query_range?query=1&start=1&end=2&step=x', 400, error('bad_data', 'invalid parameter "step": cannot parse "x" to a valid duration')],
  [
    'query_range?query=1&start=1&end=2&step=0',
    400,
    error('bad_data', 'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer'),
  ],
  [
    'query_range?query=1&start=1&end=2&step=1e20',
    400,
    error('bad_data', 'invalid parameter "step": cannot parse "1e20" to a valid duration. It overflows int64'),
  ],
  [
    'query_range?query=1&start=0&end=11001&step=1',
    400,
    error('bad_data', 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)'),
  ],
  [
    'query_range?query=up[5m]&start=0&end=1&step=1',
    400,
    error(
      'bad_data',
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ),
  ],
  [
    `series?match[]=requests_total{job="b"}&match[]=requests_total`,
    200,
    success('[{"__name__":"requests_total","job":"a","path":"/"},{"__name__":"requests_total","job":"b","path":"/"}]'),
  ],
  [
    'series?match[]=requests_total&limit=1',
    200,
    '{"status":"success","data":[{"__name__":"requests_total","job":"a","path":"/"}],"warnings":["results truncated due to limit"]}',
  ],
  ['series?match[]=requests_total&start=1&end=2', 200, success('[]')],
  ['series', 400, error('bad_data', 'no match[] parameter provided')],
  ['series?match[]={', 400, ''],
  ['labels', 200, success('["10","__name__","a","job","path","room.name"]')],
  ['labels?match[]=requests_total', 200, success('["__name__","job","path"]')],
  ['label/job/values', 200, success('["a","b"]')],
  ['label/job/values?limit=1', 200, '{"status":"success","data":["a"],"warnings":["results truncated due to limit"]}'],
  ['label/U__room_2e_name/values', 200, success('["hall"]')],
  ['label/room.name/values', 200, success('["hall"]')],
  ['label/nothing/values', 200, success('[]')],
  [
    'metadata',
    200,
    success('{"requests":[{"type":"counter","help":"Requests.","unit":""}],"temp":[{"type":"gauge","help":"Warmth.","unit":"celsius"}]}'),
  ],
  ['metadata?metric=temp', 200, success('{"temp":[{"type":"gauge","help":"Warmth.","unit":"celsius"}]}')],
  ['metadata?limit=1', 200, success('{"requests":[{"type":"counter","help":"Requests.","unit":""}]}')],
  ['metadata?limit=x', 400, error('bad_data', 'limit must be a number')],
  ['format_query?query=sum+by(job)(rate(requests_total[5m]))', 200, success('"sum by (job) (rate(requests_total[5m]))"')],
  [
    `query?query=count(requests_total)&time=${T}&stats=all`,
    200,
    success(
      `{"resultType":"vector","result":[{"metric":{},"value":[${T},"2"]}],"stats":{"timings":{"evalTotalTime":0,"resultSortTime":0,"queryPreparationTime":0,"innerEvalTime":0,"execQueueTime":0,"execTotalTime":0},"samples":{"totalQueryableSamplesPerStep":[[${T},2]],"totalQueryableSamples":2,"samplesReadPerStep":[[${T},2]],"samplesRead":2,"peakSamples":2}}}`,
    ),
  ],
  [`query?query=time()&time=${T}&stats=`, 200, success(`{"resultType":"scalar","result":[${T},"${T}"]}`)],
  ['rules', 200, success('{"groups":[]}')],
  ['alerts', 200, success('{"alerts":[]}')],
  ['targets', 200, success(JSON.stringify(INGEST_TARGETS))],
  ['scrape_pools', 200, success('{"scrapePools":["node"]}')],
  ['status/config', 200, success('{"yaml":"global:\\n"}')],
  [
    'targets/metadata?match_target={job="node"}&metric=up&limit=2',
    200,
    success(JSON.stringify(ingestData('/api/v1/targets/metadata', { matchers: '[["job","=","node"]]', metric: 'up', limit: '2' }))),
  ],
  ['targets/metadata?limit=x', 400, error('bad_data', 'limit must be a number')],
  ['targets/metadata?match_target=up[5m]', 400, error('bad_data', 'invalid parameter "match_target": 1:3: parse error: unexpected "["')],
])('GET /api/v1/%s', async (path, status, body) => {
  const response = await fetch(`${worker.url}/api/v1/${path}`);
  const text = await response.text();
  if (body !== '') expect(text).toBe(body);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(JSON.parse(text).status).toBe(status === 200 ? 'success' : 'error');
});

test('a form by POST says the same, and goes before the address', async () => {
  const form = new URLSearchParams({ query: 'requests_total{job="a"}', time: `${T + 3}` });
  const response = await fetch(`${worker.url}/api/v1/query?query=temp`, { method: 'POST', body: form });
  expect(await response.text()).toBe(
    success(`{"resultType":"vector","result":[{"metric":{"__name__":"requests_total","job":"a","path":"/"},"value":[${T + 3},"30"]}]}`),
  );
});

test('without a time it is now', async () => {
  const response = await fetch(`${worker.url}/api/v1/query?query=time()`);
  expect(await response.text()).toBe(success(`{"resultType":"scalar","result":[${T + 11},"${T + 11}"]}`));
});

test('a tenant sees what is its own', async () => {
  const ask = (tenant: string) =>
    fetch(`${worker.url}/api/v1/query?query=count({__name__=~".%2B"})&time=${T + 10}`, { headers: { 'X-Scope-OrgID': tenant } });
  expect((await jsonOf(await ask('other'))).data.result).toEqual([{ metric: {}, value: [T + 10, '1'] }]);
  expect((await jsonOf(await ask('nobody'))).data.result).toEqual([]);
  const refused = await ask('a/../b');
  expect([refused.status, (await jsonOf(refused)).errorType]).toEqual([400, 'bad_data']);
});

test('pages of other origins may ask', async () => {
  const headers = { Origin: 'http://grafana.example' };
  const preflight = await fetch(`${worker.url}/api/v1/query`, { method: 'OPTIONS', headers });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
  const answered = await fetch(`${worker.url}/api/v1/labels`, { headers });
  expect(answered.headers.get('access-control-allow-origin')).toBe('*');
});

test('what does not exist is not found, and what may not be done is not allowed', async () => {
  expect((await fetch(`${worker.url}/api/v1/nonsense`)).status).toBe(404);
  expect((await fetch(`${worker.url}/api/v1/query`, { method: 'DELETE' })).status).toBe(405);
});

test('build information names the API and who speaks it', async () => {
  const { data } = await jsonOf(await fetch(`${worker.url}/api/v1/status/buildinfo`));
  expect(data).toMatchObject({ version: '3.0.0', application: 'Tidemark', applicationVersion: '0.0.0-test' });
  const runtime = await jsonOf(await fetch(`${worker.url}/api/v1/status/runtimeinfo`));
  expect(runtime.data).toMatchObject({ startTime: '2023-11-14T22:13:20.000Z', corruptionCount: 0, reloadConfigSuccess: true });
});

test('without ingest its targets are not known, and the answer says so', async () => {
  const alone = await startWorker();
  const response = await fetch(`${alone.url}/api/v1/targets`);
  const body = await jsonOf(response);
  expect([response.status, body.errorType]).toEqual([503, 'unavailable']);
  expect(body.error).toMatch(/^ingest at http:\/\/127\.0\.0\.1:1 does not answer: /);
  await alone.stop();
});

test('a large matrix arrives whole', async () => {
  const response = await fetch(`${worker.url}/api/v1/query_range?query=time()&start=0&end=11000&step=1`);
  const { data } = await jsonOf(response);
  expect(data.result[0].values.length).toBe(11_001);
  expect(data.result[0].values[11_000]).toEqual([11_000, '11000']);
});

test('a query whose client has gone stops', async () => {
  const engine = new EndlessEngine();
  const slow = await startWorker({ engine });
  const leaving = new AbortController();
  const asked = fetch(`${slow.url}/api/v1/query?query=up`, { signal: leaving.signal }).catch(() => 'gone');
  await waitFor('the query to run', () => engine.running);
  leaving.abort();
  expect(await asked).toBe('gone');
  expect(await waitFor('the end', () => engine.ended)).toBe('canceled');
  await slow.stop();
});

test('a query that takes too long is told so', async () => {
  const engine = new EndlessEngine();
  const slow = await startWorker({ engine });
  const asked = fetch(`${slow.url}/api/v1/query?query=up&timeout=2s`);
  await waitFor('the query to run', () => engine.running);
  slow.clock.advance(2_001);
  const response = await asked;
  expect([response.status, await response.text()]).toEqual([503, error('timeout', 'query ran longer than 2 s')]);
  await slow.stop();
});

/** Answers never, until its query is ended. */
class EndlessEngine extends MemoryEngine {
  running = false;
  ended: string | null = null;

  override async select(...[, budget]: Parameters<MemoryEngine['select']>): ReturnType<MemoryEngine['select']> {
    this.running = true;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      try {
        budget.check();
      } catch (error) {
        this.ended = (error as QueryEndedError).kind;
        throw error;
      }
    }
  }
}

test('whatever is asked, it is never a failure of ours', async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      'requests_total',
      'sum(temp)',
      'rate(requests_total[5s])',
      '1',
      'NaN',
      '{',
      '"',
      'Inf',
      '-1',
      '0',
      '1e400',
      `${T}`,
      '5m',
      '{a=~"("}',
    ),
    fc.double().map(String),
  );
  const parameter = fc.tuple(
    fc.constantFrom(
      'query',
      'time',
      'start',
      'end',
      'step',
      'timeout',
      'limit',
      'match[]',
      'metric',
      'limit_per_metric',
      'lookback_delta',
      'x',
    ),
    text,
  );
  const path = fc.oneof(
    fc.constantFrom(
      'query',
      'query_range',
      'series',
      'labels',
      'metadata',
      'format_query',
      'label/job/values',
      'rules',
      'status/buildinfo',
    ),
    fc.string({ maxLength: 10 }).map((name) => `label/${encodeURIComponent(name)}/values`),
  );
  await fc.assert(
    fc.asyncProperty(path, fc.array(parameter, { maxLength: 6 }), fc.boolean(), async (where, parameters, post) => {
      const values = new URLSearchParams(parameters);
      const response = post
        ? await fetch(`${worker.url}/api/v1/${where}`, { method: 'POST', body: values })
        : await fetch(`${worker.url}/api/v1/${where}?${values}`);
      const body = await response.text();
      expect(response.status, body).not.toBe(500);
      if (response.headers.get('content-type') === 'application/json') expect(() => JSON.parse(body)).not.toThrow();
      else expect([404, 405]).toContain(response.status);
    }),
    { seed: 20_231_114, numRuns: 600 },
  );
});
