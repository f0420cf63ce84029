import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorruptionError, prng } from '@tidemark/base';
import { type Files, nodeFiles } from '@tidemark/base/files';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Chunk, decodeChunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { RANDOM_BLOCK_WINDOW_MS, randomSeries, writeRandomBlock } from '../testing/random-block.ts';
import { Block } from './block.ts';
import { type BlockVersion, decodeFooter, footerBytesOf, MAGIC } from './format.ts';
import { IndexCache } from './index-cache.ts';

const ID = '018bcfe568000badcafe';
const golden = (version: number) => new URL(`./golden/v${version}.block`, import.meta.url).pathname;
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
  const lists: string[] = [];
  for (const name of index.names()) {
    for await (const { values, ids } of index.values(name))
      for (const [at, value] of values.entries()) {
        lists.push(`${name}=${value} ${[...ids(at)]}`);
        expect(await index.ids(name, value)).toEqual(ids(at));
      }
  }
  lines.push(...lists.sort());
  const entries = await Promise.all(Array.from(index.all(), (id) => index.entry(id)));
  for (const id of index.all()) await index.summaries(id);
  await block.read(
    [...index.all()],
    async () => {},
    (id, chunks) => {
      lines.push(`${id} ${entries[id].labels}`);
      const samples = new ColumnBuffer();
      for (const chunk of chunks) {
        const { times, values, length } = decodeChunk(chunk);
        samples.merge(times, values, 0, length);
      }
      lines.push(samplesText(samples));
    },
  );
  return lines;
}

async function chunksOf(path: string, version: BlockVersion): Promise<Buffer> {
  const file = await readFile(path);
  const footer = decodeFooter(version, file.subarray(-footerBytesOf(version)), path, file.length);
  return file.subarray(MAGIC.length, MAGIC.length + footer.chunksBytes);
}

function samplesText({ times, words, length }: ColumnBuffer): string {
  return `${times.subarray(0, length)} ${words.subarray(0, 2 * length)}`;
}

test('a block gives back what was written', async () => {
  const path = join(dir, `${ID}.block`);
  const series = randomSeries(prng(1), 40);
  await writeRandomBlock(path, ID, series);
  const lines = await dump(path);
  for (const [id, { labels, columns }] of series.entries()) {
    expect(lines[lines.indexOf(`${id} ${labels}`) + 1], `${labels}`).toBe(samplesText(columns));
  }
});

test('chunks that are asked for again and again are read from the disk twice, and are the same', async () => {
  let opened = 0;
  const files: Files = {
    ...nodeFiles,
    open: (path, mode) => {
      opened++;
      return nodeFiles.open(path, mode);
    },
  };
  const path = join(dir, `${ID}.again.block`);
  await writeRandomBlock(path, ID, randomSeries(prng(2), 40));
  const block = await Block.open(path, new IndexCache(1e6), files);
  const index = await block.index();
  for (const id of index.all()) await index.entry(id);
  const read = async () => {
    const before = opened;
    const bytes: string[] = [];
    const keep = (_: number, chunks: readonly Chunk[]) =>
      bytes.push(...chunks.map((chunk) => chunk.bytes.subarray(chunk.from, chunk.to).join()));
    await block.read([...index.all()], async () => {}, keep);
    return { opened: opened - before, bytes };
  };
  const [first, second, third] = [await read(), await read(), await read()];
  expect([first.opened, second.opened, third.opened]).toEqual([1, 1, 0]);
  expect([second.bytes, third.bytes]).toEqual([first.bytes, first.bytes]);
});

test('blocks of every format version are read for ever', async () => {
  const path = join(dir, `${ID}.block`);
  await writeRandomBlock(path, ID, randomSeries(prng(1), 12));
  const written = await dump(path);
  // Whatever deflates the index: chunks stay the same until somebody means to write others.
  expect((await chunksOf(path, 8)).equals(await chunksOf(golden(8), 8))).toBe(true);
  for (const version of [1, 2, 3, 4, 5, 6, 7, 8]) {
    await copyFile(golden(version), path);
    expect(await dump(path), `version ${version}`).toEqual(written);
  }
});

test('series that were scraped together share their times', async () => {
  const path = join(dir, `${ID}.block`);
  const series = (host: string, length: number, shiftMs: number) => {
    const columns = new ColumnBuffer();
    for (let i = 0; i < length; i++) columns.push(RANDOM_BLOCK_WINDOW_MS + shiftMs + i * 1000 + ((i * 7) % 5), 0x40000000 + i, i);
    return { labels: Labels.from({ __name__: 'up', host }), columns };
  };
  const shared = [series('a', 3000, 0), series('b', 3000, 0), series('c', 3000, 17), series('d', 2999, 0), series('e', 3000, 17)];
  await writeRandomBlock(path, ID, shared);
  const lines = await dump(path);
  for (const { labels, columns } of shared)
    expect(lines[lines.findIndex((line) => line.endsWith(`${labels}`)) + 1]).toBe(samplesText(columns));
  const block = await Block.open(path, new IndexCache(1e6));
  const index = await block.index();
  const columns = await Promise.all([0, 1, 2, 3, 4].map(async (id) => (await index.entry(id)).run.column?.at));
  expect(columns.map((at) => columns.indexOf(at))).toEqual([0, 0, 2, 3, 2]);
  // Asked for alone, behind the series that the column lies with.
  const alone: number[] = [];
  await block.read(
    [4],
    async () => {},
    (_, chunks) => alone.push(...chunks.map((chunk) => decodeChunk(chunk).times[0])),
  );
  expect(alone).toEqual([0, 1024, 2048].map((i) => shared[4].columns.times[i]));
});

