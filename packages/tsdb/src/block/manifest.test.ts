import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorruptionError } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { expect, test } from 'vitest';
import { formatExamples } from '../testing/format-examples.ts';
import { EMPTY_MANIFEST, readManifest, writeManifest } from './manifest.ts';

const onDamage = (error: CorruptionError) => {
  throw error;
};

test('the manifest is as its document shows it, and a change of any byte is found', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'tidemark-manifest-')), 'MANIFEST');
  expect(await readManifest(nodeFiles, path, onDamage)).toEqual(EMPTY_MANIFEST);
  const [example] = formatExamples('manifest.md');
  const bytes = Buffer.from(`${example.join('\n')}\n`);
  const manifest = {
    ...EMPTY_MANIFEST,
    blocks: ['018bcfe568000badcafe'],
    replayOffset: 4711,
    replayFrom: { '018bcfe568000badcafe': 4000 },
  };
  const extents = { '018bcfe568000badcafe': { tenant: 't', resolutionMs: 300_000, windowMs: 0, fromMs: 1, toMs: 7_200_000 } };
  const ranges = [{ fromMs: 0, toMs: 7_200_000 }];
  const rollups = new Map([
    ['t', { due: { 0: ranges }, gone: { 300000: ranges }, thinned: [], made: { 60000: ranges, 86400000: [] }, slow: ranges }],
  ]);
  await writeManifest(nodeFiles, path, { ...manifest, extents, rollups });
  expect(await readManifest(nodeFiles, path, onDamage)).toEqual({ ...manifest, extents, rollups });
  await writeManifest(nodeFiles, path, manifest);
  expect(await readFile(path, 'utf8')).toBe(bytes.toString());
  expect(await readManifest(nodeFiles, path, onDamage)).toEqual(manifest);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] ^= 1 << (at % 8);
    await writeFile(path, damaged);
    await expect(readManifest(nodeFiles, path, onDamage), `byte ${at}`).rejects.toThrow(CorruptionError);
  }
  await rm(join(path, '..'), { recursive: true });
});

test('what is known of windows is as the document shows it', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'tidemark-manifest-')), 'MANIFEST');
  const [, example] = formatExamples('manifest.md');
  const bytes = `${example.join('\n')}\n`;
  const ranges = [{ fromMs: 0, toMs: 7_200_000 }];
  const matchers = [{ name: 'severity', operator: '=', value: 'critical' }] as const;
  const thinned = [{ rules: [{ matchers, leaves: false }], others: true, ranges }];
  const state = { due: {}, gone: { 0: ranges }, thinned, made: { 300000: ranges }, slow: [] };
  const manifest = { ...EMPTY_MANIFEST, replayOffset: 4711, rollups: new Map([['t', state]]) };
  await writeManifest(nodeFiles, path, manifest);
  expect(await readFile(path, 'utf8')).toBe(bytes);
  expect(await readManifest(nodeFiles, path, onDamage)).toEqual(manifest);
  await rm(join(path, '..'), { recursive: true });
});
