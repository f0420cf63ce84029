import { expect, test } from 'vitest';
import { decodeMatrix } from './matrix.ts';

const encode = (...values: number[]) => Buffer.from(new Float64Array(values).buffer).toString('base64');

test('columns come back with their times, NaN included', () => {
  const decoded = decodeMatrix({
    startMs: 1000,
    stepMs: 500,
    count: 3,
    series: [{ labels: { job: 'a' }, values: encode(1.5, Number.NaN, -0) }],
  });
  expect([...decoded.times]).toEqual([1000, 1500, 2000]);
  expect([...decoded.series[0].values]).toEqual([1.5, Number.NaN, -0]);
  expect(decoded.series[0].labels).toEqual({ job: 'a' });
});

test('a column that is too short or too long is refused', () => {
  expect(() => decodeMatrix({ startMs: 0, stepMs: 1, count: 2, series: [{ labels: {}, values: encode(1) }] })).toThrow(RangeError);
  expect(() => decodeMatrix({ startMs: 0, stepMs: 1, count: 0, series: [{ labels: {}, values: encode(1) }] })).toThrow(RangeError);
});
