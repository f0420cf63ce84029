import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from '@tidemark/promql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FedSample } from '../testing/feed.ts';
import { startWorker, type TestWorker } from '../testing/start-worker.ts';
import { HEALTH_DASHBOARD } from './health.ts';
import { HOST_DASHBOARD } from './host.ts';

/** The dashboards over what a real node_exporter said for a minute, and over what this worker says of itself. */
const SECONDS = 60;
let worker: TestWorker;
let endMs: number;

beforeAll(async () => {
  const { times, series } = capturedNode();
  worker = await startWorker({ startMs: times[0] });
  for (let i = 0; i < SECONDS; i++) {
    worker.clock.advance(times[i] - worker.clock.now());
    const samples = series.flatMap(({ labels, values }): FedSample[] =>
      values[i] === null ? [] : [{ labels, atMs: times[i], value: Number(values[i]) }],
    );
    await worker.feed.send(samples);
  }
  endMs = times[SECONDS - 1];
  await worker.settle();
});

afterAll(() => worker.stop());

test.each(HOST_DASHBOARD.panels.flatMap(({ id, queries }) => queries.map(({ expr }) => [id, expr] as const)))(
  'host, %s: %s',
  async (id, expr) => {
    const query = expr.replaceAll('$__rate_interval', '4s').replaceAll('$__interval', '1s');
    const response = await fetch(`${worker.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query, time: String(endMs / 1000) }),
    });
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    // The machine that was captured had no swap.
    if (id === 'swap') expect(data.result).toEqual([]);
    else expect(data.result.length).toBeGreaterThan(0);
    for (const { value } of data.result) expect(Number(value[1])).toBeGreaterThanOrEqual(0);
  },
);

test('what System health asks of the worker is there', async () => {
  const metrics = await (await fetch(`${worker.url}/metrics`)).text();
  const asked = HEALTH_DASHBOARD.panels.flatMap(({ queries }) =>
    queries.flatMap(({ expr }) => expr.match(/\b(tidemark|process|nodejs)_\w+/g) ?? []),
  );
  const own = asked.filter((name) => !/^tidemark_(ingest|rules|alerts|notifications)/.test(name));
  expect(own.length).toBeGreaterThan(10);
  for (const name of own) expect(metrics).toMatch(new RegExp(`^# TYPE ${name.replace(/_(bucket|count|sum)$/, '')} `, 'm'));
});

function capturedNode() {
  const file = join(import.meta.dirname, '../../../../testdata/node_exporter_1s_900.ndjson.gz');
  const [head, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const times = JSON.parse(head).meta.jobs.node.ts_ms as number[];
  const series = lines
    .map((line) => JSON.parse(line) as { job: string; series: string; v: (number | string | null)[] })
    .filter(({ job }) => job === 'node')
    .map(({ series, v }) => ({ labels: { ...labelsOf(series), job: 'node', instance: 'h:9100' }, values: v }));
  return { times, series };
}

/** A series as PromQL writes it is a selector of itself. */
function labelsOf(series: string): Record<string, string> {
  const selector = parse(series);
  expect(selector.kind).toBe('vector');
  return selector.kind === 'vector' ? Object.fromEntries(selector.matchers.map(({ name, value }) => [name, value])) : {};
}
