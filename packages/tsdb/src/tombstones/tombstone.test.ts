import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorruptionError } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { expect, test } from 'vitest';
import { Matcher } from '../model/matcher.ts';
import { formatExamples } from '../testing/format-examples.ts';
import { readTombstones, writeTombstones } from './tombstone.ts';

const onDamage = (error: CorruptionError) => {
  throw error;
};

test('the tombstones are as their document shows them, and a change of any byte is found', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'tidemark-tombstones-')), 'TOMBSTONES');
  expect(await readTombstones(nodeFiles, path, onDamage)).toEqual([]);
  const [example] = formatExamples('tombstones.md');
  const bytes = Buffer.from(`${example.join('\n')}\n`);
  const matchers = [new Matcher('__name__', '=', 'up'), new Matcher('host', '=~', 'größe|web.+')];
  const tombstone = {
    id: '018bcfe568000badcafe',
    tenant: 'default',
    range: { fromMs: 1_700_000_000_000, toMs: 1_700_003_600_000 },
    logOffset: 4711,
    selectors: [matchers],
  };
  await writeTombstones(nodeFiles, path, [tombstone]);
  expect(await readFile(path, 'utf8')).toBe(bytes.toString());
  const [read] = await readTombstones(nodeFiles, path, onDamage);
  expect({ ...read, selectors: String(read.selectors) }).toEqual({ ...tombstone, selectors: String(tombstone.selectors) });
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] ^= 1 << (at % 8);
    await writeFile(path, damaged);
    await expect(readTombstones(nodeFiles, path, onDamage), `byte ${at}`).rejects.toThrow(CorruptionError);
  }
  await rm(join(path, '..'), { recursive: true });
});
