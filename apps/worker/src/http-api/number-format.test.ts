import { expect, test } from 'vitest';
import { formatTime, formatValue } from './number-format.ts';

test.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e20, '100000000000000000000'],
  [123456789012345680000, '123456789012345680000'],
  [1e21, '1e+21'],
  [1.5e300, '1.5e+300'],
  [1e-6, '0.000001'],
  [9.5e-7, '9.5e-07'],
  [5e-324, '5e-324'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('the value %d is written %s', (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test.each([
  [0, '0'],
  [1_435_781_451_781, '1435781451.781'],
  [1_435_781_451_000, '1435781451'],
  [1_050, '1.050'],
  [1_007, '1.007'],
  [-1_500, '-1.500'],
  [-7, '-0.007'],
])('the time %d ms is written %s', (atMs, text) => {
  expect(formatTime(atMs)).toBe(text);
});
