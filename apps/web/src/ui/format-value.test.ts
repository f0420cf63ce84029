import type { Unit } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { formatText, formatTick, formatValue } from './format-value.ts';

test.each<[number, Unit, number | null, string]>([
  [0, 'none', null, '0'],
  [1234, 'none', null, '1,234'],
  [9_999, 'none', 4, '9,999.0000'],
  [12_345_678, 'celsius', 0, '12,345,678 °C'],
  [12_345, 'none', null, '12.3 k'],
  [0.0421, 'none', null, '0.042'],
  [0.000421, 'none', null, '0.00042'],
  [12_345.6, 'percent', null, '12,350%'],
  [12_345.6, 'percent', 1, '12,345.6%'],
  [-2.71999, 'none', 2, '−2.72'],
  [-0.001, 'none', 1, '0.0'],
  [0.00000123, 'none', null, '1.2e−6'],
  [42.123, 'percent', null, '42.1%'],
  [0.42, 'ratio', 1, '42.0%'],
  [1536, 'bytes', null, '1.50 KiB'],
  [1024 ** 3 * 15.6, 'bytes', null, '15.6 GiB'],
  [1_048_575, 'bytes', 0, '1 MiB'],
  [2_500_000, 'bits_per_second', null, '2.50 Mbit/s'],
  [0.0123, 'seconds', null, '12.3 ms'],
  [90, 'seconds', null, '90 s'],
  [7200, 'seconds', null, '2 h'],
  [600, 'seconds', null, '10 min'],
  [250, 'milliseconds', null, '250 ms'],
  [0, 'milliseconds', null, '0 ms'],
  [0, 'seconds', null, '0 s'],
  [1500, 'milliseconds', null, '1.50 s'],
  [999_960, 'count', 1, '1.0 M'],
  [12.5, 'per_second', null, '12.5/s'],
  [21, 'celsius', null, '21 °C'],
  [Number.NaN, 'bytes', null, '–'],
  [Number.POSITIVE_INFINITY, 'bytes', null, '+Inf'],
])('%d as %s with %s decimals is %s', (value, unit, decimals, expected) => {
  expect(formatText(value, unit, decimals)).toBe(expected);
});

test('figure and suffix come apart', () => {
  expect(formatValue(1536, 'bytes')).toEqual({ figure: '1.50', suffix: 'KiB' });
});

test('the labels of one axis share a scale and have the digits of their interval', () => {
  const labels = (ticks: number[], unit: Unit) => ticks.map((tick) => formatTick(tick, ticks[1] - ticks[0], ticks.at(-1)!, unit));
  expect(labels([0, 512 * 1024, 1024 * 1024], 'bytes')).toEqual(['0', '0.5 MiB', '1.0 MiB']);
  expect(labels([0, 0.25, 0.5], 'none')).toEqual(['0', '0.25', '0.50']);
  expect(labels([0, 0.2, 0.4], 'ratio')).toEqual(['0', '20%', '40%']);
  expect(labels([0, 20_000, 40_000], 'count')).toEqual(['0', '20 k', '40 k']);
});
