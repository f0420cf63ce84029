import { expect, test } from 'vitest';
import { histogramBars } from './histogram-bars.ts';

test('the fullest bucket reaches the top, the others are in proportion', () => {
  expect(histogramBars({ counts: [2, 8, 0, 4] })).toEqual([
    { x: 0, y: 0.75, width: 0.25, height: 0.25 },
    { x: 0.25, y: 0, width: 0.25, height: 1 },
    { x: 0.5, y: 1, width: 0.25, height: 0 },
    { x: 0.75, y: 0.5, width: 0.25, height: 0.5 },
  ]);
});

test('nothing observed, or less than nothing, has no bars', () => {
  expect(histogramBars({ counts: [] })).toEqual([]);
  expect(histogramBars({ counts: [-3] })).toEqual([]);
});
