/**
 * Native histograms from end to end: by remote write 1.0 and 2.0 and from a protobuf exposition, through the log, to queries, remote read and
 * federation. With a Prometheus on the path it gets the same requests, and answers the same queries.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { ProtobufWriter } from '@tidemark/base/wire';
import { writeHistogram } from '@tidemark/tsdb/histogram-message';
import { Matcher, type NativeHistogram, spansOf } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RemoteReadSource } from '../../apps/cli/src/remote-read/remote-read-source.ts';
import { collect } from '../../apps/cli/src/testing/collect.ts';
import { type Store, startStore } from '../../bench/support/store.ts';
import { type Prometheus, prometheusVersion, startPrometheus } from '../support/prometheus.ts';
import { compress } from '../support/remote-write.ts';

const version = prometheusVersion();
/** An older one has native histograms disabled. */
const hasPeer = version !== null && version[0] >= 3;
const folder = mkdtempSync(join(tmpdir(), 'tidemark-histograms-'));
const STEPS = 40;
const STEP_MS = 15_000;
const END_MS = Math.floor(Date.now() / STEP_MS) * STEP_MS;
const START_MS = END_MS - STEPS * STEP_MS;
const AT_S = END_MS / 1000;

let target: Server;
let store: Store;
let prometheus: Prometheus | null = null;

beforeAll(async () => {
  target = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited');
    response.end(exposition(grown(STEPS)));
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const config = join(folder, 'prometheus.yml');
  const { port } = target.address() as AddressInfo;
  writeFileSync(
    config,
    `scrape_configs:\n- {job_name: t, scrape_interval: 1s, scrape_native_histograms: true, static_configs: [{targets: ['127.0.0.1:${port}']}]}\n`,
  );
  [store, prometheus] = await Promise.all([startStore(folder, config), hasPeer ? startPrometheus(folder) : null]);
  for (let i = 0; i < STEPS; i++) await write(i);
  await waitFor('everything to be taken in', async () => {
    const reply = await fetch(`${store.queryUrl}/api/v1/status/intake`);
    return ((await reply.json()) as { data: { waitingRecords: number } }).data.waitingRecords === 0;
  });
}, 180_000);

