import { expect, test } from 'vitest';
import type { Frame } from '../../lib/frame.ts';
import { thresholdExtent } from './threshold-extent.ts';

const frame = (...values: number[]): Frame => ({
  stepMs: 1,
  fromMs: 0,
  toMs: 1,
  series: [{ labels: {}, name: '', times: new Float64Array(values.length), values: Float64Array.from(values) }],
});

test.each([
  ['data and threshold are both in sight', frame(10, 20), 50, { min: 6.8, max: 53.2 }],
  ['what is never negative starts at zero', frame(1, 100), null, { min: 0, max: 107.92 }],
  ['negative data goes below', frame(-10, 10), 0, { min: -11.6, max: 11.6 }],
  ['gaps and infinities do not count', frame(Number.NaN, Number.POSITIVE_INFINITY, 5), 5, { min: 4.5, max: 5.5 }],
  ['one zero gets an axis too', frame(0), null, { min: 0, max: 1 }],
])('%s', (_, data, threshold, extent) => {
  const { min, max } = thresholdExtent(data, threshold)!;
  expect(min).toBeCloseTo(extent.min);
  expect(max).toBeCloseTo(extent.max);
});

test('nothing has no extent', () => {
  expect(thresholdExtent(null, null)).toBeNull();
  expect(thresholdExtent(frame(Number.NaN), null)).toBeNull();
});
