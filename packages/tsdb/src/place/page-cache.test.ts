import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CACHE_PAGE_BYTES } from '../limits.ts';
import { PageCache } from './page-cache.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-pages-'));
});
afterEach(() => rm(dir, { recursive: true }));

const SLOTS = 6;
const BYTES_MAX = 64 + SLOTS * (CACHE_PAGE_BYTES + 64);
const path = () => join(dir, 'far', 'PAGES');
const open = (bytesMax = BYTES_MAX) => PageCache.open(nodeFiles, path(), bytesMax);
const block = (i: number) => `${i}`.padStart(20, '0');
const pageOf = (i: number, page: number, bytes = CACHE_PAGE_BYTES) => new Uint8Array(bytes).fill(i * 16 + page);

test('what it gives is what was put, its file stays within its bound, and it goes on after a restart', async () => {
  const random = prng(3);
  let cache = await open();
  let hits = 0;
  for (let step = 0; step < 600; step++) {
    const [i, page] = [random.int(0, 3), random.int(0, 4)];
    const bytes = (i + page) % 3 === 0 ? 1000 + page : CACHE_PAGE_BYTES;
    const dice = random.next();
    if (dice < 0.5) await cache.put(block(i), page, pageOf(i, page, bytes));
    else if (dice < 0.93) {
      const found = await cache.get(block(i), page);
      if (found === null) continue;
      hits++;
      expect(Buffer.compare(found, pageOf(i, page, bytes))).toBe(0);
    } else if (dice < 0.96) cache.forget(block(i));
    else {
      await cache.close();
      cache = await open();
    }
    expect(cache.bytes).toBeLessThanOrEqual(SLOTS * CACHE_PAGE_BYTES);
  }
  expect(hits).toBeGreaterThan(50);
  expect((await stat(path())).size).toBeLessThanOrEqual(BYTES_MAX);
  await cache.close();
});

test('the page that was used longest ago goes first', async () => {
  const cache = await open();
  for (let page = 0; page < SLOTS; page++) await cache.put(block(1), page, pageOf(1, page));
  await cache.get(block(1), 0);
  await cache.put(block(2), 0, pageOf(2, 0));
  expect(cache.has(block(1), 0)).toBe(true);
  expect(cache.has(block(1), 1)).toBe(false);
  await cache.close();
  const again = await open();
  expect([0, 1, 2, 3, 4, 5].map((page) => again.has(block(1), page))).toEqual([true, false, true, true, true, true]);
  await again.put(block(2), 1, pageOf(2, 1));
  expect(again.has(block(2), 0)).toBe(true);
  await again.close();
});

test('whatever has become of its file, it gives no wrong page', async () => {
  const random = prng(9);
  const cache = await open();
  for (let page = 0; page < SLOTS; page++) await cache.put(block(1), page, pageOf(1, page));
  await cache.close();
  const whole = await readFile(path());
  let misses = 0;
  for (let round = 0; round < 40; round++) {
    const damaged = Buffer.from(random.chance(0.2) ? whole.subarray(0, random.int(0, whole.length)) : whole);
    for (let flips = random.int(0, 5); flips > 0 && damaged.length > 0; flips--)
      damaged[random.chance(0.5) ? random.int(0, Math.min(500, damaged.length)) : random.int(0, damaged.length)] ^= 1 << random.int(0, 8);
    await writeFile(path(), damaged);
    const other = await open();
    for (let page = 0; page < SLOTS; page++) {
      const found = await other.get(block(1), page);
      if (found === null) misses++;
      else expect(Buffer.compare(found, pageOf(1, page))).toBe(0);
    }
    await other.close();
  }
  expect(misses).toBeGreaterThan(0);
});

test('one of another size begins anew; one without room, or without a disk, is empty', async () => {
  const cache = await open();
  await cache.put(block(1), 0, pageOf(1, 0));
  await cache.close();
  const larger = await open(2 * BYTES_MAX);
  expect(larger.has(block(1), 0)).toBe(false);
  await larger.close();
  await writeFile(join(dir, 'file'), '');
  for (const none of [await open(1000), await PageCache.open(nodeFiles, join(dir, 'file', 'PAGES'), BYTES_MAX)]) {
    await none.put(block(1), 0, pageOf(1, 0));
    expect(await none.get(block(1), 0)).toBe(null);
    await none.close();
  }
});

test('on a full disk everything is a miss, and no file is left open', async () => {
  const simulation = new Simulation(1);
  const disk = new SimulatedDisk(simulation);
  const worker = simulation.start('worker');
  await simulation.run(async () => {
    const files = disk.filesOf(worker);
    disk.fill(0);
    const cache = await PageCache.open(files, '/data/far/PAGES', BYTES_MAX);
    await cache.put(block(1), 0, pageOf(1, 0));
    expect(await cache.get(block(1), 0)).toBeNull();
    expect(disk.openFiles(worker)).toBe(0);
  });
});