afterAll(async () => {
  target?.close();
  await Promise.all([store?.stop(), prometheus?.stop()]);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test('whichever way a histogram comes, it is the same', async () => {
  const [first, second] = ['by_1', 'by_2'].map((name) => query(store.queryUrl, `last_over_time(${name}[10m])`));
  const [one, two] = await Promise.all([first, second]);
  expect(one.data.result[0].histogram[1]).toEqual(two.data.result[0].histogram[1]);
  await waitFor('a scrape', async () => (await query(store.queryUrl, 'scraped')).data.result.length > 0);
  const scraped = (await query(store.queryUrl, 'scraped')).data.result[0].histogram[1];
  const written = (await query(store.queryUrl, `by_1 @ ${(START_MS + (STEPS - 1) * STEP_MS) / 1000}`)).data.result[0].histogram[1];
  expect(scraped.buckets.length).toBe(written.buckets.length);
  expect(Number(scraped.count)).toBeGreaterThan(Number(written.count));
});

test('remote read gives the messages that were sent; federation leaves histograms out', async () => {
  const read = new RemoteReadSource({
    url: `${store.queryUrl}/api/v1/read`,
    matchers: [new Matcher('__name__', '=', 'by_2')],
    fromMs: START_MS,
    toMs: END_MS,
    headers: {},
    clock: systemClock,
    signal: new AbortController().signal,
  });
  const sent = Array.from({ length: STEPS }, (_, i) => `${timeOf(i)} ${Buffer.from(message(i, grown(i))).toString('hex')}`);
  expect((await collect(read)).by_2).toEqual(sent);
  const federated = await (await fetch(`${store.queryUrl}/federate?match[]={__name__=~"by_.*|up"}`)).text();
  expect(federated).toContain('up{');
  expect(federated).not.toContain('by_');
});

describe.skipIf(!hasPeer)('beside Prometheus', () => {
  test.each(QUERIES())('%s', async (text) => {
    const path = `/api/v1/query_range?${new URLSearchParams({ query: text, start: String(AT_S - 500), end: String(AT_S), step: '37' })}`;
    const [ours, theirs] = await Promise.all(
      [store.queryUrl, (prometheus as Prometheus).url].map(async (url) => (await fetch(url + path)).json()),
    );
    expect(rounded(ours)).toEqual(rounded(theirs));
  });
});

function QUERIES(): string[] {
  const each = ['by_2', 'custom', 'gauge'];
  return [
    ...each,
    ...each.flatMap((name) => [
      `rate(${name}[1m])`,
      `increase(${name}[2m])`,
      `irate(${name}[1m])`,
      `delta(${name}[1m])`,
      `resets(${name}[5m])`,
    ]),
    ...each.flatMap((name) => ['avg', 'count', 'sum', 'stddev', 'stdvar'].map((of) => `histogram_${of}(${name})`)),
    ...each.flatMap((name) => [0, 0.5, 0.9, 1].map((share) => `histogram_quantile(${share}, rate(${name}[1m]))`)),
    ...each.map((name) => `histogram_fraction(0.1, 2, ${name})`),
    ...each.map((name) => `sum(${name}) * 2 - avg(${name})`),
    ...each.map((name) => `avg_over_time(${name}[1m])`),
    ...['by_1 - by_2', 'by_1 == by_2', 'by_2 </ 1', 'by_2 >/ 0.5', 'sum({__name__=~"by_.*"})', 'by_2 + custom', 'count_values("h", by_2)'],
  ];
}

/** The last digits are the order's in which buckets are added up. */
function rounded(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (_, value) => {
    if (typeof value !== 'string' || value === '' || Number.isNaN(Number(value))) return value;
    return Number(Number(value).toPrecision(12));
  });
}

// biome-ignore lint/suspicious/noExplicitAny: JSON.
async function query(url: string, text: string): Promise<any> {
  return (await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: text })}`)).json();
}

function timeOf(i: number): number {
  return START_MS + i * STEP_MS;
}

/** A counter of observations that began anew once. */
function grown(i: number): NativeHistogram {
  const n = i < 25 ? i : i - 24;
  const positive = new Map([
    [-2, 3 * n],
    [0, n * n],
    [3, 5 * n],
  ]);
  const kept = new Map([...positive].filter(([, count]) => count > 0));
  const count = 2 * n + 8 * n + n * n;
  const rest = { bounds: [], zeroThreshold: 2 ** -10, zeroCount: 2 * n, negative: new Map<number, number>(), hint: 'unknown' } as const;
  return { schema: 1, ...rest, count, sum: 1.25 * count, positive: kept };
}

function custom(i: number): NativeHistogram {
  const positive = new Map([
    [0, 1 + i],
    [2, 2 * i + 1],
  ]);
  const shape = { schema: -53, bounds: [0.25, 1, 4], zeroThreshold: 0, zeroCount: 0, negative: new Map<number, number>() };
  return { ...shape, count: 3 * i + 2, sum: i, positive, hint: 'unknown' };
}

function gauge(i: number): NativeHistogram {
  const height = 1.5 + (i % 7);
  return { ...grown(3), zeroCount: 0, count: height, sum: -height, positive: new Map([[i % 3, height]]), hint: 'gauge' };
}

function message(i: number, histogram: NativeHistogram): Uint8Array {
  const writer = new ProtobufWriter();
  writeHistogram(writer, timeOf(i), histogram);
  return writer.view().slice();
}

/** The same sample by both versions of the protocol, under other names. */
async function write(i: number): Promise<void> {
  const first = new ProtobufWriter();
  first.bytes(
    1,
    series((writer) => writer.bytes(1, pair('by_1')), 4, message(i, grown(i))),
  );
  const second = new ProtobufWriter();
  const symbols = ['', '__name__', 'by_2', 'custom', 'gauge'];
  for (const symbol of symbols) second.string(4, symbol);
  for (const [at, histogram] of [grown(i), custom(i), gauge(i)].entries()) {
    const labels = (writer: ProtobufWriter) => writer.bytes(1, Uint8Array.of(1, 2 + at));
    second.bytes(5, series(labels, 3, message(i, histogram)));
  }
  for (const url of [store.ingestUrl, ...(prometheus === null ? [] : [prometheus.url])]) {
    await send(url, 'application/x-protobuf', first.view());
    await send(url, 'application/x-protobuf;proto=io.prometheus.write.v2.Request', second.view());
  }
}

async function send(url: string, type: string, body: Uint8Array): Promise<void> {
  const headers = { 'Content-Type': type, 'Content-Encoding': 'snappy' };
  const reply = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body: compress(body) as Uint8Array<ArrayBuffer> });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
}

function series(labels: (writer: ProtobufWriter) => void, field: number, histogram: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter();
  labels(writer);
  writer.bytes(field, histogram);
  return writer.view().slice();
}

function pair(name: string): Uint8Array {
  const writer = new ProtobufWriter();
  writer.string(1, '__name__');
  writer.string(2, name);
  return writer.view().slice();
}

/** `MetricFamily` with its length before it: name = 1, type = 3, metric = 4 {histogram = 7}. */
function exposition({ schema, zeroThreshold, zeroCount, count, sum, positive }: NativeHistogram): Uint8Array {
  const histogram = new ProtobufWriter();
  histogram.int64(1, count);
  histogram.f64(2, sum);
  histogram.sint64(5, schema);
  histogram.f64(6, zeroThreshold);
  histogram.int64(7, zeroCount);
  for (const { offset, length } of spansOf(positive)) {
    const span = new ProtobufWriter();
    span.sint64(1, offset);
    span.int64(2, length);
    histogram.bytes(12, span.view());
  }
  const counts = [...positive.values()];
  histogram.sint64s(
    13,
    counts.map((each, i) => each - (counts[i - 1] ?? 0)),
  );
  const metric = new ProtobufWriter();
  metric.bytes(7, histogram.view());
  const family = new ProtobufWriter();
  family.string(1, 'scraped');
  family.int64(3, 4);
  family.bytes(4, metric.view());
  const framed = new ProtobufWriter();
  framed.bytes(1, family.view());
  return framed.view().subarray(1);
}
