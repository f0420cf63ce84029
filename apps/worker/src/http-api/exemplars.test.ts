import { type Exemplar, Labels } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';

const T = 1_700_000_000;
let worker: TestWorker;

const exemplar = (series: Record<string, string>, trace: string, second: number, value: number): Exemplar => ({
  series: Labels.from(series),
  labels: Labels.from({ trace_id: trace }),
  timeMs: (T + second) * 1000,
  value,
});
const BUCKET = { __name__: 'seconds_bucket', job: 'api', le: '1' };
const TOTAL = { __name__: 'requests_total', job: 'api' };

beforeAll(async () => {
  worker = await startWorker();
  const told = [exemplar(BUCKET, 'a', 1, 0.25), exemplar(TOTAL, 'b', 2, Number.POSITIVE_INFINITY), exemplar(BUCKET, 'c', 3.5, 0.5)];
  await worker.feed.send([{ labels: TOTAL, atMs: T * 1000, value: 1 }], 'default', [], told);
  await worker.feed.send([], 'other', [], [exemplar(BUCKET, 'theirs', 1, 1)]);
  await worker.settle();
});

afterAll(() => worker.stop());

const bucket = (exemplars: string) => `{"seriesLabels":{"__name__":"seconds_bucket","job":"api","le":"1"},"exemplars":[${exemplars}]}`;
const A = `{"labels":{"trace_id":"a"},"value":"0.25","timestamp":${T + 1}}`;
const C = `{"labels":{"trace_id":"c"},"value":"0.5","timestamp":${T + 3.5}00}`;
const B = `{"seriesLabels":{"__name__":"requests_total","job":"api"},"exemplars":[{"labels":{"trace_id":"b"},"value":"+Inf","timestamp":${T + 2}}]}`;

async function ask(parameters: Record<string, string>): Promise<string> {
  return (await fetch(`${worker.url}/api/v1/query_exemplars`, { method: 'POST', body: new URLSearchParams(parameters) })).text();
}

const success = (data: string) => `{"status":"success","data":[${data}]}`;

test.each<[Record<string, string>, string]>([
  [{ query: 'rate(seconds_bucket[5m]) / on (job) group_left () sum(requests_total{job=~"a.*"})' }, `${B},${bucket(`${A},${C}`)}`],
  [{ query: 'seconds_bucket{le="1"} or seconds_bucket' }, bucket(`${A},${C}`)],
  [{ query: 'seconds_bucket', start: `${T + 2}`, end: `${T + 9}` }, bucket(C)],
  [{ query: 'seconds_bucket{job="web"}' }, ''],
  [{ query: '1 + 1' }, ''],
])('query_exemplars %j', async (parameters, data) => {
  expect(await ask(parameters)).toBe(success(data));
});

test.each<[Record<string, string>, RegExp]>([
  [{ query: 'up', start: '2', end: '1' }, /"error":"end timestamp must not be before start timestamp"/],
  [{ query: 'up', start: 'x' }, /"error":"invalid parameter \\"start\\"/],
  [{ query: 'sum(' }, /"error":"1:5: parse error/],
])('query_exemplars refuses %j', async (parameters, answer) => {
  expect(await ask(parameters)).toMatch(answer);
});

test('they are there after a crash, and after a restart', async () => {
  await worker.crash();
  worker = await startWorker({ after: worker });
  await worker.settle();
  expect(await ask({ query: 'seconds_bucket' })).toBe(success(bucket(`${A},${C}`)));
  await worker.stop('keep');
  worker = await startWorker({ after: worker });
  await worker.settle();
  expect(await ask({ query: 'seconds_bucket' })).toBe(success(bucket(`${A},${C}`)));
});
