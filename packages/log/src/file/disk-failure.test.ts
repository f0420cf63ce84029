import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { type Files, nodeFiles, type OpenFile } from '@tidemark/base/files';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { openFileLogSource } from './source.ts';
import { openFileLogWriter } from './writer.ts';

type Operation = 'create' | 'write' | 'truncate' | 'sync';

/** Files, segments unless told otherwise, on which `fails` decides, operation by operation; a failing write still leaves half of its bytes. */
function failingFiles(fails: (operation: Operation) => boolean, code: string, suffix = '.seg'): Files {
  const error = () => Object.assign(new Error(`${code}: test`), { code });
  const failing = (file: OpenFile): OpenFile => ({
    read: (target, at) => file.read(target, at),
    readNow: (target, at) => file.readNow(target, at),
    size: () => file.size(),
    writtenAtMs: () => file.writtenAtMs(),
    write: async (bytes, at) => {
      if (!fails('write')) return file.write(bytes, at);
      await file.write(bytes.subarray(0, bytes.length / 2), at);
      throw error();
    },
    writeNow: (bytes, at) => {
      if (!fails('write')) return file.writeNow(bytes, at);
      file.writeNow(bytes.subarray(0, bytes.length / 2), at);
      throw error();
    },
    truncate: async (bytes) => {
      if (fails('truncate')) throw error();
      return file.truncate(bytes);
    },
    sync: async () => {
      if (fails('sync')) throw error();
      return file.sync();
    },
    close: () => file.close(),
  });
  return {
    ...nodeFiles,
    open: async (path, use) => {
      if (!path.endsWith(suffix)) return nodeFiles.open(path, use);
      if (use === 'create' && fails('create')) throw error();
      return failing(await nodeFiles.open(path, use));
    },
  };
}

test('a full disk refuses with words, and appends go on when there is room', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  let isFull = false;
  const files = failingFiles((operation) => isFull && operation === 'write', 'ENOSPC');
  const writer = await openFileLogWriter({ dir, partitions: 1, clock: systemClock, files });
  expect(await writer.append(0, Buffer.from('a'))).toEqual({ kind: 'appended', offset: 0 });
  isFull = true;
  const refused = await writer.append(0, Buffer.from('b'));
  expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('full') });
  isFull = false;
  expect(await writer.append(0, Buffer.from('c'))).toEqual({ kind: 'appended', offset: 1 });
  await writer.close();
  await rm(dir, { recursive: true });
});

test('a record whose sync failed is cut off: it does not come back with the next writer', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  let isBroken = false;
  const files = failingFiles((operation) => isBroken && operation === 'sync', 'EIO');
  const writer = await openFileLogWriter({ dir, partitions: 1, clock: systemClock, files });
  await writer.append(0, Buffer.from('a'));
  isBroken = true;
  expect(await writer.append(0, Buffer.from('refused'))).toMatchObject({ kind: 'refused', reason: expect.stringContaining('EIO') });
  await writer.close();
  const next = await openFileLogWriter({ dir, partitions: 1, clock: systemClock });
  expect(await next.append(0, Buffer.from('b'))).toEqual({ kind: 'appended', offset: 1 });
  await next.close();
  await rm(dir, { recursive: true });
});

test('whatever fails when, the acknowledged records are there, in order, and the refused ones are not', async () => {
  const random = prng(8);
  for (let round = 0; round < 25; round++) {
    const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
    const appended: string[] = [];
    for (let life = 0; life < 3; life++) {
      let isCalm = true;
      const files = failingFiles(
        (operation) => !isCalm && random.chance(operation === 'truncate' ? 0.1 : 0.2),
        random.pick(['ENOSPC', 'EIO']),
      );
      const writer = await openFileLogWriter({
        dir,
        partitions: 1,
        clock: systemClock,
        files,
        segments: { segmentBytesMax: 300, segmentMsMax: 3_600_000 },
      });
      isCalm = false;
      for (let i = 0; i < 20; i++) {
        const texts = Array.from({ length: random.int(1, 4) }, (_, k) => `${life} ${i} ${k} ${'x'.repeat(random.int(0, 60))}`);
        const results = await Promise.all(texts.map((text) => writer.append(0, Buffer.from(text))));
        results.forEach((result, k) => {
          if (result.kind === 'refused') return;
          expect(result.offset).toBe(appended.length);
          appended.push(texts[k]);
        });
      }
      await writer.append(0, Buffer.from('settles a segment that could not be cut')).then((result) => {
        if (result.kind === 'appended') appended.push('settles a segment that could not be cut');
      });
      isCalm = true;
      const end = await writer.append(0, Buffer.from(`end of ${life}`));
      expect(end).toEqual({ kind: 'appended', offset: appended.length });
      appended.push(`end of ${life}`);
      await writer.close();
    }
    const source = await openFileLogSource({ dir, clock: systemClock });
    const reader = source.reader(0, 0);
    const found: string[] = [];
    while (found.length < appended.length) {
      for (const entry of (await reader.read(AbortSignal.timeout(5000))).entries)
        found.push(entry.kind === 'record' ? Buffer.from(entry.bytes).toString() : entry.kind);
    }
    expect(found).toEqual(appended);
    await source.close();
    await rm(dir, { recursive: true });
  }
});

test('readers hear of a record though the disk failed when they were to be told, and nothing comes after it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  const clock = new ManualClock();
  let isBroken = false;
  const files = failingFiles((operation) => isBroken && operation === 'write', 'EIO', 'durable');
  const writer = await openFileLogWriter({ dir, partitions: 1, clock, files });
  const source = await openFileLogSource({ dir, clock: systemClock });
  isBroken = true;
  expect(await writer.append(0, Buffer.from('a'))).toEqual({ kind: 'appended', offset: 0 });
  expect(await source.extent(0)).toEqual({ first: 0, end: 0 });
  isBroken = false;
  const read = source.reader(0, 0).read(AbortSignal.timeout(5000));
  await waitFor('the readers to be told', async () => {
    clock.advance(1_000);
    return (await source.extent(0)).end === 1;
  });
  expect((await read).entries).toMatchObject([{ kind: 'record', offset: 0 }]);
  await source.close();
  await writer.close();
  await rm(dir, { recursive: true });
});
