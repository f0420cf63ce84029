import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@tidemark/base/service';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { openFileLogWriter } from '@tidemark/log/file';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { readRetention } from '../retention/retention-config.ts';
import { readStorageSettings } from '../storage-settings.ts';
import { openPartitions } from './open-partitions.ts';

test('each partition has a folder of its own in the places of the configuration; one that is away stops nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-storage-'));
  const clock = new ManualClock();
  const logDir = join(folder, 'log');
  const writer = await openFileLogWriter({ dir: logDir, partitions: 2, clock });
  const storage = readStorageSettings(`
storage:
  places:
    - { name: slow, after: 4h, folder: ${folder}/slow }
    - { name: nas, after: 8h, objects: ${folder}/nas }
    - { name: gone, after: 12h, s3: { bucket: b, endpoint: 'http://127.0.0.1:1' } }
`);
  const places = { logDir, dataDir: join(folder, 'data'), retention: readRetention('retention: { raw: 9d }'), storage };
  const machine = { partitionsAll: 2, memoryBytes: 2 ** 30, tenants: new Map() };
  process.env.AWS_ACCESS_KEY_ID = 'nobody';
  process.env.AWS_SECRET_ACCESS_KEY = 'nothing';
  const { source, engines } = await openPartitions({ ...places, ...machine }, [0, 1], clock, createLogger('test'));
  const table = NamedSeries.of([Labels.from({ __name__: 'up' })]);
  const beganMs = clock.now();
  for (const engine of engines.values()) {
    for (let i = 0; i < 100; i++) {
      const timeMs = beganMs + i * 60_000;
      const group = { timeMs, numbers: Uint32Array.of(0), values: Float64Array.of(i) };
      clock.advance(Math.max(0, timeMs - clock.now()));
      engine.append({ tenant: 'default', acceptedAtMs: timeMs, table, groups: [group], metadata: [] }, { offset: i, epochOffset: i });
    }
  }
  const upkeepUntil = (what: string, done: () => boolean) =>
    waitFor(what, async () => {
      for (const engine of engines.values()) await engine.maintain(clock.now(), new AbortController().signal);
      return done();
    });
  const all = () => [...engines.values()].flatMap((engine) => engine.stats().places);
  const [slow, nas, gone] = ['slow', 'nas', 'gone'].map((name) => () => all().filter((place) => place.name === name));
  clock.advance(6 * 3_600_000);
  await upkeepUntil('the blocks on the slow disk', () => slow().every(({ blocks }) => blocks > 0));
  expect(await readdir(join(folder, 'slow'))).toEqual(['partition-0', 'partition-1']);
  clock.advance(4 * 3_600_000);
  await upkeepUntil('the blocks as objects', () => nas().every(({ blocks, strays }) => blocks > 0 && strays === 0));
  expect((await readdir(join(folder, 'nas', 'partition-1'))).some((name) => name.endsWith('.json'))).toBe(true);
  clock.advance(8 * 3_600_000);
  await upkeepUntil('what is wrong to be said', () => {
    clock.advance(100);
    return gone().every(({ waiting }) => waiting.trouble !== null);
  });
  expect(gone().every(({ waiting }) => waiting.blocks > 0)).toBe(true);
  for (const engine of engines.values()) await engine.drain();
  await source.close();
  await writer.close();
  await rm(folder, { recursive: true });
}, 60_000);
