import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, formatNumber, parseDuration, parseNumber } from './numbers.ts';

test('numbers print without an exponent and read back the same', () => {
  expect([1e21, 1.5e-7, -0, Number.NaN, -Infinity, 100].map(formatNumber)).toEqual([
    '1000000000000000000000',
    '0.00000015',
    '-0',
    'NaN',
    '-Inf',
    '100',
  ]);
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (value) => parseNumber(formatNumber(value)) === value),
  );
});

test('durations print and read back the same', () => {
  expect([0, 5_400_000, 90_061_001, 604_800_000, -300_000].map(formatDuration)).toEqual(['0s', '1h30m', '1d1h1m1s1ms', '1w', '-5m']);
  expect(['5m', '1h30m', '30m1h', '1m1m', '', '5', '1y2w3d4h5m6s7ms'].map(parseDuration)).toEqual([
    300_000,
    5_400_000,
    null,
    null,
    null,
    null,
    33_019_506_007,
  ]);
  fc.assert(fc.property(fc.nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
});
