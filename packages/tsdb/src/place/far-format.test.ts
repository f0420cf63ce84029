import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles } from '@tidemark/base/files';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CACHE_PAGE_BYTES } from '../limits.ts';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { readHeader, writeHeader } from './block-header.ts';
import { PageCache } from './page-cache.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-far-format-'));
});
afterEach(() => rm(dir, { recursive: true }));

const [header, entry] = formatExamples('far-blocks.md').map((lines) => Buffer.from(fromHex(lines.join(' '))));

test('a header is as its document shows it, and a change of any byte is found', async () => {
  const path = join(dir, 'header');
  const shown = { bytes: 100, tailAt: 96, magic: Buffer.from('TIDEBLK6'), tail: Buffer.from([1, 2, 3, 4]) };
  await writeHeader(nodeFiles, path, shown);
  expect((await readFile(path)).toString('hex')).toBe(header.toString('hex'));
  const read = await readHeader(nodeFiles, path);
  expect({ ...read, magic: Buffer.from(read.magic), tail: Buffer.from(read.tail) }).toEqual(shown);
  for (let at = 0; at < header.length; at++) {
    const damaged = Buffer.from(header);
    damaged[at] ^= 1 << (at % 8);
    const file = await nodeFiles.open(path, 'create');
    await file.write(damaged.subarray(0, at % 5 === 0 ? at : damaged.length), 0);
    await file.close();
    await expect(readHeader(nodeFiles, path), `byte ${at}`).rejects.toMatchObject({ name: 'CorruptionError' });
  }
});

test('an entry of the cache is as its document shows it', async () => {
  const path = join(dir, 'PAGES');
  const cache = await PageCache.open(nodeFiles, path, 2 * (CACHE_PAGE_BYTES + 64) + 64);
  await cache.put('018bcfe568000badcafe', 2, Buffer.from('hello world'));
  await cache.close();
  const file = await readFile(path);
  expect(file.subarray(64, 128).toString('hex')).toBe(entry.toString('hex'));
  expect(file.subarray(64 * 3, 64 * 3 + 11).toString()).toBe('hello world');
});
