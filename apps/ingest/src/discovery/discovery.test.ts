import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { afterEach, expect, test } from 'vitest';
import { type DiscoverySettings, PLAIN_HTTP, type ScrapeJob, type TargetGroup } from '../prometheus-config/job.ts';
import { loadPrometheusConfig } from '../prometheus-config/load.ts';
import { discover } from './discover.ts';
import { type Target, targetsOf } from './target.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function jobOf(lines: string): ScrapeJob {
  const result = loadPrometheusConfig(`scrape_configs:\n- job_name: j\n${lines}`, (path) => path);
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.problems));
  return result.config.jobs[0];
}

function only(lines: string, group: Partial<TargetGroup> = {}) {
  return targetsOf(jobOf(lines), { targets: ['host:80'], labels: {}, ...group })[0];
}

function target(lines: string, group: Partial<TargetGroup> = {}): Target {
  const result = only(lines, group);
  if (result.kind !== 'target') throw new Error(JSON.stringify(result));
  return result.target;
}

const rule = (rules: string) => `  relabel_configs: [${rules}]\n`;

test('labels of a target: job, instance, those of its group; hidden ones stay hidden', () => {
  const { url, labels, discovered, intervalMs } = target('  scrape_interval: 15s\n', { labels: { env: 'prod', __meta_x: 'y', empty: '' } });
  expect(url).toBe('http://host:80/metrics');
  expect(labels.toObject()).toEqual({ env: 'prod', instance: 'host:80', job: 'j' });
  expect(discovered.toObject()).toEqual({
    __address__: 'host:80',
    __meta_x: 'y',
    __metrics_path__: '/metrics',
    __scheme__: 'http',
    __scrape_interval__: '15s',
    __scrape_timeout__: '10s',
    env: 'prod',
    job: 'j',
  });
  expect(intervalMs).toBe(15_000);
});

test('relabeling decides address, path, scheme, parameters, interval and identity', () => {
  const made = target(
    `  params: { module: [a, b], x: ['1 2'] }\n${rule(
      [
        '{ source_labels: [__address__], target_label: __param_target }',
        '{ source_labels: [__address__], target_label: instance }',
        '{ target_label: __address__, replacement: "prober:9115" }',
        '{ target_label: __metrics_path__, replacement: "/probe?q=1" }',
        '{ target_label: __scheme__, replacement: https }',
        '{ target_label: __scrape_interval__, replacement: 30s }',
        '{ target_label: __param_module, replacement: c }',
        '{ target_label: job, replacement: probe }',
      ].join(', '),
    )}`,
  );
  expect(made.url).toBe('https://prober:9115/probe?q=1&module=c&module=b&x=1+2&target=host%3A80');
  expect(made.labels.toObject()).toEqual({ instance: 'host:80', job: 'probe' });
  expect(made.intervalMs).toBe(30_000);
  expect(made.job).toBe('j');
});

test('IPv6, and equal targets have equal keys', () => {
  expect(target('', { targets: ['[::1]:9100'] }).url).toBe('http://[::1]:9100/metrics');
  expect(target('').key).toBe(target('').key);
  expect(target('').key).not.toBe(target('', { labels: { a: 'b' } }).key);
});

test.each<[rules: string, reason: RegExp]>([
  ['{ target_label: __address__, replacement: "" }', /no address/],
  ['{ target_label: __address__, replacement: "a/b" }', /no host or host:port/],
  ['{ target_label: __address__, replacement: "a b:1:2" }', /no valid URL/],
  ['{ target_label: __scheme__, replacement: ftp }', /no valid URL/],
  ['{ target_label: __scrape_interval__, replacement: soon }', /__scrape_interval__/],
  ['{ target_label: __scrape_timeout__, replacement: 0s }', /__scrape_timeout__/],
  ['{ target_label: __scrape_timeout__, replacement: 5m }', /longer than the scrape interval/],
])('%s is no target', (rules, reason) => {
  expect(only(rule(rules))).toMatchObject({ kind: 'invalid', reason: expect.stringMatching(reason) });
});

test('a target with a label that no series could carry is left out', () => {
  expect(only('', { labels: { long: 'x'.repeat(9000) } })).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('8192') });
});

