import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { expect, test } from 'vitest';
import { ColumnBuffer } from '../codec/columns.ts';
import { compareLabels, compareNames, Labels } from '../model/labels.ts';
import { Matcher, matchesAll } from '../model/matcher.ts';
import { Pacer } from '../pacer.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import { RANDOM_BLOCK_WINDOW_MS } from '../testing/random-block.ts';
import { Block } from './block.ts';
import { BlockWriter } from './block-writer.ts';
import { IndexCache } from './index-cache.ts';

const ID = '018bcfe568000badcafe';
const SERIES = 3000;
const breathe = async () => {};

/** Some pages of each kind: of series, of columns (few series share their times), of a label with a value for each series. */
const labels = Array.from({ length: SERIES }, (_, i) =>
  Labels.from({
    __name__: `metric_${i % 7}`,
    host: `host-${(i * 17) % 100}`,
    uid: `${'long-'.repeat(i % 5)}${(i * 7919) % SERIES}${i % 11 === 0 ? '-größe' : ''}`,
    ...(i % 3 === 0 && { zone: i % 2 === 0 ? 'a' : '東京' }),
  }),
).sort(compareLabels);

async function written(path: string): Promise<void> {
  const writer = await BlockWriter.create({ path, id: ID, tenant: 'default', windowMs: RANDOM_BLOCK_WINDOW_MS, resolutionMs: 0 });
  for (const [id, each] of labels.entries()) {
    const columns = new ColumnBuffer();
    for (let i = 0; i < 3; i++) columns.push(RANDOM_BLOCK_WINDOW_MS + (id % 700) + i * 1000, 0x40000000 + id, i);
    await writer.add(each, columns);
  }
  await writer.finish(new Pacer(systemClock));
}

test('series are found in many pages as a scan finds them, whatever the cache has room for', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-pages-'));
  const path = join(dir, `${ID}.block`);
  await written(path);
  const words = ['host-1', 'host-42', 'metric_3', '', 'a', '東京', '17', 'long-17', 'long-long-5-größe'];
  const sources = [
    'host-[1-3]',
    'host-4.',
    '.*-größe',
    'long-1.*',
    '.*long-2.*',
    '1..',
    '(long-)+7.*',
    '.+',
    '.*',
    'a|東京',
    '[^l].*9',
    'metric_(1|2)',
  ];
  for (const cacheBytes of [0, 30_000, 1e9]) {
    const block = await Block.open(path, new IndexCache(cacheBytes));
    const index = await block.index();
    for (let seed = 1; seed <= 60; seed++) {
      const random = prng(seed);
      const matchers = Array.from({ length: random.int(1, 4) }, () => {
        const operator = random.pick(['=', '!=', '=~', '!~', '=~'] as const);
        return new Matcher(
          random.pick(['host', 'uid', 'zone', '__name__']),
          operator,
          random.pick(operator.endsWith('~') ? sources : words),
        );
      });
      const expected = labels.flatMap((each, id) => (matchesAll(matchers, (name) => each.get(name)) ? [id] : []));
      const labelsOf = random.chance(0.5) ? async (id: number) => (await index.entry(id)).labels : undefined;
      expect([...(await resolveMatchers(index, matchers, breathe, labelsOf))], `${matchers}`).toEqual(expected);
    }
    const listed: string[] = [];
    for await (const { values } of index.values('uid')) listed.push(...values);
    expect(listed).toEqual([...new Set(labels.map((each) => each.get('uid')))].sort(compareNames));
    const found: string[] = [];
    const ids = labels.map((_, id) => id).filter((id) => id % 13 === 5);
    await block.read(ids, breathe, (id, chunks) => found.push(`${id} ${chunks[0].minMs} ${chunks[0].count}`));
    expect(found).toEqual(ids.map((id) => `${id} ${RANDOM_BLOCK_WINDOW_MS + (id % 700)} 3`));
  }
  await rm(dir, { recursive: true });
});

test('the cache keeps what was used last, within its bytes, and loads what failed again', async () => {
  const cache = new IndexCache(100);
  const loads: string[] = [];
  const get = (part: string, bytes = 40) =>
    cache.get('block', part, async () => {
      loads.push(part);
      return { value: part, bytes };
    });
  expect(await Promise.all([get('a'), get('a')])).toEqual(['a', 'a']);
  await get('b');
  await get('a');
  await get('c'); // No room for three: b was used the longest ago.
  await get('a');
  await get('c');
  expect(loads).toEqual(['a', 'b', 'c']);
  await get('b');
  await get('larger than all', 1000);
  await get('larger than all', 1000);
  expect(loads.slice(3)).toEqual(['b', 'larger than all', 'larger than all']);
  const failing = cache.get('block', 'd', () => Promise.reject(new Error('the disk')));
  await expect(failing).rejects.toThrow('the disk');
  expect(await cache.get('block', 'd', async () => ({ value: 7, bytes: 1 }))).toBe(7);
  await get('a');
  cache.forget('block');
  loads.length = 0;
  await get('a');
  expect(loads).toEqual(['a']);
});
