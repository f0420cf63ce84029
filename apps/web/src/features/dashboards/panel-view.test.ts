import { expect, test } from 'vitest';
import { lastValue, sparkline, thresholdState } from './panel-view.ts';

test('the last value skips gaps', () => {
  expect(lastValue(Float64Array.of(1, 2, Number.NaN))).toBe(2);
  expect(lastValue(Float64Array.of(Number.NaN))).toBeNaN();
});

test('the highest threshold reached decides, in whatever order they stand', () => {
  const thresholds = [
    { value: 90, state: 'critical' as const },
    { value: 70, state: 'warning' as const },
  ];
  expect([50, 70, 95].map((value) => thresholdState(value, thresholds))).toEqual([null, 'warning', 'critical']);
  expect(thresholdState(Number.NaN, thresholds)).toBeNull();
});

test('a sparkline spans its box and has gaps where the data has', () => {
  expect(sparkline(Float64Array.of(0, 10), 100, 12)).toBe('M0.0 11.0L100.0 1.0');
  expect(sparkline(Float64Array.of(1, Number.NaN, 1), 10, 10)).toBe('M0.0 5.0M10.0 5.0');
  expect(sparkline(Float64Array.of(Number.NaN), 10, 10)).toBe('');
});
