import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { ProtobufWriter } from '@tidemark/base/wire';
import { decodeHistogram, isMarkAt, isStaleAt } from '@tidemark/tsdb/model';
import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { loadPrometheusConfig } from '../prometheus-config/load.ts';
import { createScrapeMetrics } from './metrics.ts';
import { linesOf, RecordingPublisher, seriesOf } from './recording.ts';
import { Scraper } from './scraper.ts';
import { targetsView } from './targets-api.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const text =
  (body: () => string): RequestListener =>
  (_request, response) =>
    response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(body());

function scraping() {
  const publisher = new RecordingPublisher();
  const clock = new ManualClock();
  const warnings: string[] = [];
  const registry = new Registry();
  const metrics = createScrapeMetrics(registry);
  const scraper = new Scraper({ publisher, clock, tenant: 'default', metrics, warn: (message) => warnings.push(message) });
  const running = scraper.run(AbortSignal.timeout(60_000));
  ends.push(() => scraper.drain());
  void running;
  const configure = (yaml: string) => {
    const result = loadPrometheusConfig(yaml, (path) => path);
    if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
    scraper.apply(result.config.jobs);
  };
  const active = () => targetsView(scraper, [], { state: 'any', pool: '' }).activeTargets;
  /** Once every target waits: one interval later, when each has been scraped and waits again. */
  const second = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
    const now = clock.now();
    await waitFor('every scrape', () => active().every((target) => now - Date.parse(target.lastScrape) < 1000));
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** What was published since the last call, without labels that are the same everywhere. */
  const published = () =>
    publisher.batches
      .splice(0)
      .flatMap(linesOf)
      .map((line) => line.replace(/instance="[^"]*", job="j"/, '…'));
  return { publisher, clock, scraper, configure, active, second, published, warnings, registry };
}

const own = (lines: string[]) => lines.filter((line) => !/^(up|scrape_)/.test(line));

test('a target is scraped each interval, with the series about the scrape', async () => {
  let value = 0;
  const address = await serve(text(() => `a ${value++}\nb{x="1"} 1\n`));
  const { configure, second, published, active } = scraping();
  configure(`scrape_configs: [{ job_name: j, scrape_interval: 1s, static_configs: [{ targets: ['${address}'], labels: { env: t } }] }]`);
  expect(active()).toMatchObject([{ health: 'unknown', labels: { env: 't', instance: address, job: 'j' } }]);
  await second();
  const lines = published();
  expect(own(lines)).toEqual(['a{env="t", …} 0', 'b{env="t", …, x="1"} 1']);
  expect(lines).toEqual(
    expect.arrayContaining([
      'up{env="t", …} 1',
      'scrape_samples_scraped{env="t", …} 2',
      'scrape_samples_post_metric_relabeling{env="t", …} 2',
      'scrape_series_added{env="t", …} 2',
    ]),
  );
  expect(lines.filter((line) => line.startsWith('scrape_duration_seconds'))).toHaveLength(1);
  expect(lines).toHaveLength(7);
  await second();
  expect(published()).toEqual(expect.arrayContaining(['a{env="t", …} 1', 'scrape_series_added{env="t", …} 0']));
  expect(active()).toMatchObject([
    {
      health: 'up',
      lastError: '',
      scrapePool: 'j',
      scrapeUrl: `http://${address}/metrics`,
      scrapeInterval: '1s',
      scrapeTimeout: '1s',
      lastSamples: 2,
      discoveredLabels: { __address__: address, __scheme__: 'http', __metrics_path__: '/metrics', __scrape_interval__: '1s', env: 't' },
    },
  ]);
});

/** A family `seconds` with one histogram: `count` observations in one bucket, of which its count says `total`. */
function protobufBody(count: number, total = count): Buffer {
  const message = (write: (writer: ProtobufWriter) => void) => {
    const writer = new ProtobufWriter();
    write(writer);
    return writer.view().slice();
  };
  const histogram = message((writer) => {
    writer.int64(1, total);
    writer.f64(2, count / 2);
    writer.sint64(5, 1);
    writer.f64(6, 0.5);
    writer.bytes(
      12,
      message((span) => span.int64(2, 1)),
    );
    writer.sint64s(13, [count]);
  });
  const family = message((writer) => {
    writer.string(1, 'seconds');
    writer.int64(3, 4);
    writer.bytes(
      4,
      message((metric) => metric.bytes(7, histogram)),
    );
  });
  return Buffer.concat([Buffer.of(family.length), family]);
}

test('native histograms come by protobuf, which is asked for first; one that cannot be taken is named', async () => {
  let total = 3;
  const accepted: string[] = [];
  const address = await serve((request, response) => {
    accepted.push(String(request.headers.accept));
    const type = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    response.setHeader('Content-Type', type).end(protobufBody(3, total));
  });
  const { configure, second, publisher, active } = scraping();
  configure(
    `scrape_configs: [{ job_name: j, scrape_interval: 1s, scrape_native_histograms: true, static_configs: [{ targets: ['${address}'] }] }]`,
  );
  await second();
  const [{ histograms, ...batch }] = publisher.batches.splice(0);
  expect(accepted[0]).toMatch(/^application\/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,/);
  expect(histograms?.map(decodeHistogram)).toMatchObject([{ schema: 1, count: 3, sum: 1.5, positive: new Map([[0, 3]]) }]);
  expect([seriesOf(batch)[0].name, isMarkAt(batch.values, 0)]).toEqual(['seconds', true]);
  expect(batch.metadata).toMatchObject([{ family: 'seconds', type: 'histogram' }]);
  total = 4;
  await second();
  // It ends, for it is not there.
  expect(own(publisher.batches.flatMap(linesOf))).toEqual([expect.stringMatching(/^seconds.* stale$/)]);
  expect(active()).toMatchObject([{ health: 'up', lastError: 'left out: histogram seconds has 4 observations, and 3 of them in buckets' }]);
});

test('a target that fails is down with its reason, its series end; it comes back', async () => {
  let fails = false;
  const address = await serve((_request, response) => {
    if (fails) response.writeHead(503, 'Busy').end();
    else response.end('a 1\n');
  });
  const { configure, second, published, active } = scraping();
  configure(`scrape_configs: [{ job_name: j, scrape_interval: 1s, static_configs: [{ targets: ['${address}'] }] }]`);
  await second();
  published();
  fails = true;
  await second();
  expect(published()).toEqual(expect.arrayContaining(['a{…} stale', 'up{…} 0', 'scrape_samples_scraped{…} 0']));
  expect(active()).toMatchObject([{ health: 'down', lastError: 'server returned HTTP status 503 Busy' }]);
  fails = false;
  await second();
  expect(own(published())).toEqual(['a{…} 1']);
});

test('a refused batch is shown, and the next scrape owes what it had', async () => {
  let body = 'a 1\nb 1\n';
  const address = await serve(text(() => body));
  const { configure, second, published, active, publisher, registry } = scraping();
  configure(`scrape_configs: [{ job_name: j, scrape_interval: 1s, static_configs: [{ targets: ['${address}'] }] }]`);
  await second();
  published();
  body = 'b 2\n';
  publisher.refusal = 'the disk is full';
  await second();
  expect(active()).toMatchObject([{ health: 'up', lastError: 'scraped, but not stored: the disk is full' }]);
  publisher.refusal = null;
  await second();
  expect(own(published())).toEqual(['b{…} 2', 'a{…} stale']);
  expect(active()[0].lastError).toBe('');
  expect(await registry.metrics()).toContain('tidemark_scrapes_total{scrape_job="j",outcome="refused"} 1');
});

test('a changed configuration: what stays is not disturbed, what goes ends, what is relabeled moves on', async () => {
  const address = await serve(text(() => 'a 1\nb 1\n'));
  const { configure, second, published, active, scraper } = scraping();
  const jobs = (...lines: string[]) => `global: { scrape_interval: 1s }\nscrape_configs:\n${lines.map((line) => `- ${line}\n`).join('')}`;
  const target = `static_configs: [{ targets: ['${address}'] }]`;
  configure(jobs(`{ job_name: j, ${target} }`, `{ job_name: k, ${target} }`));
  await second();
  published();
  const [kept] = [...scraper.pools[0].loops];
  configure(jobs(`{ job_name: j, ${target} }`));
  expect([...scraper.pools[0].loops][0]).toBe(kept);
  await waitFor('the end of k', () => scraper.pools.length === 1);
  const gone = await waitFor('its markers', () => {
    const lines = published();
    return lines.length > 0 && lines;
  });
  expect(gone.every((line) => line.endsWith(' stale') && line.includes('job="k"'))).toBe(true);
  expect(gone).toHaveLength(7);
  configure(jobs(`{ job_name: j, ${target}, metric_relabel_configs: [{ action: drop, source_labels: [__name__], regex: b }] }`));
  await second();
  expect(own(published())).toEqual(['a{…} 1', 'b{…} stale']);
  expect(active()).toHaveLength(1);
});

test('draining leaves the series as they are', async () => {
  const address = await serve(text(() => 'a 1\n'));
  const { configure, second, published, scraper } = scraping();
  configure(`scrape_configs: [{ job_name: j, scrape_interval: 1s, static_configs: [{ targets: ['${address}'] }] }]`);
  await second();
  published();
  await scraper.drain();
  expect(published()).toEqual([]);
});

test('over target_limit every scrape of the job fails', async () => {
  const address = await serve(text(() => 'a 1\n'));
  const { configure, second, active } = scraping();
  configure(
    `scrape_configs: [{ job_name: j, scrape_interval: 1s, target_limit: 1, static_configs: [{ targets: ['${address}', 'localhost:1'] }] }]`,
  );
  await second();
  expect(active().map((target) => target.lastError)).toEqual(Array(2).fill('target_limit exceeded: 2 targets, limit 1'));
});

test('dropped targets are listed, invalid ones are warned of', () => {
  const { configure, scraper, warnings } = scraping();
  configure(`scrape_configs:
- job_name: j
  static_configs: [{ targets: [a:1, b:1, 'c/d'] }]
  relabel_configs: [{ source_labels: [__address__], regex: a.*, action: drop }]
`);
  const view = targetsView(scraper, [], { state: 'any', pool: 'j' });
  expect(view.activeTargets.map((target) => target.labels.instance)).toEqual(['b:1']);
  expect(view.droppedTargets).toMatchObject([{ scrapePool: 'j', discoveredLabels: { __address__: 'a:1', job: 'j' } }]);
  expect(view.droppedTargetCounts).toEqual({ j: 1 });
  expect(warnings).toMatchObject([expect.stringContaining('"c/d" is no host or host:port')]);
  expect(targetsView(scraper, [], { state: 'active', pool: '' }).droppedTargets).toEqual([]);
  expect(targetsView(scraper, [], { state: 'dropped', pool: '' }).activeTargets).toEqual([]);
  expect(targetsView(scraper, [], { state: 'any', pool: 'other' }).activeTargets).toEqual([]);
});

/** The independent reading of a captured scrape: series text with sorted labels, and its number. */
function oracle(body: string, labels: Record<string, string>): Map<string, number> {
  const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const blank = line.lastIndexOf(' ');
      const [, name, inner = ''] = /^([^{]+)(?:\{(.*)\})?$/.exec(line.slice(0, blank))!;
      const pairs = [...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value]);
      const all = [...pairs, ...Object.entries(labels)].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1));
      const printed = all.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ');
      return [`${name}{${printed}}`, Number(line.slice(blank + 1).replace('Inf', 'Infinity'))];
    }),
  );
}