test.each([
  ['version 8', 0, 345_000, 48],
  ['version 7', 2, 345_000, 48],
  ['version 6', 4, 345_000, 48],
  ['version 5', 6, 345_000, 48],
  ['version 4', 8, 345_000, 48],
  ['version 3', 10, 345_000, 48],
  ['version 2', 12, 15_000, 4],
  ['version 1', 14, 15_000, 3],
])('the example of the format document in %s is the block that it says', async (_, at, spanMs, count) => {
  const [hex, samples] = formatExamples('block.md').slice(at);
  const path = join(dir, `${ID}.block`);
  await writeFile(path, fromHex(hex.map((line) => line.split('#')[0]).join('')));
  const block = await Block.open(path, new IndexCache(1e6));
  const index = await block.index();
  const found: string[] = [];
  const entries = await Promise.all(Array.from(index.all(), (id) => index.entry(id)));
  await block.read(
    [...(await resolveMatchers(index, [new Matcher('job', '=~', 'a|b')], async () => {}))],
    async () => {},
    (id, chunks) => {
      for (const chunk of chunks) {
        const { times, words, length } = decodeChunk(chunk);
        const bits = (i: number) => [words[2 * i + 1], words[2 * i]].map((word) => word.toString(16).padStart(8, '0')).join('');
        for (let i = 0; i < length; i++) found.push(`${entries[id].labels} ${times[i]} ${bits(i)}`);
      }
    },
  );
  expect(found).toEqual(samples);
  expect(block.meta).toEqual({
    id: ID,
    tenant: 'default',
    windowMs: 1_699_999_200_000,
    fromMs: 1_700_000_000_000,
    toMs: 1_700_000_000_000 + spanMs,
    series: 2,
    samples: count,
    resolutionMs: 0,
  });
});

test('times that are some of those of another column are read back, with it or alone', async () => {
  const path = join(dir, `${ID}.block`);
  const random = prng(9);
  const all = Array.from({ length: 3000 }, (_, i) => i * 1000 + random.int(0, 40));
  const series = (host: string, times: readonly number[]) => {
    const columns = new ColumnBuffer();
    for (const [i, time] of times.entries()) columns.push(RANDOM_BLOCK_WINDOW_MS + time, 0x40000000 + i, i);
    return { labels: Labels.from({ __name__: 'up', host }), columns };
  };
  const parts = [
    series('a', all),
    series('b', all.slice(1200)), // late
    series('c', all.slice(0, 1030)), // ends early
    series('d', [...all.slice(0, 7), ...all.slice(900, 2100), ...all.slice(2999)]), // with gaps
    series('e', [...all.slice(0, 1500), all[1500] + 1, ...all.slice(1501)]), // no part
  ];
  await writeRandomBlock(path, ID, parts);
  const lines = await dump(path);
  for (const { labels, columns } of parts)
    expect(lines[lines.findIndex((line) => line.endsWith(`${labels}`)) + 1], `${labels}`).toBe(samplesText(columns));
  const block = await Block.open(path, new IndexCache(1e6));
  const index = await block.index();
  const bases = await Promise.all([0, 1, 2, 3, 4].map(async (id) => (await index.entry(id)).run.column?.base?.at ?? null));
  expect(bases).toEqual([null, 0, 0, 0, null]);
  const alone = new ColumnBuffer();
  await block.read(
    [3],
    async () => {},
    (_, chunks) => readChunks(chunks, { fromMs: 0, toMs: 2e12 }, alone),
  );
  expect(samplesText(alone)).toBe(samplesText(parts[3].columns));
});

test('series that rise together are told against one, and read back with it or alone', async () => {
  const path = join(dir, `${ID}.block`);
  const series = ['+Inf', '0.1', '0.5', '1'].map((le, i) => {
    const columns = new ColumnBuffer();
    const random = prng(5);
    const own = prng(i);
    const value = new Float64Array(1);
    for (let at = 0; at < 2500; at++) {
      if (random.chance(0.3)) value[0] += random.int(0, 50) * (i === 0 || own.chance(0.9) ? 1 : 0);
      const words = new Uint32Array(at % 500 === 7 && i > 1 ? Float64Array.of(Number.NaN).buffer : value.buffer);
      columns.push(RANDOM_BLOCK_WINDOW_MS + at * 1000, words[1], words[0]);
    }
    return { labels: Labels.from({ __name__: 'x_bucket', le }), columns };
  });
  await writeRandomBlock(path, ID, series);
  const lines = await dump(path);
  for (const { labels, columns } of series)
    expect(lines[lines.findIndex((line) => line.endsWith(`${labels}`)) + 1]).toBe(samplesText(columns));
  const block = await Block.open(path, new IndexCache(1e6));
  const index = await block.index();
  expect(await Promise.all([0, 1, 2, 3].map(async (id) => (await index.entry(id)).run.root))).toEqual([null, 0, 0, 0]);
  const alone = new ColumnBuffer();
  await block.read(
    [3],
    async () => {},
    (_, chunks) => readChunks(chunks, { fromMs: 0, toMs: 2e12 }, alone),
  );
  expect(samplesText(alone)).toBe(samplesText(series[3].columns));
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
