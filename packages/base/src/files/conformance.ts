/** What every adapter of `Files` must do, as long as nothing fails. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prng } from '../prng.ts';
import { waitFor } from '../testing/wait-for.ts';
import { publishFile, TEMPORARY_SUFFIX, writeFileDurably } from './durable.ts';
import type { Files } from './files.ts';

export interface FilesUnderTest {
  readonly files: Files;
  /** A folder that is there, and empty. */
  readonly folder: string;
  destroy(): Promise<void>;
}

export function filesConformance(name: string, make: () => Promise<FilesUnderTest>): void {
  const run = async (body: (files: Files, folder: string) => Promise<void>) => {
    const { files, folder, destroy } = await make();
    try {
      await body(files, folder);
    } finally {
      await destroy();
    }
  };

  describe(name, () => {
    test('what is written is read, wherever it begins and ends', () =>
      run(async (files, folder) => {
        const random = prng(1);
        const path = join(folder, 'file');
        const file = await files.open(path, 'create');
        let expected = Buffer.alloc(0);
        for (let round = 0; round < 60; round++) {
          const bytes = Buffer.from(Array.from({ length: random.pick([1, 3, 500, 9000]) }, () => random.bits() & 0xff));
          const at = random.int(0, expected.length + random.pick([1, 5000]));
          if (random.chance(0.15)) {
            const end = random.int(0, expected.length + 100);
            await file.truncate(end);
            expected = Buffer.concat([expected.subarray(0, end), Buffer.alloc(Math.max(0, end - expected.length))]);
          } else {
            if (random.chance(0.5)) await file.write(bytes, at);
            else file.writeNow(bytes, at);
            const longer = Buffer.alloc(Math.max(expected.length, at + bytes.length));
            expected.copy(longer);
            bytes.copy(longer, at);
            expected = longer;
          }
          if (random.chance(0.2)) await file.sync();
          expect(await file.size()).toBe(expected.length);
          const target = Buffer.alloc(random.int(0, 12_000), 0xaa);
          const from = random.int(0, expected.length + 10);
          const there = Math.max(0, Math.min(target.length, expected.length - from));
          expect(random.chance(0.5) ? await file.read(target, from) : file.readNow(target, from)).toBe(there);
          expect(target.subarray(0, there).equals(expected.subarray(from, from + there))).toBe(true);
          expect(target.subarray(there).every((byte) => byte === 0xaa)).toBe(true);
        }
        await file.close();
        expect((await files.read(path)).equals(expected)).toBe(true);
      }));

    test('what is missing is told by its code', () =>
      run(async (files, folder) => {
        const missing = join(folder, 'missing');
        const attempts = [
          files.open(missing, 'read'),
          files.open(missing, 'update'),
          files.open(join(missing, 'file'), 'create'),
          files.read(missing),
          files.list(missing),
          files.rename(missing, join(folder, 'other')),
          files.link(missing, join(folder, 'other')),
          files.remove(missing),
          files.syncFolder(missing),
        ];
        for (const attempt of await Promise.allSettled(attempts)) {
          expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'ENOENT' } });
        }
        await files.removeFolder(missing);
        expect(await files.list(folder)).toEqual([]);
      }));

    test('folders are made with those above, listed, and removed with what is in them', () =>
      run(async (files, folder) => {
        await files.makeFolder(join(folder, 'a', 'b'));
        await files.makeFolder(join(folder, 'a', 'b'));
        for (const name of ['z', 'c', 'm']) await (await files.open(join(folder, 'a', 'b', name), 'create')).close();
        await files.syncFolder(join(folder, 'a', 'b'));
        expect(await files.list(join(folder, 'a', 'b'))).toEqual(['c', 'm', 'z']);
        expect(await files.list(join(folder, 'a'))).toEqual(['b']);
        await files.rename(join(folder, 'a', 'b'), join(folder, 'moved'));
        expect(await files.list(join(folder, 'moved'))).toEqual(['c', 'm', 'z']);
        await files.removeFolder(join(folder, 'a'));
        await files.removeFolder(join(folder, 'moved'));
        expect(await files.list(folder)).toEqual([]);
      }));

    test('a name is not the file: it moves, has a second one, and goes while the file is read', () =>
      run(async (files, folder) => {
        const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name));
        await writeFileDurably(files, a, Buffer.from('first'));
        await files.link(a, b);
        await expect(files.link(a, b)).rejects.toMatchObject({ code: 'EEXIST' });
        await writeFileDurably(files, a, Buffer.from('second'));
        expect(String(await files.read(b))).toBe('first');
        const open = await files.open(b, 'read');
        await files.rename(a, b);
        expect(String(await files.read(b))).toBe('second');
        expect(await files.list(folder)).toEqual(['b']);
        const bytes = Buffer.alloc(9);
        expect(await open.read(bytes, 0)).toBe(5);
        expect(String(bytes.subarray(0, 5))).toBe('first');
        await open.close();
        await (await files.open(c + TEMPORARY_SUFFIX, 'create')).close();
        await publishFile(files, c);
        await files.remove(b);
        expect(await files.list(folder)).toEqual(['c']);
      }));

    test('an update keeps what is there, a creation does not', () =>
      run(async (files, folder) => {
        const path = join(folder, 'file');
        await writeFileDurably(files, path, Buffer.from('12345'));
        const update = await files.open(path, 'update');
        await update.write(Buffer.from('x'), 1);
        expect(await update.writtenAtMs()).toSatisfy(Number.isInteger);
        await update.close();
        expect(String(await files.read(path))).toBe('1x345');
        await (await files.open(path, 'create')).close();
        expect(await files.read(path)).toHaveLength(0);
      }));

    test('who watches a file hears of its changes', () =>
      run(async (files, folder) => {
        const path = join(folder, 'file');
        const file = await files.open(path, 'create');
        let changes = 0;
        const watch = files.watch(
          path,
          () => changes++,
          () => expect.unreachable(),
        );
        await file.write(Buffer.from('x'), 0);
        await waitFor('the change', () => changes > 0);
        watch.close();
        await file.close();
        expect(() =>
          files.watch(
            join(folder, 'missing'),
            () => undefined,
            () => undefined,
          ),
        ).toThrow();
      }));

    test('a lock has one holder for each use', () =>
      run(async (files, folder) => {
        const unlock = await files.lock(folder, 'log');
        expect(unlock).not.toBe(null);
        expect(await files.lock(folder, 'log')).toBe(null);
        const other = await files.lock(folder, 'data');
        await unlock?.();
        const again = await files.lock(folder, 'log');
        expect(again).not.toBe(null);
        await again?.();
        await other?.();
      }));
  });
}
