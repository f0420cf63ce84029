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
    roots.remember(labels, { id, column: 1, chunks }, root, prints);
    return { root: root === null ? null : series[root.id][0], bytes: chunks[0].length };
  });
}

function walk(seed: number): (i: number) => number {
  const random = prng(seed);
  const values = [random.int(0, 1e6)];
  while (values.length < COUNT) values.push(values[values.length - 1] + random.int(-500, 501));
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

test('what is like no other stands alone', () => {
  expect(new Set(write(others).map(({ root }) => root))).toEqual(new Set([null]));
});
