import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { afterEach, expect, test } from 'vitest';
import { ConfigFile } from './config-file.ts';
import { ownJobs } from './own-jobs.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function configured(source: string | null) {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-config-'));
  ends.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'prometheus.yml');
  const write = (content: string) => writeFile(path, content);
  if (source !== null) await write(source);
  const applied: string[][] = [];
  const warnings: string[] = [];
  const clock = new ManualClock();
  const config = new ConfigFile({
    path,
    ownJobs: ownJobs([
      { job: 'tidemark-ingest', address: 'h:1' },
      { job: 'tidemark-ingest', address: 'h:2' },
      { job: 'tidemark-worker', address: 'h:3' },
    ]),
    clock,
    apply: (jobs) => applied.push(jobs.map((job) => job.name)),
    warn: (message) => warnings.push(message),
  });
  return { path, write, applied, warnings, clock, config };
}

const jobs = (...names: string[]) => `scrape_configs: [${names.map((name) => `{ job_name: ${name} }`).join(', ')}]\n`;
const OWN = ['tidemark-ingest', 'tidemark-worker'];

test("Tidemark's own jobs stay beside those of the file, which cannot replace them", async () => {
  const { config, applied, warnings } = await configured(jobs('a', 'tidemark-worker'));
  expect(await config.reload()).toEqual({ kind: 'applied' });
  expect(applied).toEqual([[...OWN, 'a']]);
  expect(config.warnings).toEqual(['job tidemark-worker has no effect: Tidemark scrapes itself under this name']);
  await config.reload();
  expect(warnings).toEqual(config.warnings);
});

test('a file that is missing or wrong is refused with its place', async () => {
  const { config, write, path, applied } = await configured(null);
  expect(await config.reload()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('cannot be read') });
  await write('global: { scrape_interval: 1 }\n');
  const reason = `${path}: line 1, global.scrape_interval: "1" is no duration like 15s or 1m30s`;
  expect(await config.reload()).toEqual({ kind: 'refused', reason });
  expect(config.warnings).toEqual([`not in use: ${reason}`]);
  expect(applied).toEqual([]);
});

test('the file is followed: a change is taken, a mistake is not, and is told of once', async () => {
  const { config, write, applied, warnings, clock } = await configured(jobs('a'));
  await config.reload();
  const stop = new AbortController();
  const running = config.run(stop.signal);
  const until = (what: string, probe: () => boolean) =>
    waitFor(what, () => {
      clock.advance(1000);
      return probe();
    });
  await write(jobs('a', 'b'));
  await until('the change', () => applied.length === 2);
  expect(applied[1]).toEqual([...OWN, 'a', 'b']);
  await write('scrape_configs: 5\n');
  await until('the warning', () => warnings.length === 1);
  expect(warnings[0]).toMatch(/^the changed configuration is not in use: .*line 1, scrape_configs/);
  expect(config.warnings).toHaveLength(1);
  await write(jobs('c'));
  await until('the mending', () => applied.length === 3);
  expect(config.warnings).toEqual([]);
  expect(warnings).toHaveLength(1);
  stop.abort();
  await running;
});
