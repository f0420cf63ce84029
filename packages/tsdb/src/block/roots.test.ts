import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { ColumnBuffer } from '../codec/columns.ts';
import { Labels } from '../model/labels.ts';
import { Roots } from './roots.ts';
import { encodeValues } from './write-columns.ts';

const COUNT = 900;

/** Writes series as a block does; the root of each, by name, and its bytes. */
function write(series: readonly (readonly [name: string, valueAt: (i: number) => number])[]) {
  const roots = new Roots();
  return series.map(([name, valueAt], id) => {
    const labels = Labels.from({ __name__: name });
    const columns = new ColumnBuffer();
    columns.merge(
      Float64Array.from({ length: COUNT }, (_, i) => i * 1000),
      Float64Array.from({ length: COUNT }, (_, i) => valueAt(i)),
    );
    const { chunks, root, prints } = encodeValues(columns, (found) => roots.candidates(labels, 1, found));
    roots.remember(labels, { id, column: 1, chunks, depth: root === null ? 0 : root.depth + 1 }, root, prints);
    return { root: root === null ? null : series[root.id][0], bytes: chunks[0].bytes.length };
  });
}

function walk(seed: number): (i: number) => number {
  const random = prng(seed);
  const values = [random.int(0, 1e6)];
  while (values.length < COUNT) values.push(values[values.length - 1] + random.int(-500, 501));
  return (i) => values[i];
}

/** Rises now and then, the same each time it is asked. */
function walkOfSome(share: number): (i: number) => number {
  const random = prng(5);
  const values = [0];
  while (values.length < COUNT) values.push(values[values.length - 1] + (random.chance(share) ? random.int(1, 50) : 0));
  return (i) => values[i];
}

const others = Array.from({ length: 60 }, (_, i) => [`other_${i}`, walk(100 + i)] as const);

test('what moves as an earlier series did is told against it, however many lie between', () => {
  const pages = walk(1);
  const [first, ...rest] = write([['a_pages', pages], ...others, ['b_bytes', (i) => 4096 * (pages(i) + (i % 90 === 7 ? 1 : 0))]]);
  const last = rest[rest.length - 1];
  expect(first.root).toBeNull();
  expect(last.root).toBe('a_pages');
  expect(last.bytes).toBeLessThan(first.bytes / 10);
});

test('what falls when another rises is told against it', () => {
  const used = walk(2);
  const [, free] = write([
    ['disk_used', used],
    ['disk_free', (i) => 1e9 - used(i)],
  ]);
  expect(free).toMatchObject({ root: 'disk_used' });
  expect(free.bytes).toBeLessThan(40);
});

test('what is told against another may serve a third, which serves none', () => {
  const count = walk(3);
  const some = walkOfSome(0.2);
  const written = write([
    ['a', count],
    ['b', (i) => count(i) + some(i)],
    ['c', (i) => count(i) + some(i) + Math.floor(i / 20)],
    ['d', (i) => count(i) + some(i) + Math.floor(i / 20) + Math.floor(i / 37)],
  ]);
  expect(written.map(({ root }) => root)).toEqual([null, 'a', 'b', 'b']);
});

test('a sum rests where its count does', () => {
  const count = [0];
  const sum = [0];
  const random = prng(9);
  for (let i = 1; i < COUNT; i++) {
    const comes = random.chance(0.4) ? 1 : 0;
    count.push(count[i - 1] + comes);
    sum.push(sum[i - 1] + comes * (random.int(1, 1e6) / 1e9));
  }
  const [, told] = write([
    ['x_count', (i) => count[i]],
    ['x_sum', (i) => sum[i]],
  ]);
  const [alone] = write([['x_sum', (i) => sum[i]]]);
  expect(told.root).toBe('x_count');
  expect(told.bytes).toBeLessThan(alone.bytes * 0.9);
});

test('what is like no other stands alone', () => {
  expect(new Set(write(others).map(({ root }) => root))).toEqual(new Set([null]));
});
