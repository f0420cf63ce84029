/**
 * One plot: an ECharts instance on its element, of which only the canvas and the renderer are used. What is drawn is a scene of our
 * own (./plot-scene.ts). No animation, no events: pointing is ours too, and frames come from the page's one scheduler.
 */
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { Scheme } from '../lib/use-scheme.ts';
import type { PlotGeometry } from './chart-props.ts';
import type { Size } from './element-observers.ts';
import type { PlotModel } from './plot-model.ts';
import { createScene } from './plot-scene.ts';

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
    use(CanvasRenderer);
    prepared = true;
  }
  const chart = init(element, null, { renderer: 'canvas', width: initial.width, height: initial.height });
  const renderer = chart.getZr();
  const scene = createScene();
  renderer.add(scene.root);
  let drawnSize = initial;
  return {
    draw(model, size, scheme, highlight) {
      if (size.width !== drawnSize.width || size.height !== drawnSize.height) {
        chart.resize({ width: size.width, height: size.height });
        drawnSize = size;
      }
      scene.update(model, plotGeometry(model, size), scheme, highlight);
      renderer.refreshImmediately();
      // It would go on asking for frames of its own, to animate what stands still.
      renderer.animation.stop();
    },
    dispose() {
      chart.dispose();
    },
  };
}
