import { expect, test } from 'vitest';
import { compareCells, type SortValue } from './compare-cells.ts';

test.each<[SortValue[], SortValue[]]>([
  [
    [3, Number.NaN, -1, Number.POSITIVE_INFINITY, null, 10],
    [null, Number.NaN, -1, 3, 10, Number.POSITIVE_INFINITY],
  ],
  [
    ['web-10', 'web-2', 'db', null],
    [null, 'db', 'web-2', 'web-10'],
  ],
])('%j is ordered %j', (values, ordered) => {
  expect(values.toSorted(compareCells)).toEqual(ordered);
});

test('equal cells keep their places', () => {
  for (const value of [null, Number.NaN, 1, 'a']) expect(compareCells(value, value)).toBe(0);
});
