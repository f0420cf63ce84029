import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CACHE_PAGE_BYTES } from '../limits.ts';
import { bodyOf } from '../object-store/body.ts';
import { FolderStore } from '../object-store/folder-store.ts';
import { TroubledStore } from '../object-store/testing/troubled-store.ts';
import { FarBlock } from './far-block.ts';
import { PageCache } from './page-cache.ts';
import { noTraffic } from './place.ts';

const BYTES = 40 * CACHE_PAGE_BYTES + 5000;
const TAIL_AT = BYTES - 3000;
const ID = '018bcfe568000badcafe';

let dir: string;
let store: TroubledStore;
let caches: PageCache[];
const bytes = Uint8Array.from({ length: BYTES }, (_, i) => (i * 2654435761) >>> 24);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-far-'));
  store = new TroubledStore(new FolderStore(nodeFiles, dir, 'test'));
  await store.put('block', bodyOf(bytes));
  caches = [];
});
afterEach(async () => {
  for (const cache of caches) await cache.close();
  await rm(dir, { recursive: true });
});

async function farBlock(cacheBytes: number): Promise<FarBlock> {
  const cache = await PageCache.open(nodeFiles, join(dir, 'PAGES'), cacheBytes);
  caches.push(cache);
  const header = async () => ({ bytes: BYTES, tailAt: TAIL_AT, magic: bytes.subarray(0, 8), tail: bytes.subarray(TAIL_AT) });
  return new FarBlock({ id: ID, path: 'far/block', key: 'block', store, header, cache, traffic: noTraffic() });
}

test.each([0, 10 * CACHE_PAGE_BYTES, 100 * CACHE_PAGE_BYTES])('it reads as the file does, with a cache of %i bytes', async (cacheBytes) => {
  const random = prng(5);
  const block = await farBlock(cacheBytes);
  const file = await block.open();
  expect(await file.size()).toBe(BYTES);
  const one = async () => {
    const at = random.pick([0, 3, TAIL_AT - 10, random.int(0, BYTES)]);
    const target = new Uint8Array(random.pick([1, 20, 5000, 3 * CACHE_PAGE_BYTES]));
    const read = await file.read(target, at);
    expect(read).toBe(Math.min(target.length, BYTES - at));
    expect(Buffer.compare(target.subarray(0, read), bytes.subarray(at, at + read))).toBe(0);
  };
  for (let round = 0; round < 30; round++) await Promise.all(Array.from({ length: random.int(1, 6) }, one));
  await file.close();
});

test('its ends are asked of nobody; a little costs a page; what was asked once is not asked again', async () => {
  const file = await (await farBlock(1e8)).open();
  const read = (at: number, count: number) => file.read(new Uint8Array(count), at);
  store.forget();
  await read(0, 8);
  await read(TAIL_AT, 3000);
  expect(store.gets).toBe(0);
  await read(20 * CACHE_PAGE_BYTES + 10, 100);
  expect([store.gets, store.getBytes]).toEqual([1, CACHE_PAGE_BYTES]);
  await read(20 * CACHE_PAGE_BYTES + 500, 1000);
  expect(store.gets).toBe(1);
  await Promise.all([1, 2, 3, 4].map((i) => read(5 * CACHE_PAGE_BYTES + i, 100)));
  expect([store.gets, store.getBytes]).toEqual([2, 2 * CACHE_PAGE_BYTES]);
});

test('who reads on is read ahead for; who does not is not', async () => {
  const file = await (await farBlock(1e8)).open();
  store.forget();
  const piece = new Uint8Array(CACHE_PAGE_BYTES / 4);
  for (let at = 8; at < TAIL_AT; at += piece.length) await file.read(piece.subarray(0, Math.min(piece.length, TAIL_AT - at)), at);
  expect(store.gets).toBeLessThan(10);
  expect(store.getBytes).toBe(TAIL_AT);
  await rm(join(dir, 'PAGES'));
  const other = await (await farBlock(1e8)).open();
  store.forget();
  for (const page of [30, 20, 10, 0]) await other.read(piece, page * CACHE_PAGE_BYTES + 8);
  expect([store.gets, store.getBytes]).toEqual([4, 4 * CACHE_PAGE_BYTES]);
});

test('a store that does not answer makes it unreachable, for as long as it does not', async () => {
  const file = await (await farBlock(1e8)).open();
  store.trouble = 'away';
  const target = new Uint8Array(10);
  await expect(file.read(target, 100)).rejects.toMatchObject({ name: 'BlockUnreachableError', path: 'far/block', reason: 'away' });
  store.trouble = null;
  await file.read(target, 100);
  expect(target).toEqual(bytes.slice(100, 110));
});
