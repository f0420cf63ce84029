/**
 * The one place that knows ECharts. It draws the axes and the grid; the data is one custom series with our own shape, which costs a
 * tenth of ECharts' own lines. No animation, no events: pointing is ours too.
 */
import type { CustomSeriesRenderItem, CustomSeriesRenderItemReturn } from 'echarts';
import { CustomChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { Scheme } from '../lib/use-scheme.ts';
import type { PlotGeometry } from './chart-props.ts';
import type { Size } from './element-observers.ts';
import { AREA_SHAPE, LINE_SHAPE, type LineGeometry, registerShapes } from './line-shape.ts';
import { CHART_INK, STATE_COLORS } from './palette.ts';
import type { PlotModel } from './plot-model.ts';

export interface EchartsPlot {
  /** `highlight`: the index of the one series that stands out, or null. */
  draw(model: PlotModel, size: Size, scheme: Scheme, highlight: number | null): void;
  dispose(): void;
}

export function plotGeometry(model: PlotModel, size: Size): PlotGeometry {
  const { margin, x, y } = model;
  return {
    left: margin.left,
    top: margin.top,
    width: Math.max(1, size.width - margin.left - margin.right),
    height: Math.max(1, size.height - margin.top - margin.bottom),
    fromMs: x.fromMs,
    toMs: x.toMs,
    min: y.min,
    max: y.max,
  };
}

let prepared = false;

export function createPlot(element: HTMLElement, initial: Size): EchartsPlot {
  if (!prepared) {
    use([CustomChart, GridComponent, CanvasRenderer]);
    registerShapes();
    prepared = true;
  }
  const chart: ECharts = init(element, null, { renderer: 'canvas', width: initial.width, height: initial.height });
  let drawnSize = initial;
  return {
    draw(model, size, scheme, highlight) {
      if (size.width !== drawnSize.width || size.height !== drawnSize.height) {
        chart.resize({ width: size.width, height: size.height, silent: true });
        drawnSize = size;
      }
      chart.setOption(plotOption(model, size, scheme, highlight), { lazyUpdate: false, silent: true });
    },
    dispose() {
      chart.dispose();
    },
  };
}

/** Exported for its test. */
export function plotOption(model: PlotModel, size: Size, scheme: Scheme, highlight: number | null) {
  const ink = CHART_INK[scheme];
  const xLabels = new Map(model.xTicks.map(({ atMs, label }) => [atMs, label]));
  const yLabels = new Map(model.yTicks.map(({ value, label }) => [value, label]));
  const axis = {
    type: 'value',
    splitLine: { show: true, lineStyle: { color: ink.grid, width: 1 } },
    axisLine: { show: false },
  };
  const label = { color: ink.text, fontSize: 11, hideOverlap: true, showMinLabel: true, showMaxLabel: true };
  const xs = [...xLabels.keys()];
  const ys = [...yLabels.keys()];
  return {
    animation: false,
    grid: { ...model.margin, containLabel: false },
    xAxis: {
      ...axis,
      min: model.x.fromMs,
      max: model.x.toMs,
      axisLine: { show: true, onZero: false, lineStyle: { color: ink.axis } },
      axisTick: { show: false, customValues: xs },
      axisLabel: { ...label, customValues: xs, margin: 8, formatter: (value: number) => xLabels.get(value) ?? '' },
    },
    yAxis: {
      ...axis,
      min: model.y.min,
      max: model.y.max,
      axisTick: { show: false, customValues: ys },
      axisLabel: { ...label, customValues: ys, margin: 8, formatter: (value: number) => yLabels.get(value) ?? '' },
    },
    series: [
      {
        type: 'custom',
        silent: true,
        clip: true,
        animation: false,
        data: [[model.x.fromMs, model.y.min]],
        renderItem: renderer(model, plotGeometry(model, size), scheme, highlight),
      },
    ],
  };
}

function renderer(model: PlotModel, plot: PlotGeometry, scheme: Scheme, highlight: number | null): CustomSeriesRenderItem {
  return (): CustomSeriesRenderItemReturn => {
    const children = [...thresholdBands(model, plot, scheme)];
    for (const series of model.series) {
      const dimmed = highlight !== null && highlight !== series.index;
      const line = lineGeometry(series, plot);
      if (series.area) {
        children.push({ type: AREA_SHAPE, shape: { line }, silent: true, style: { fill: series.color, opacity: dimmed ? 0.02 : 0.08 } });
      }
      children.push({
        type: LINE_SHAPE,
        shape: { line },
        silent: true,
        z2: highlight === series.index ? 2 : 1,
        style: { stroke: series.color, lineWidth: 1.5, lineJoin: 'round', fill: null, opacity: dimmed ? 0.2 : 1 },
      });
    }
    return { type: 'group', children } as unknown as CustomSeriesRenderItemReturn;
  };
}

function lineGeometry({ times, top, base }: PlotModel['series'][number], plot: PlotGeometry): LineGeometry {
  const bottom = plot.top + plot.height;
  const perUnit = plot.height / (plot.max - plot.min);
  return {
    times,
    top,
    base,
    fromMs: plot.fromMs,
    toMs: plot.toMs,
    left: plot.left,
    perMs: plot.width / (plot.toMs - plot.fromMs),
    bottom,
    min: plot.min,
    perUnit,
    zeroY: Math.max(plot.top, Math.min(bottom, bottom + plot.min * perUnit)),
  };
}

/** From each threshold to the next, or to the top: a tint, and a line with its value where it begins. */
function thresholdBands(model: PlotModel, plot: PlotGeometry, scheme: Scheme): object[] {
  const yOf = (value: number) => plot.top + plot.height - ((value - plot.min) / (plot.max - plot.min)) * plot.height;
  return model.thresholds.flatMap(({ value, state }, i) => {
    const color = STATE_COLORS[scheme][state];
    const from = yOf(value);
    const to = i + 1 < model.thresholds.length ? yOf(model.thresholds[i + 1].value) : plot.top;
    const right = plot.left + plot.width;
    return [
      {
        type: 'rect',
        silent: true,
        shape: { x: plot.left, y: to, width: plot.width, height: from - to },
        style: { fill: color, opacity: 0.07 },
      },
      {
        type: 'line',
        silent: true,
        shape: { x1: plot.left, x2: right, y1: Math.round(from) + 0.5, y2: Math.round(from) + 0.5 },
        style: { stroke: color, lineWidth: 1, lineDash: [4, 3], opacity: 0.8 },
      },
      {
        type: 'text',
        silent: true,
        z2: 3,
        x: right - 4,
        y: from - 2,
        style: { text: String(value), fill: color, fontSize: 10, align: 'right', verticalAlign: 'bottom' },
      },
    ];
  });
}