test('a dropped target keeps what was discovered', () => {
  const result = only(rule('{ action: drop, source_labels: [__address__], regex: ".*" }'));
  expect(result).toMatchObject({ kind: 'dropped' });
});

function following(sources: readonly DiscoverySettings[]) {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const found: string[][] = [];
  const stop = new AbortController();
  const print = ({ targets, labels }: TargetGroup) => targets.map((address) => `${address} ${JSON.stringify(labels)}`);
  const running = discover(
    sources,
    { clock, warn: (message) => warnings.push(message) },
    (groups) => found.push(groups.flatMap(print)),
    stop.signal,
  );
  ends.push(async () => {
    stop.abort();
    await running;
  });
  /** The next list, after moving the clock until there is one. */
  let seen = 0;
  const next = async (stepMs: number) => {
    const list = await waitFor('a discovery', () => {
      if (found.length === seen) clock.advance(stepMs);
      return found[seen];
    });
    seen++;
    return list;
  };
  return { clock, warnings, found, next };
}

test('files: JSON and YAML by a pattern, followed; a broken one keeps its last targets, a removed one loses them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-sd-'));
  ends.push(() => rm(folder, { recursive: true }));
  const write = async (name: string, content: string) => {
    await writeFile(join(folder, `.${name}`), content);
    await rename(join(folder, `.${name}`), join(folder, name));
  };
  await write('a.json', '[{ "targets": ["a:1", "a:2"], "labels": { "x": "y" } }]');
  await write('b.yml', '- targets: [b:1]\n');
  const path = (name: string) => JSON.stringify({ __meta_filepath: join(folder, name) });
  const { next, warnings, clock } = following([
    { kind: 'static', groups: [{ targets: ['s:1'], labels: {} }] },
    { kind: 'file', patterns: [join(folder, '*.json'), join(folder, 'b.yml'), join(folder, 'none.yml')] },
  ]);
  const a = `{"x":"y",${path('a.json').slice(1)}`;
  expect(await next(0)).toEqual(['s:1 {}', `a:1 ${a}`, `a:2 ${a}`, `b:1 ${path('b.yml')}`]);
  await write('a.json', '[{ "targets": ["a:3"] }]');
  expect(await next(1000)).toEqual(['s:1 {}', `a:3 ${path('a.json')}`, `b:1 ${path('b.yml')}`]);
  await write('a.json', '[{ "targets": "a:4" }]');
  await waitFor('a warning', () => {
    clock.advance(1000);
    return warnings.length > 0;
  });
  expect(warnings).toEqual([
    `${join(folder, 'a.json')}: 0.targets: Invalid input: expected array, received string; its last good targets stay in use`,
  ]);
  await rm(join(folder, 'b.yml'));
  await waitFor('the removal', async () => {
    const list = await next(1000);
    return list.length === 2 && list;
  }).then((list) => expect(list).toEqual(['s:1 {}', `a:3 ${path('a.json')}`]));
});

test('a server: asked again and again, its failures change nothing', async () => {
  let answer: string | null = '[{ "targets": ["h:1"] }]';
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    if (answer === null) response.writeHead(500).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const meta = JSON.stringify({ __meta_url: url });
  const { next, warnings, clock, found } = following([{ kind: 'http', url, refreshMs: 5000, http: PLAIN_HTTP }]);
  expect(await next(0)).toEqual([`h:1 ${meta}`]);
  answer = null;
  const before = requests;
  await waitFor('two failures', () => {
    clock.advance(5000);
    return requests >= before + 3;
  });
  expect(found).toHaveLength(1);
  expect(warnings).toEqual([`${url}: server returned HTTP status 500 Internal Server Error; its last good targets stay in use`]);
  answer = '[{ "targets": ["h:2"], "labels": { "a": "b" } }]';
  expect(await next(5000)).toEqual([`h:2 {"a":"b",${meta.slice(1)}`]);
});

test('a server that is down at first does not hold up the other targets', async () => {
  const { next } = following([
    { kind: 'static', groups: [{ targets: ['s:1'], labels: {} }] },
    { kind: 'http', url: 'http://127.0.0.1:1/', refreshMs: 5000, http: PLAIN_HTTP },
  ]);
  expect(await next(0)).toEqual(['s:1 {}']);
});
