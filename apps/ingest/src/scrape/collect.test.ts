import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { HttpServer } from '@tidemark/base/http';
import { waitFor } from '@tidemark/base/testing';
import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { ConfigRefusedError, prepareCollecting } from './collect.ts';
import { linesOf, RecordingPublisher } from './recording.ts';
import type { TargetsView } from './targets-api.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function collecting(yaml: string) {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-collect-'));
  ends.push(() => rm(folder, { recursive: true }));
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(configFile, yaml);
  const publisher = new RecordingPublisher();
  const { services, routes } = await prepareCollecting({
    publisher,
    clock: systemClock,
    registry: new Registry(),
    configFile,
    self: [{ job: 'tidemark-worker', address: '127.0.0.1:1' }],
    hostCollector: true,
    warn: () => {},
  });
  const onError = (error: unknown) => {
    throw error;
  };
  const http = new HttpServer({ name: 'http', host: '127.0.0.1', port: 0, routes, notReady: () => null, onError });
  await http.listen();
  ends.push(() => http.drain());
  const stop = new AbortController();
  const running = Promise.all(services.map((service) => service.run(stop.signal)));
  ends.push(async () => {
    stop.abort();
    for (const service of services) await service.drain();
    await running;
  });
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${http.address.port}${path}`, { method });
  const pools = async () => ((await (await ask('/api/v1/scrape_pools')).json()) as { data: { scrapePools: string[] } }).data.scrapePools;
  return { publisher, configFile, ask, pools };
}

test('this machine, our own services and the targets of a file, by HTTP and in the log', async () => {
  const { publisher, ask, pools } = await collecting(
    'rule_files: [x]\nscrape_configs: [{ job_name: j, static_configs: [{ targets: ["h:1"] }] }]\n',
  );
  const targets = (await (await ask('/api/v1/targets?state=active')).json()) as { status: string; data: TargetsView };
  expect(targets.status).toBe('success');
  const found = targets.data.activeTargets.map((target) => [target.scrapePool, target.scrapeUrl]);
  expect(found).toEqual([
    ['node', ''],
    ['tidemark-worker', 'http://127.0.0.1:1/metrics'],
    ['j', 'http://h:1/metrics'],
  ]);
  expect(await pools()).toEqual(['j', 'node', 'tidemark-worker']);
  expect(await (await ask('/api/v1/config/warnings')).json()).toEqual(['rule_files (line 1) is not supported and has no effect']);
  expect(await (await ask('/api/v1/status/config')).json()).toMatchObject({
    data: { yaml: expect.stringMatching(/^rule_files:\n {2}- x\nscrape_configs:/) },
  });
  const lines = await waitFor('both kinds of samples', () => {
    const all = publisher.batches.flatMap(linesOf);
    return all.some((line) => line.startsWith('node_time_seconds{')) && all.some((line) => line.includes('tidemark-worker')) && all;
  });
  expect(lines).toContain('up{instance="127.0.0.1:1", job="tidemark-worker"} 0');
  type Told = { readonly data: { readonly target: Record<string, string>; readonly metric?: string; readonly type: string }[] };
  const told = async (query: string) => ((await (await ask(`/api/v1/targets/metadata?${query}`)).json()) as Told).data;
  const ofHost = (await told('')).find(({ metric }) => metric === 'node_time_seconds');
  expect(ofHost).toMatchObject({ target: { job: 'node' }, type: 'gauge' });
  const node = `matchers=${encodeURIComponent('[["job","=~","no.*"]]')}`;
  expect((await told(`${node}&metric=node_time_seconds`)).map(({ metric, target }) => [metric, target.job])).toEqual([[undefined, 'node']]);
  expect(await told(`${node.replace('no.', 'x.')}&metric=node_time_seconds`)).toEqual([]);
  expect(await told('limit=0')).toEqual([]);
  expect((await ask('/api/v1/targets/metadata?matchers=[["a","=~","("]]')).status).toBe(400);
});

test('a reload by request: taken, or refused with the reason', async () => {
  const { configFile, ask, pools } = await collecting('scrape_configs: []\n');
  await writeFile(configFile, 'scrape_configs: [{ job_name: k }]\n');
  expect((await ask('/-/reload', 'POST')).status).toBe(200);
  expect(await pools()).toContain('k');
  await writeFile(configFile, 'scrape_configs: 1\n');
  const refused = await ask('/-/reload', 'POST');
  expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining('line 1, scrape_configs')]);
  expect(await pools()).toContain('k');
});

test('a wrong file at the start is refused', async () => {
  await expect(collecting('scrape_configs: 1\n')).rejects.toThrow(ConfigRefusedError);
});