test('sixty captured scrapes: every value and every stale marker, bit for bit', async () => {
  const bodies = gunzipSync(readFileSync(new URL('../../../../testdata/node_exporter_raw_scrapes_60.ndjson.gz', import.meta.url)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { job: string; body: string })
    .filter(({ job }) => job === 'node')
    // A disk that is away for a while, and a scrape that fails.
    .map(({ body }, i) => (i === 30 ? null : i >= 10 && i < 15 ? body.replace(/^node_disk.*\n/gm, '') : body));
  let next = 0;
  const address = await serve((_request, response) => {
    const body = bodies[next++];
    if (body === null) response.writeHead(500).end();
    else response.end(body);
  });
  const { configure, second, publisher, clock } = scraping();
  configure(`scrape_configs: [{ job_name: j, scrape_interval: 1s, static_configs: [{ targets: ['${address}'] }] }]`);
  let alive = new Set<string>();
  for (const body of bodies) {
    await second();
    const [batch] = publisher.batches.splice(0);
    const expected = oracle(body ?? '', { instance: address, job: 'j' });
    const found = new Map<string, number>();
    const ended = new Set<string>();
    seriesOf(batch).forEach((labels, i) => {
      expect(clock.now() - batch.timesMs[i]).toBeLessThan(1000);
      expect(batch.timesMs[i]).toBe(batch.timesMs[0]);
      if (isStaleAt(batch.values, i)) ended.add(String(labels));
      else if (!/^(up|scrape_)/.test(labels.name)) found.set(String(labels), batch.values[i]);
    });
    expect(found).toEqual(expected);
    expect(ended).toEqual(new Set([...alive].filter((series) => !expected.has(series))));
    alive = new Set(expected.keys());
  }
  expect(next).toBe(60);
});
