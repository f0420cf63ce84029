import type { Stretch } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { lineParts, stretchMarks, stretchText } from './stretch-marks.ts';

const HOUR_MS = 3_600_000;
const stretch = (from: number, to: number, resolutionMs: number, how: Stretch['class'] = 'exact', error: number | null = 0): Stretch => ({
  fromMs: from,
  toMs: to,
  resolutionMs,
  class: how,
  error,
});

const DAYS_AND_RAW = [stretch(0, 40, 24 * HOUR_MS), stretch(50, 80, HOUR_MS, 'bounded', 0.0221), stretch(90, 100, 0)];

test('a stretch reaches half a step beyond its points, and raw samples have no mark', () => {
  expect(stretchMarks([DAYS_AND_RAW, DAYS_AND_RAW, undefined], 10)).toEqual([
    { fromMs: -5, toMs: 45, row: 0, label: '1d', isRough: false },
    { fromMs: 45, toMs: 85, row: 0, label: '1h', isRough: false },
  ]);
});

test('queries that are answered alike share a row, others have their own', () => {
  const other = [stretch(0, 100, 300_000, 'approximate', null)];
  const marks = stretchMarks([DAYS_AND_RAW, [...DAYS_AND_RAW], other], 10);
  expect(marks.map(({ row, label, isRough }) => [row, label, isRough])).toEqual([
    [0, '1d', false],
    [0, '1h', false],
    [1, '5m', true],
  ]);
});

test.each([
  [20, 'from windows of 1d, exact'],
  [50, 'from windows of 1h, within 2.2 %'],
  [95, null],
  [500, null],
])('at %i it says: %s', (atMs, text) => {
  expect(stretchText(DAYS_AND_RAW, atMs)).toBe(text);
});

test('what has no error, or no answer, says so', () => {
  expect(stretchText([stretch(0, 10, 60_000, 'approximate', null)], 5)).toBe('from windows of 1m, approximate');
  expect(stretchText([stretch(0, 10, 0, 'approximate', null)], 5)).toBe('from raw samples, approximate');
  expect(stretchText([stretch(0, 10, 0, 'impossible', null)], 5)).toBe('nothing that is kept answers it here');
});

test('what is approximate is dashed from the point before it, and nothing else', () => {
  const range = { fromMs: 0, toMs: 120 };
  expect(lineParts(undefined, range)).toEqual([{ ...range, dashed: false }]);
  expect(lineParts(DAYS_AND_RAW, range)).toEqual([{ ...range, dashed: false }]);
  const rough = [stretch(10, 40, HOUR_MS), stretch(50, 60, HOUR_MS, 'approximate', null), stretch(70, 100, 0)];
  expect(lineParts(rough, range)).toEqual([
    { fromMs: 0, toMs: 40, dashed: false },
    { fromMs: 40, toMs: 60, dashed: true },
    { fromMs: 60, toMs: 120, dashed: false },
  ]);
});
