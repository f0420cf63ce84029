/** What every adapter of `ObjectStore` must do, as long as nothing fails. */
import { prng } from '@tidemark/base';
import { describe, expect, test } from 'vitest';
import { OBJECT_PART_BYTES } from '../limits.ts';
import { bodyOf } from './body.ts';
import { type ObjectStore, ObjectStoreError } from './object-store.ts';

export interface StoreUnderTest {
  /** Empty. */
  readonly store: ObjectStore;
  /** The same objects, asked by somebody else. */
  readonly other: ObjectStore;
  destroy(): Promise<void>;
}

/** `skipped`: why it cannot run here, null when it can. */
export function objectStoreConformance(name: string, skipped: string | null, make: () => Promise<StoreUnderTest>): void {
  const run = async (body: (store: ObjectStore, other: ObjectStore) => Promise<void>) => {
    const { store, other, destroy } = await make();
    try {
      await body(store, other);
    } finally {
      await destroy();
    }
  };
  const random = prng(1);
  const bytesOf = (count: number) => Uint8Array.from({ length: count }, () => random.bits() & 0xff);

  describe.skipIf(skipped !== null)(skipped === null ? name : `${name} (${skipped})`, () => {
    test('what is put is read by ranges, wherever they begin and end', () =>
      run(async (store, other) => {
        const bytes = bytesOf(70_000);
        expect(await store.put('a/b.block', bodyOf(bytes))).toBe('stored');
        for (const [at, count] of [
          [0, 70_000],
          [0, 1],
          [69_999, 1],
          [65_530, 20],
          [69_990, 100],
          [70_000, 5],
          [90_000, 5],
          [17, 0],
        ])
          expect(Buffer.from(await other.get('a/b.block', at, count))).toEqual(Buffer.from(bytes.subarray(at, at + count)));
        const { bytes: length, crc32, archive } = (await other.head('a/b.block'))!;
        expect({ length, archive }).toEqual({ length: 70_000, archive: 'not archived' });
        expect([bodyOf(bytes).crc32, null]).toContain(crc32);
      }));

    test('one takes the place of another; one to be put where there is none does not', () =>
      run(async (store, other) => {
        const first = bodyOf(bytesOf(1000));
        const second = bodyOf(bytesOf(10));
        expect(await store.put('key', first, { ifAbsent: true })).toBe('stored');
        expect(await other.put('key', second, { ifAbsent: true })).toBe('exists');
        expect((await store.head('key'))?.bytes).toBe(1000);
        expect(await other.put('key', second)).toBe('stored');
        expect((await store.head('key'))?.bytes).toBe(10);
      }));

    test('of many that put where there is none, one does', () =>
      run(async (store, other) => {
        const bodies = Array.from({ length: 8 }, (_, i) => bodyOf(bytesOf(100 + i)));
        const outcomes = await Promise.all(bodies.map((body, i) => (i % 2 ? store : other).put('race', body, { ifAbsent: true })));
        expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
        expect((await store.head('race'))?.bytes).toBe(100 + outcomes.indexOf('stored'));
      }));

    test('a large one comes in parts, and is there as a whole', () =>
      run(async (store, other) => {
        const bytes = new Uint8Array(OBJECT_PART_BYTES + 3).map((_, i) => (i * 31) >> 3);
        const body = bodyOf(bytes);
        expect(await store.put('large', body, { ifAbsent: true })).toBe('stored');
        expect(await store.put('large', body, { ifAbsent: true })).toBe('exists');
        const head = await other.head('large');
        expect(head?.bytes).toBe(bytes.length);
        expect([body.crc32, null]).toContain(head?.crc32);
        const seam = await other.get('large', OBJECT_PART_BYTES - 5, 8);
        expect([...seam]).toEqual([...bytes.subarray(OBJECT_PART_BYTES - 5)]);
      }));

    test('bytes that are not those of their checksum are not taken', () =>
      run(async (store, other) => {
        for (const count of [500, OBJECT_PART_BYTES + 1]) {
          const bytes = new Uint8Array(count);
          await expect(store.put('torn', { ...bodyOf(bytes), crc32: 1 })).rejects.toBeInstanceOf(ObjectStoreError);
          expect(await other.head('torn')).toBe(null);
        }
      }));

    test('a body that fails leaves nothing', () =>
      run(async (store, other) => {
        const failing = { bytes: 2 * OBJECT_PART_BYTES, crc32: 0, read: () => Promise.reject(new Error('the disk is gone')) };
        await expect(store.put('none', failing)).rejects.toThrow('the disk is gone');
        expect(await other.head('none')).toBe(null);
        expect(await other.list('')).toEqual({ objects: [], more: false });
      }));

    test('keys are listed by prefix, in order, and from one on', () =>
      run(async (store) => {
        const keys = ['p/a/1.json', 'p/a/2.json', 'p/b/1.json', 'p/b.json', 'q/1.json'];
        for (const key of [...keys].reverse()) await store.put(key, bodyOf(bytesOf(key.length)));
        const listed = async (prefix: string, after?: string) => (await store.list(prefix, after)).objects.map(({ key }) => key);
        expect(await listed('')).toEqual([...keys].sort());
        expect(await listed('p/')).toEqual(['p/a/1.json', 'p/a/2.json', 'p/b.json', 'p/b/1.json']);
        expect(await listed('p/b')).toEqual(['p/b.json', 'p/b/1.json']);
        expect(await listed('p/a/1')).toEqual(['p/a/1.json']);
        expect(await listed('p/', 'p/a/2.json')).toEqual(['p/b.json', 'p/b/1.json']);
        expect(await listed('nothing/')).toEqual([]);
        expect((await store.list('q')).objects).toEqual([{ key: 'q/1.json', bytes: 8 }]);
      }));

    test('what is missing is told; what is deleted is gone, also twice', () =>
      run(async (store, other) => {
        expect(await store.head('missing')).toBe(null);
        await expect(store.get('missing', 0, 10)).rejects.toMatchObject({ kind: 'missing' });
        await expect(store.restore('missing', 1)).rejects.toMatchObject({ kind: 'missing' });
        await store.put('here', bodyOf(bytesOf(10)));
        expect(await store.restore('here', 1)).toBe('not archived');
        await other.delete('here');
        await store.delete('here');
        expect(await store.head('here')).toBe(null);
        expect((await store.list('')).objects).toEqual([]);
      }));
  });
}
