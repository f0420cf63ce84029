/**
 * The captured data goes the whole way, in and out again, and comes back bit for bit: from the head, and from blocks.
 * What it is held against is read without the product's code.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { openFileLogWriter } from '@tidemark/log/file';
import { Registry } from 'prom-client';
import { uncompress } from 'snappyjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type PlainHistogram,
  type PlainSample,
  readRequest1,
  readRequest2,
} from '../../apps/ingest/src/decode/testing/remote-write-schema.ts';
import { loadPrometheusConfig } from '../../apps/ingest/src/prometheus-config/load.ts';
import { LogPublisher } from '../../apps/ingest/src/publish/log-publisher.ts';
import { createPublishMetrics } from '../../apps/ingest/src/publish/metrics.ts';
import { createScrapeMetrics } from '../../apps/ingest/src/scrape/metrics.ts';
import { Scraper } from '../../apps/ingest/src/scrape/scraper.ts';
import { type CapturedRequest, capturedRequests, capturedSeries, labelsOf, rawScrapes, samplesOf } from '../support/capture-files.ts';
import { startIngest } from '../support/ingest.ts';
import { encodeWriteRequest, type SampleToSend, sendWriteRequest } from '../support/remote-write.ts';
import { bitsOf, differences, Recording, readBack, STALE_BITS, seriesName } from '../support/replay.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-captured-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('sixty scrapes of two targets, scraped', async () => {
  const scrapes = rawScrapes();
  const bodies = new Map(['app', 'node'].map((job) => [job, scrapes.filter((scrape) => scrape.job === job).map(({ body }) => body)]));
  // One more scrape, in which a series is missing.
  const vanishing = 'process_cpu_user_seconds_total';
  for (const list of bodies.values()) list.push(list[list.length - 1].replace(new RegExp(`^${vanishing} .*\n`, 'm'), ''));
  const { times, address, clock, logDir } = await scrape(bodies);

  const wanted = new Recording();
  for (const [job, list] of bodies) {
    let before = new Map<string, string>();
    list.forEach((body, i) => {
      const now = new Map<string, string>();
      const add = (name: string, bits: bigint) => wanted.add(name, times.get(job)![i], bits);
      for (const { series, value } of samplesOf(body)) {
        const name = before.get(series) ?? seriesName([...labelsOf(series), ['job', job], ['instance', address]]);
        now.set(series, name);
        add(name, bitsOf(value));
      }
      for (const [series, name] of before) if (!now.has(series)) add(name, STALE_BITS);
      add(seriesName(Object.entries({ __name__: 'up', job, instance: address })), bitsOf(1));
      add(seriesName(Object.entries({ __name__: 'scrape_samples_scraped', job, instance: address })), bitsOf(now.size));
      before = now;
    });
  }
  expect(wanted.staleMarkers).toBeGreaterThan(0);
  const gone = wanted.series.get(seriesName(Object.entries({ __name__: vanishing, job: 'app', instance: address })));
  expect([...gone!.values()].at(-1)).toBe(STALE_BITS);

  const found = await readBack({ logDir, engineDir: join(dir, 'scraped-engine'), nowMs: clock.now() }, ['scraped']);
  for (const [recording] of [found.fromHead, found.fromBlocks]) {
    for (const name of recording.series.keys()) if (/"scrape_(?!samples_scraped")/.test(name)) recording.series.delete(name);
    expect(differences(wanted, recording)).toEqual([]);
  }
}, 120_000);

test('nine hundred scrapes and two streams of a real Prometheus, over remote write 1.0 and 2.0', async () => {
  const logDir = join(dir, 'pushed');
  const ingest = await startIngest(logDir);
  try {
    const wanted = {
      scrapes: await pushScrapes(ingest.url, 'scrapes'),
      'prometheus-1': await post(ingest.url, 'prometheus-1', capturedRequests('1.0'), samplesOf1),
      'prometheus-2': await post(ingest.url, 'prometheus-2', capturedRequests('2.0'), samplesOf2),
    };
    expect(await ingest.stop()).toBe(0);
    const recordings = Object.values(wanted);
    const nowMs = Math.max(...recordings.map(({ newestMs }) => newestMs));
    const found = await readBack({ logDir, engineDir: join(dir, 'pushed-engine'), nowMs }, Object.keys(wanted));
    expect(wanted.scrapes.staleMarkers).toBeGreaterThan(100); // The two streams hold none.
    recordings.forEach((recording, i) => {
      expect(recording.samples).toBeGreaterThan(10_000);
      expect(differences(recording, found.fromHead[i])).toEqual([]);
      expect(differences(recording, found.fromBlocks[i])).toEqual([]);
    });
  } finally {
    ingest.process.kill('SIGKILL');
  }
}, 120_000);

/** Serves `bodies` one after another to a scraper that writes a log of its own. `times`: of each scrape, by job. */
async function scrape(bodies: ReadonlyMap<string, readonly string[]>) {
  const clock = new ManualClock(1_795_361_550_000);
  const times = new Map([...bodies.keys()].map((job) => [job, [] as number[]]));
  const server = createServer((request, response) => {
    const job = request.url!.slice(1);
    response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(bodies.get(job)![times.get(job)!.length]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logDir = join(dir, 'scraped');
  const log = await openFileLogWriter({ dir: logDir, partitions: 1, clock });
  const registry = new Registry();
  // Waiting for who sends at once takes real time.
  const patient = { now: () => clock.now(), monotonicMs: () => clock.monotonicMs(), sleep: systemClock.sleep, turn: systemClock.turn };
  const publisher = new LogPublisher({ log, clock: patient, producer: new Uint8Array(8), metrics: createPublishMetrics(registry) });
  const scraper = new Scraper({ publisher, clock, tenant: 'scraped', metrics: createScrapeMetrics(registry), warn: () => {} });
  const jobs = [...bodies.keys()].map((job) => ({
    job_name: job,
    metrics_path: `/${job}`,
    scrape_interval: '1s',
    static_configs: [{ targets: [address] }],
  }));
  const config = loadPrometheusConfig(JSON.stringify({ scrape_configs: jobs }), (path) => path);
  if (config.kind === 'invalid') throw new Error(JSON.stringify(config.problems));
  scraper.apply(config.config.jobs);
  const stop = new AbortController();
  const running = scraper.run(stop.signal);
  const loops = () => scraper.pools.flatMap((pool) => [...pool.loops]);
  await waitFor('both targets', () => loops().length === bodies.size);
  for (let i = 0; i < bodies.get('app')!.length; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
    await waitFor('both scrapes', () => loops().every(({ status }) => clock.now() - (status.lastScrapeMs ?? 0) < 1000));
    for (const { job, status } of loops()) times.get(job.name)!.push(status.lastScrapeMs!);
  }
  stop.abort();
  await running;
  await scraper.drain();
  await publisher.drain();
  server.closeAllConnections();
  server.close();
  return { times, address, clock, logDir };
}

/** As Prometheus would have sent them: a marker where a series ends. In requests of sixty scrapes. */
async function pushScrapes(ingestUrl: string, tenant: string): Promise<Recording> {
  const wanted = new Recording();
  const captured = capturedSeries();
  for (let from = 0; from < 900; from += 60) {
    const series = captured.flatMap(({ labels, timesMs, values }) => {
      const name = seriesName(labels);
      const samples: SampleToSend[] = [];
      for (let i = from; i < Math.min(from + 60, values.length); i++) {
        const value = values[i];
        if (value === null && (values[i - 1] ?? null) === null) continue;
        const bits = value === null ? STALE_BITS : bitsOf(value);
        wanted.add(name, timesMs[i], bits);
        samples.push({ timeMs: timesMs[i], bits });
      }
      return samples.length === 0 ? [] : [{ labels: Object.fromEntries(labels), samples }];
    });
    const response = await sendWriteRequest(ingestUrl, encodeWriteRequest(series), tenant);
    expect(response.status, await response.text()).toBe(204);
  }
  return wanted;
}

interface DecodedSample {
  readonly series: string;
  readonly timeMs: number;
  readonly bits: bigint;
}

async function post(
  ingestUrl: string,
  tenant: string,
  requests: readonly CapturedRequest[],
  decode: (bytes: Uint8Array) => DecodedSample[],
): Promise<Recording> {
  const wanted = new Recording();
  for (const { headers, body } of requests) {
    const response = await fetch(`${ingestUrl}/api/v1/write`, {
      method: 'POST',
      headers: { ...headers, 'X-Scope-OrgID': tenant },
      body: new Uint8Array(body),
    });
    expect(response.status, await response.text()).toBe(204);
    const samples = decode(new Uint8Array(uncompress(body)));
    const written = (what: string) => Number(response.headers.get(`X-Prometheus-Remote-Write-${what}-Written`));
    if (headers['x-prometheus-remote-write-version'].startsWith('2.'))
      expect(written('Samples') + written('Histograms')).toBe(samples.length);
    for (const { series, timeMs, bits } of samples) wanted.add(series, timeMs, bits);
  }
  return wanted;
}

function samplesOf1(bytes: Uint8Array): DecodedSample[] {
  return readRequest1(bytes).timeseries.flatMap(({ labels, samples, histograms }) => {
    const series = seriesName(labels.map(({ name, value }) => [name, value]));
    return valuesOf({ samples, histograms }).map((value) => ({ series, ...value }));
  });
}

function samplesOf2(bytes: Uint8Array): DecodedSample[] {
  const { symbols, timeseries } = readRequest2(bytes);
  return timeseries.flatMap(({ labelsRefs, samples, histograms }) => {
    const pairs = labelsRefs.flatMap((ref, i) => (i % 2 === 0 ? [[symbols[ref], symbols[labelsRefs[i + 1]]] as const] : []));
    return valuesOf({ samples, histograms }).map((value) => ({ series: seriesName(pairs), ...value }));
  });
}

/** Of a native histogram its sum. */
function valuesOf({ samples, histograms }: { samples: readonly PlainSample[]; histograms: readonly PlainHistogram[] }) {
  return [
    ...samples.map(({ bits, timestamp }) => ({ timeMs: Number(timestamp), bits })),
    ...histograms.map(({ sumBits, timestamp }) => ({ timeMs: Number(timestamp), bits: sumBits })),
  ];
}
