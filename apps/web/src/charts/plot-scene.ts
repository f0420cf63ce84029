/**
 * What a plot consists of, as elements of ECharts' renderer that stay from draw to draw: a refresh moves them. ECharts' own axes are
 * made anew with each option, which took longer than all the rest of a page's refresh.
 *
 *   root ─┬─ grid, axis, labels
 *         └─ data, clipped to the plot: tints, bands, edges, areas, spikes, lines, strips, values
 */
import { graphic } from 'echarts/core';
import type { Scheme } from '../lib/use-scheme.ts';
import type { PlotGeometry } from './chart-props.ts';
import { ElementPool } from './element-pool.ts';
import { gridElement } from './grid-shape.ts';
import { areaElement, type LineGeometry, lineElement } from './line-shape.ts';
import { CHART_INK, STATE_COLORS } from './palette.ts';
import { LABEL_CHAR_PX, type PlotModel } from './plot-model.ts';
import type { DrawnColumn } from './series-values.ts';
import { lineParts } from './stretch-marks.ts';

type Group = InstanceType<typeof graphic.Group>;
type Text = InstanceType<typeof graphic.Text>;

export interface PlotScene {
  readonly root: Group;
  /** `highlight`: the index of the one series that stands out, or null. */
  update(model: PlotModel, plot: PlotGeometry, scheme: Scheme, highlight: number | null): void;
}

const LABEL_GAP_PX = 8;
const STRIP_PX = 3;
const DASH_PX = [4, 3];

