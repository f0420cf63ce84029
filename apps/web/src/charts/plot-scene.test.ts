import type { graphic } from 'echarts/core';
import { expect, test } from 'vitest';
import type { Frame } from '../lib/frame.ts';
import { plotGeometry } from './echarts-plot.ts';
import { traceGrid } from './grid-shape.ts';
import type { LineGeometry } from './line-shape.ts';
import { type PlotWish, plotModel, seriesColors } from './plot-model.ts';
import { createScene, type PlotScene } from './plot-scene.ts';

type Element = Parameters<PlotScene['root']['add']>[0];

const SIZE = { width: 600, height: 200 };

function frameOf(columns: readonly (readonly number[])[], fromMs = 0): Frame {
  const times = Float64Array.from(columns[0] ?? [], (_, i) => fromMs + i * 1000);
  const series = columns.map((values, i) => ({ labels: { i: String(i) }, name: `s${i}`, times, values: Float64Array.from(values) }));
  return { stepMs: 1000, fromMs, toMs: fromMs + 10_000, series };
}

function draw(scene: PlotScene, frame: Frame, change: Partial<PlotWish> = {}, highlight: number | null = null) {
  const model = plotModel(frame, frame, SIZE, {
    unit: 'none',
    min: null,
    max: null,
    stacked: false,
    thresholds: [],
    showAllThresholds: false,
    selection: null,
    colors: seriesColors(frame, 'dark'),
    timeZone: 'UTC',
    ...change,
  });
  scene.update(model, plotGeometry(model, SIZE), 'dark', highlight);
  return model;
}

function texts(scene: PlotScene): graphic.Text[] {
  return elements(scene).filter(({ type }) => type === 'text') as graphic.Text[];
}

function lines(scene: PlotScene) {
  return elements(scene).filter((element) => 'shape' in element && 'line' in (element.shape as object)) as (graphic.Line & {
    shape: { line: LineGeometry };
  })[];
}

function bands(scene: PlotScene) {
  return elements(scene).filter(({ type }) => type === 'rect');
}

function elements(scene: PlotScene): Element[] {
  const found: Element[] = [];
  scene.root.traverse((element) => {
    if (element.type !== 'group') found.push(element);
  });
  return found;
}

test('the axes say what the model says, and there is a line for each series', () => {
  const scene = createScene();
  const model = draw(
    scene,
    frameOf([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  );
  expect(texts(scene).map(({ style }) => style.text)).toEqual([
    ...model.xTicks.map(({ label }) => label),
    ...model.yTicks.map(({ label }) => label),
  ]);
  expect(lines(scene).map(({ style }) => style.stroke)).toEqual(model.series.map(({ color }) => color));
});

test('a refresh moves what is there and makes nothing anew', () => {
  const scene = createScene();
  draw(scene, frameOf([[1], [2]]));
  const before = lines(scene);
  const after = draw(scene, frameOf([[3], [4]], 1000));
  expect(lines(scene).map((line, i) => line === before[i])).toEqual([true, true]);
  expect(before[1].shape.line).toMatchObject({ top: after.series[1].top, fromMs: 1000 });
});

test('what is not shown any more is not drawn any more', () => {
  const scene = createScene();
  const thresholds = [{ value: 1.23, state: 'critical' as const }];
  draw(scene, frameOf([[1], [2], [3]]), { thresholds });
  expect(bands(scene)).toHaveLength(1);
  expect(texts(scene).some(({ style }) => style.text === '1.23')).toBe(true);
  draw(scene, frameOf([[1], [2]]));
  expect(lines(scene)).toHaveLength(2);
  expect(bands(scene)).toHaveLength(0);
  expect(texts(scene).some(({ style }) => style.text === '1.23')).toBe(false);
});

test('what is rolled up is marked, and what is approximate is dashed', () => {
  const scene = createScene();
  const plain = frameOf([[1, 2, 3, 4]]);
  const made = [
    { fromMs: 0, toMs: 1000, resolutionMs: 3_600_000, class: 'approximate', error: null },
    { fromMs: 2000, toMs: 3000, resolutionMs: 0, class: 'exact', error: 0 },
  ] as const;
  draw(scene, { ...plain, series: plain.series.map((series) => ({ ...series, stretches: made })) });
  expect(lines(scene).filter(({ style }) => Array.isArray(style.lineDash))).toHaveLength(1);
  expect(bands(scene)).toHaveLength(2);
  expect(texts(scene).some(({ style }) => style.text === '1h')).toBe(true);
  draw(scene, plain);
  expect(lines(scene).filter(({ style }) => Array.isArray(style.lineDash))).toHaveLength(0);
  expect(bands(scene)).toHaveLength(0);
});

test('spikes between points are drawn behind the line, and have room', () => {
  const scene = createScene();
  const plain = frameOf([
    [1, 2],
    [3, 4],
  ]);
  const [first, second] = plain.series;
  const spread = { min: Float64Array.of(0, 1), max: Float64Array.of(90, 5), avg: Float64Array.of(2, 3) };
  const spiky = { ...plain, series: [{ ...first, spread }, second] };
  expect(draw(scene, spiky).y.max).toBeGreaterThanOrEqual(90);
  expect(lines(scene)).toHaveLength(3);
  expect(lines(scene)[0].shape.line).toMatchObject({ top: spread.max, base: spread.min });
  expect(draw(scene, spiky, { stacked: true }).series[0].band).toBeNull();
});

test('one series stands out, above the others', () => {
  const scene = createScene();
  draw(scene, frameOf([[1], [2]]), {}, 0);
  const [first, second] = lines(scene);
  expect([first.style.opacity, second.style.opacity]).toEqual([1, 0.2]);
  expect(first.z2).toBeGreaterThan(second.z2);
});

test('the last label of the time axis is not cut by the edge', () => {
  const scene = createScene();
  const frame = frameOf([[1, 2]]);
  const model = draw(scene, frame);
  expect(model.xTicks.at(-1)?.atMs).toBe(frame.toMs);
  const last = texts(scene)[model.xTicks.length - 1];
  expect(last.x + (String(last.style.text).length * 6) / 2).toBeLessThanOrEqual(SIZE.width);
});

test('a line of the grid lies in the middle of a pixel', () => {
  const at: number[] = [];
  const pen = { moveTo: (x: number, y: number) => at.push(x, y), lineTo: () => {}, closePath: () => {} };
  traceGrid(pen, { left: 0, top: 0, right: 10, bottom: 10, xs: [3, 3.4], ys: [7.5, 7.9] });
  expect(at).toEqual([3.5, 0, 3.5, 0, 0, 7.5, 0, 8.5]);
});
