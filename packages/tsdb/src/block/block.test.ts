import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorruptionError, prng } from '@tidemark/base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeChunk } from '../codec/chunk.ts';
import { Matcher } from '../model/matcher.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { randomSeries, writeRandomBlock } from '../testing/random-block.ts';
import { Block } from './block.ts';
import { IndexCache } from './index-cache.ts';

const ID = '018bcfe568000badcafe';
const GOLDEN = new URL('./golden/v1.block', import.meta.url).pathname;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-block-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Everything that the block says, as text. */
async function dump(path: string): Promise<string[]> {
  const block = await Block.open(path, new IndexCache(1e6));
  const index = await block.index();
  const lines = [JSON.stringify(block.meta)];
  for (const name of index.names()) for (const value of index.values(name)) lines.push(`${name}=${value} ${[...index.ids(name, value)]}`);
  await block.read(
    [...index.all()],
    async () => {},
    (id, chunks) => {
      lines.push(`${id} ${index.labels(id)}`);
      for (const chunk of chunks) {
        const { times, words, length } = decodeChunk(chunk);
        lines.push(`${times.subarray(0, length)} ${words.subarray(0, 2 * length)}`);
      }
    },
  );
  return lines;
}

test('a block gives back what was written', async () => {
  const path = join(dir, `${ID}.block`);
  const series = randomSeries(prng(1), 40);
  await writeRandomBlock(path, ID, series);
  const lines = await dump(path);
  for (const [id, { labels, columns }] of series.entries()) {
    const at = lines.indexOf(`${id} ${labels}`);
    const read = lines.slice(at + 1, at + 1 + Math.ceil(columns.length / 120)).map((line) => line.split(' '));
    expect(read.map(([times]) => times).join()).toBe(String(columns.times.subarray(0, columns.length)));
    expect(read.map(([, words]) => words).join()).toBe(String(columns.words.subarray(0, 2 * columns.length)));
  }
});

test('a block of format version 1 is read for ever', async () => {
  const path = join(dir, `${ID}.block`);
  await copyFile(GOLDEN, path);
  const golden = await dump(path);
  await writeRandomBlock(path, ID, randomSeries(prng(1), 12));
  expect(golden).toEqual(await dump(path));
  expect((await readFile(path)).equals(await readFile(GOLDEN))).toBe(true);
});

test('the example of the format document is the block that it says', async () => {
  const [hex, samples] = formatExamples('block.md');
  const path = join(dir, `${ID}.block`);
  await writeFile(path, fromHex(hex.map((line) => line.split('#')[0]).join('')));
  const block = await Block.open(path, new IndexCache(1e6));
  const index = await block.index();
  const found: string[] = [];
  await block.read(
    [...resolveMatchers(index, [new Matcher('job', '=~', 'a|b')])],
    async () => {},
    (id, chunks) => {
      for (const chunk of chunks) {
        const { times, words, length } = decodeChunk(chunk);
        const bits = (i: number) => [words[2 * i + 1], words[2 * i]].map((word) => word.toString(16).padStart(8, '0')).join('');
        for (let i = 0; i < length; i++) found.push(`${index.labels(id)} ${times[i]} ${bits(i)}`);
      }
    },
  );
  expect(found).toEqual(samples);
  expect(block.meta).toEqual({
    id: ID,
    tenant: 'default',
    windowMs: 1_699_999_200_000,
    fromMs: 1_700_000_000_000,
    toMs: 1_700_000_015_000,
    series: 2,
    samples: 3,
  });
});

test('every flipped bit and every missing end is found', async () => {
  const path = join(dir, `${ID}.block`);
  await writeRandomBlock(path, ID, randomSeries(prng(2), 3, 12));
  const whole = await readFile(path);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 1 << (at % 8);
    await writeFile(path, damaged);
    await expect(dump(path), `byte ${at}`).rejects.toThrow(CorruptionError);
  }
  for (let length = 0; length < whole.length; length += 13) {
    await writeFile(path, whole);
    await truncate(path, length);
    await expect(dump(path), `cut at ${length}`).rejects.toThrow(CorruptionError);
  }
});
