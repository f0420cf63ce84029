import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { afterEach, expect, test } from 'vitest';
import type { IncomingBatch } from '../publish/publisher.ts';
import { linesOf, RecordingPublisher } from '../scrape/recording.ts';
import { createHostCollector } from './collector.ts';
import { type FileSystemUsage, filesystemSource } from './filesystem.ts';
import type { HostFiles } from './source.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function machine(files: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), 'tidemark-host-'));
  ends.push(() => rm(root, { recursive: true }));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const publisher = new RecordingPublisher();
  const clock = new ManualClock();
  const paths = { procPath: join(root, 'proc'), sysPath: join(root, 'sys'), rootPath: root };
  const collector = createHostCollector({ publisher, clock, ...paths, instance: 'box' });
  const running = collector.run(new AbortController().signal);
  ends.push(async () => {
    await collector.drain();
    await running;
  });
  let rounds = 0;
  const round = async (): Promise<IncomingBatch> => {
    clock.advance(1000);
    rounds++;
    const batch = await waitFor('a round', () => publisher.batches[rounds - 1]);
    await waitFor('its end', () => collector.view().lastScrape === new Date(batch.timesMs.at(-1)!).toISOString());
    return batch;
  };
  return { write, remove: (path: string) => rm(join(root, path)), publisher, collector, round };
}

test('what the machine has is published, what it lacks is told', async () => {
  const { round, collector } = await machine({ 'proc/loadavg': '0.20 0.18 0.12 1/80 1\n', 'etc/os-release': 'ID=test\n' });
  const batch = await round();
  const lines = linesOf(batch).map((line) => line.replace('instance="box", job="node"', '…'));
  expect(lines).toEqual(
    expect.arrayContaining([
      'node_load1{…} 0.2',
      'node_os_info{id="test", …} 1',
      'node_scrape_collector_success{collector="loadavg", …} 1',
      'node_scrape_collector_success{collector="cpu", …} 0',
      'node_scrape_collector_success{collector="netclass", …} 0',
      'up{…} 1',
    ]),
  );
  expect(batch.tenant).toBe('default');
  expect(new Set(batch.timesMs).size).toBe(1);
  expect(batch.metadata).toContainEqual({ family: 'node_load1', type: 'gauge', help: '1m load average.', unit: '' });
  expect((await round()).metadata).toEqual([]);
  expect(collector.view()).toMatchObject({ scrapePool: 'node', health: 'up', lastError: '', scrapeInterval: '1s' });
});

test('a part that goes away ends its series, once', async () => {
  const { round, remove, write } = await machine({ 'proc/loadavg': '1 2 3\n' });
  await round();
  await remove('proc/loadavg');
  const load = async () => linesOf(await round()).filter((line) => line.startsWith('node_load1{'));
  expect(await load()).toEqual(['node_load1{instance="box", job="node"} stale']);
  expect(await load()).toEqual([]);
  await write('proc/loadavg', '4 5 6\n');
  expect(await load()).toEqual(['node_load1{instance="box", job="node"} 4']);
});

test('file systems that hang cost themselves only, and hold few threads', async () => {
  const asked: string[] = [];
  const usage: FileSystemUsage = { bsize: 1, blocks: 1, bfree: 1, bavail: 1, files: 1, ffree: 1 };
  const source = filesystemSource((mountpoint) => {
    asked.push(mountpoint);
    return mountpoint.startsWith('/hung') ? new Promise(() => {}) : Promise.resolve(usage);
  });
  const mounts = ['/hung1 nfs', '/hung2 nfs', '/hung3 nfs', '/data ext4'].map((mount) => {
    const [path, type] = mount.split(' ');
    return `1 1 0:1 / ${path} rw - ${type} dev rw`;
  });
  const files = { proc: async () => mounts.join('\n') } as unknown as HostFiles;
  const errors = async () => {
    const readings = await source.read(files);
    const found = readings.filter((next) => next.family.name === 'node_filesystem_device_error');
    return Object.fromEntries(found.map((next) => [next.labelValues[1], next.value]));
  };
  const expected = { '/hung1': 1, '/hung2': 1, '/hung3': 1, '/data': 0 };
  expect(await errors()).toEqual(expected);
  expect(await errors()).toEqual(expected);
  expect(asked).toEqual(['/hung1', '/hung2', '/data', '/data']);
});

test('names, types and help are those of node_exporter', async () => {
  const [, captured] = gunzipSync(readFileSync(new URL('../../../../testdata/node_exporter_raw_scrapes_60.ndjson.gz', import.meta.url)))
    .toString()
    .split('\n', 2)
    .map((line) => JSON.parse(line).body as string);
  const known = new Set(captured.split('\n').filter((line) => line.startsWith('# ')));
  const publisher = new RecordingPublisher();
  const clock = new ManualClock();
  const collector = createHostCollector({ publisher, clock });
  const running = collector.run(new AbortController().signal);
  clock.advance(1000);
  const { metadata } = await waitFor('a round of this machine', () => publisher.batches[0]);
  await collector.drain();
  await running;
  expect(metadata.length).toBeGreaterThan(20);
  for (const { family, type, help } of metadata) {
    const described = known.has(`# TYPE ${family} ${type === 'unknown' ? 'untyped' : type}`) && known.has(`# HELP ${family} ${help}`);
    // Not in the capture: fields that another kernel has, or that came after node_exporter 1.5.
    const unknown = /^node_(memory|sockstat|vmstat|netstat|schedstat)_/.test(family) && !captured.includes(`# TYPE ${family} `);
    expect(described || unknown, family).toBe(true);
  }
});
