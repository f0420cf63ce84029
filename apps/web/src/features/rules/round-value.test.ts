import { expect, test } from 'vitest';
import { roundToPixel } from './round-value.ts';

test.each([
  [0.4831934, 1, 260, 0.483],
  [48.31934, 100, 260, 48.3],
  [123_456.7, 1_000_000, 260, 123_000],
  [-0.000123456, 0.001, 100, -0.00012],
  [7, 0, 260, 7],
])('%d on an axis of %d over %d px is %d', (value, span, pixels, rounded) => {
  expect(roundToPixel(value, span, pixels)).toBe(rounded);
});
