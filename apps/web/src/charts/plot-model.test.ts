import { expect, test } from 'vitest';
import type { Frame } from '../lib/frame.ts';
import { SERIES_DRAWN_MAX, TOOLTIP_ROWS_MAX } from '../lib/limits.ts';
import { type PlotWish, plotModel, seriesColors } from './plot-model.ts';
import { isolate, toggle } from './selection.ts';
import { tooltipContent, tooltipPlace } from './tooltip-rows.ts';

const wish: PlotWish = {
  unit: 'none',
  min: null,
  max: null,
  stacked: false,
  thresholds: [],
  showAllThresholds: false,
  selection: null,
  colors: [],
  timeZone: 'UTC',
};
const SIZE = { width: 600, height: 200 };

function frame(...columns: number[][]): Frame {
  const times = Float64Array.from(columns[0] ?? [], (_, i) => i * 1000);
  const series = columns.map((values, i) => ({ labels: { i: String(i) }, name: `s${i}`, times, values: Float64Array.from(values) }));
  return { stepMs: 1000, fromMs: 0, toMs: 10_000, series };
}
const model = (data: Frame, change: Partial<PlotWish> = {}) =>
  plotModel(data, data, SIZE, { ...wish, colors: seriesColors(data, 'dark'), ...change });

test('series above the cap are left out, and counted', () => {
  const many = frame(...Array.from({ length: SERIES_DRAWN_MAX + 7 }, () => [1]));
  expect(model(many).leftOut).toBe(7);
  expect(model(many).series.length).toBe(SERIES_DRAWN_MAX);
  expect(model(many, { selection: new Set(['s506']) }).series.map(({ index }) => index)).toEqual([506]);
});

test('a series keeps its colour when others are hidden', () => {
  const data = frame([1], [2], [3]);
  expect(model(data, { selection: new Set(['s2']) }).series[0].color).toBe(model(data).series[2].color);
});

test('only single series and stacks are filled', () => {
  expect(model(frame([1])).series[0].area).toBe(true);
  expect(model(frame([1], [2])).series[0].area).toBe(false);
  expect(model(frame([1], [2]), { stacked: true }).series[1]).toMatchObject({ area: true, top: Float64Array.of(3) });
});

test('the axis stands still while data moves below a round value', () => {
  expect(model(frame([1, 71])).y).toEqual(model(frame([1, 72])).y);
});

test('the tooltip has the largest first, at most twenty, and knows the line under the pointer', () => {
  const data = frame(...Array.from({ length: 30 }, (_, i) => [i, Number.NaN]));
  const content = tooltipContent(model(data), data, 300, 4.2);
  expect(content).toMatchObject({ atMs: 0, more: 30 - TOOLTIP_ROWS_MAX, nearest: 4 });
  expect(content?.rows.map(({ value }) => value).slice(0, 3)).toEqual([29, 28, 27]);
  expect(tooltipContent(model(data), data, 1_000, 0)).toBeNull();
});

test('the tooltip names what points are made of that are not from raw samples', () => {
  const stretches = [{ fromMs: 0, toMs: 1000, resolutionMs: 60_000, class: 'exact' as const, error: 0 }];
  const plain = frame([1, 2, 3], [4, 5, 6]);
  const data = { ...plain, series: [plain.series[0], { ...plain.series[1], stretches }] };
  expect(tooltipContent(model(data), data, 1000, 0)?.sources).toEqual(['from windows of 1m, exact']);
  expect(tooltipContent(model(data), data, 2000, 0)?.sources).toEqual([]);
});

test('the tooltip says what lies between points, where that is more than the point', () => {
  const plain = frame([1, 2]);
  const spread = { min: Float64Array.of(1, 0), max: Float64Array.of(1, 9), avg: Float64Array.of(1, 3) };
  const data = { ...plain, series: [{ ...plain.series[0], spread }] };
  expect(tooltipContent(model(data), data, 0, 0)?.rows[0].spread).toBeNull();
  expect(tooltipContent(model(data), data, 1000, 0)?.rows[0].spread).toEqual({ min: 0, max: 9, avg: 3 });
});

test('the tooltip stands towards the larger half of the window, and has its limits there', () => {
  const viewport = { width: 1000, height: 600 };
  expect(tooltipPlace({ x: 100, y: 100 }, viewport)).toEqual({ left: 114, top: 114, maxWidth: 480, maxHeight: 478 });
  expect(tooltipPlace({ x: 900, y: 500 }, viewport)).toEqual({ right: 114, bottom: 114, maxWidth: 480, maxHeight: 478 });
  expect(tooltipPlace({ x: 300, y: 50 }, { width: 400, height: 600 })).toMatchObject({ left: 8, maxWidth: 384 });
});

test('a click isolates, a second one shows all; with the modifier one comes and goes', () => {
  const all = ['a', 'b', 'c'];
  expect(isolate(null, 'a')).toEqual(new Set(['a']));
  expect(isolate(new Set(['a']), 'a')).toBeNull();
  expect(isolate(new Set(['a']), 'b')).toEqual(new Set(['b']));
  expect(toggle(null, 'a', all)).toEqual(new Set(['b', 'c']));
  expect(toggle(new Set(['b', 'c']), 'a', all)).toBeNull();
});
