import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extentOf, nearestIndex, stack, statsOf } from './series-values.ts';

const series = (values: number[], start = 0) => ({
  labels: {},
  name: '',
  times: Float64Array.from(values, (_, i) => (start + i) * 1000),
  values: Float64Array.from(values),
});
const column = (...values: number[]) => ({ times: Float64Array.from(values.keys()), top: Float64Array.from(values), base: null });
const free = { min: null, max: null };

test('the figures of a series skip its gaps', () => {
  expect(statsOf(Float64Array.of(Number.NaN, 4, 1, 1, Number.NaN))).toEqual({ min: 1, max: 4, avg: 2, last: 1 });
  expect(statsOf(Float64Array.of(Number.NaN)).avg).toBeNaN();
});

test('a stack adds up by time, and a gap adds nothing', () => {
  const [a, b, c] = stack([series([1, 2, 3]), series([10, Number.NaN, 30]), series([100, 100], 1)]);
  expect([...a.top]).toEqual([1, 2, 3]);
  expect([...b.top]).toEqual([11, Number.NaN, 33]);
  expect([...c.base!]).toEqual([2, 33]);
  expect([...c.top]).toEqual([102, 133]);
});

test('the axis begins at zero unless the data is far from it', () => {
  expect(extentOf([column(1, 9)], free, [], false).min).toBe(0);
  expect(extentOf([column(95, 99)], free, [], false).min).toBeGreaterThan(90);
  expect(extentOf([column(-5, -1)], free, [], false).max).toBe(0);
  expect(extentOf([column(5, 5)], free, [], false).max).toBeGreaterThan(5);
  expect(extentOf([column(Number.NaN, Number.POSITIVE_INFINITY)], free, [], false)).toEqual({ min: 0, max: 1.05 });
  expect(extentOf([column(1, 9)], { min: -1, max: 20 }, [], false)).toEqual({ min: -1, max: 20 });
});

test('a threshold is in sight unless it would flatten the data', () => {
  const at = (value: number) => [{ value, state: 'critical' as const }];
  expect(extentOf([column(1, 9)], free, at(12), false).max).toBeGreaterThan(12);
  expect(extentOf([column(1, 9)], free, at(900), false).max).toBeLessThan(20);
  expect(extentOf([column(1, 9)], free, at(900), true).max).toBeGreaterThan(900);
});

test('the nearest point is the one that a search through all would find', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 30 }), fc.integer({ min: -20, max: 220 }), (unsorted, at) => {
      const times = Float64Array.from(unsorted).sort();
      const distances = [...times].map((time) => Math.abs(time - at));
      const found = nearestIndex(times, at, 10);
      const least = Math.min(...distances);
      if (times.length === 0 || least > 10) expect(found).toBe(-1);
      else expect(distances[found]).toBe(least);
    }),
  );
});