export function createScene(): PlotScene {
  const root = new graphic.Group();
  const grid = gridElement();
  const axis = gridElement({ lineCap: 'round' });
  const data = new graphic.Group();
  const clip = new graphic.Rect();
  data.setClipPath(clip);
  root.add(grid);
  root.add(axis);
  const xLabels = new ElementPool(root, () => textElement({ fontSize: 11, align: 'center', verticalAlign: 'top' }));
  const yLabels = new ElementPool(root, () => textElement({ fontSize: 11, align: 'right', verticalAlign: 'middle' }));
  root.add(data);
  const tints = new ElementPool(data, () => new graphic.Rect({ silent: true }));
  const bands = new ElementPool(data, () => new graphic.Rect({ silent: true, style: { opacity: 0.07 } }));
  const edges = new ElementPool(data, () => gridElement({ lineDash: [4, 3], opacity: 0.8 }));
  const areas = new ElementPool(data, areaElement);
  const between = new ElementPool(data, areaElement);
  const lines = new ElementPool(data, lineElement);
  const strips = new ElementPool(data, () => new graphic.Rect({ silent: true }));
  const names = new ElementPool(data, () => textElement({ fontSize: 10, align: 'left', verticalAlign: 'bottom' }));
  const values = new ElementPool(data, () => textElement({ fontSize: 10, align: 'right', verticalAlign: 'bottom' }));

  return {
    root,
    update(model, plot, scheme, highlight) {
      const { left, top, width, height } = plot;
      const [right, bottom] = [left + width, top + height];
      const xOf = (atMs: number) => left + ((atMs - plot.fromMs) / (plot.toMs - plot.fromMs)) * width;
      const yOf = (value: number) => bottom - ((value - plot.min) / (plot.max - plot.min)) * height;
      const ink = CHART_INK[scheme];
      const whole = { left, top, right, bottom };

      grid.attr({
        shape: { ...whole, xs: model.xTicks.map(({ atMs }) => xOf(atMs)), ys: model.yTicks.map(({ value }) => yOf(value)) },
        style: { stroke: ink.grid },
      });
      axis.attr({ shape: { ...whole, xs: [], ys: [bottom] }, style: { stroke: ink.axis } });
      xLabels.show(model.xTicks, (text, { atMs, label }) => {
        // The last one is not cut by the edge: it moves a little to the left.
        const furthest = right + model.margin.right - (label.length * LABEL_CHAR_PX) / 2;
        write(text, label, ink.text, Math.min(xOf(atMs), furthest), bottom + LABEL_GAP_PX);
      });
      yLabels.show(model.yTicks, (text, tick) => write(text, tick.label, ink.text, left - LABEL_GAP_PX, yOf(tick.value)));

      clip.setShape({ x: left, y: top, width, height });
      areas.show(
        model.series.filter(({ area }) => area),
        (area, series) => {
          const opacity = isDimmed(series.index, highlight) ? 0.02 : 0.08;
          area.attr({ shape: { line: lineGeometry(series, plot) }, style: { fill: series.color, opacity } });
        },
      );
      // Spikes between the points of a line.
      between.show(
        model.series.filter(({ band }) => band !== null),
        (area, series) => {
          const opacity = isDimmed(series.index, highlight) ? 0.04 : 0.22;
          area.attr({ shape: { line: lineGeometry(series.band as DrawnColumn, plot) }, style: { fill: series.color, opacity } });
        },
      );
      const parts = model.series.flatMap((series) => lineParts(series.stretches, plot).map((part) => ({ series, part })));
      lines.show(parts, (line, { series, part }) => {
        const opacity = isDimmed(series.index, highlight) ? 0.2 : 1;
        line.attr({
          shape: { line: { ...lineGeometry(series, plot), partFromMs: part.fromMs, partToMs: part.toMs } },
          style: { stroke: series.color, opacity, lineDash: part.dashed ? DASH_PX : false },
          z2: series.index === highlight ? 1 : 0,
        });
      });

      // What is not made of raw samples: a tint, a strip at the foot of the plot, and its resolution where there is room.
      const marks = model.marks.map((mark) => {
        const [x, end] = [Math.max(left, xOf(mark.fromMs)), Math.min(right, xOf(mark.toMs))];
        const y = bottom - (mark.row + 1) * (STRIP_PX + 1);
        return { ...mark, x, y, width: Math.max(0, end - x), color: mark.isRough ? STATE_COLORS[scheme].warning : ink.text };
      });
      tints.show(
        marks.filter(({ row }) => row === 0),
        (tint, { x, width, color }) => tint.attr({ shape: { x, y: top, width, height }, style: { fill: color, opacity: 0.05 } }),
      );
      strips.show(marks, (strip, { x, y, width, color }) =>
        // A pixel less: neighbours are told apart.
        strip.attr({ shape: { x, y, width: Math.max(0, width - 1), height: STRIP_PX }, style: { fill: color, opacity: 0.55 } }),
      );
      const aboveStrips = Math.min(bottom, ...marks.map(({ y }) => y)) - 2;
      names.show(
        marks.filter(({ label, width, row }) => row === 0 && width > label.length * LABEL_CHAR_PX + 8),
        (text, { label, x, color }) => write(text, label, color, x + 4, aboveStrips),
      );

      // From each threshold to the next, or to the top: a tint, and a line with its value where it begins.
      const thresholds = model.thresholds.map(({ value, state }, i) => ({
        text: String(value),
        color: STATE_COLORS[scheme][state],
        from: yOf(value),
        to: i + 1 < model.thresholds.length ? yOf(model.thresholds[i + 1].value) : top,
      }));
      bands.show(thresholds, (band, { color, from, to }) => {
        band.attr({ shape: { x: left, y: to, width, height: from - to }, style: { fill: color } });
      });
      edges.show(thresholds, (edge, { color, from }) => edge.attr({ shape: { ...whole, xs: [], ys: [from] }, style: { stroke: color } }));
      values.show(thresholds, (text, { text: value, color, from }) => write(text, value, color, right - 4, from - 2));
    },
  };
}

function isDimmed(index: number, highlight: number | null): boolean {
  return highlight !== null && highlight !== index;
}

function textElement(style: { fontSize: number; align: 'center' | 'left' | 'right'; verticalAlign: 'top' | 'middle' | 'bottom' }): Text {
  return new graphic.Text({ silent: true, z2: 3, style });
}

/** To lay out a text takes as long as to draw ten lines: only when it says something else. */
function write(element: Text, text: string, fill: string, x: number, y: number): void {
  element.attr({ x, y });
  if (element.style.text !== text || element.style.fill !== fill) element.setStyle({ text, fill });
}

function lineGeometry({ times, top, base }: DrawnColumn, plot: PlotGeometry): LineGeometry {
  const bottom = plot.top + plot.height;
  const perUnit = plot.height / (plot.max - plot.min);
  return {
    times,
    top,
    base,
    fromMs: plot.fromMs,
    toMs: plot.toMs,
    partFromMs: plot.fromMs,
    partToMs: plot.toMs,
    left: plot.left,
    perMs: plot.width / (plot.toMs - plot.fromMs),
    bottom,
    min: plot.min,
    perUnit,
    zeroY: Math.max(plot.top, Math.min(bottom, bottom + plot.min * perUnit)),
  };
}
