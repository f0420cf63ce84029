/** Straight lines across a box, each on whole pixels: a grid, an axis, a threshold. */
import { graphic } from 'echarts/core';
import { type Pen, penOf } from './pen.ts';

export interface GridLines {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

export function traceGrid(pen: Pen, { left, top, right, bottom, xs, ys }: GridLines): void {
  for (const x of xs) {
    pen.moveTo(crisp(x), top);
    pen.lineTo(crisp(x), bottom);
  }
  for (const y of ys) {
    pen.moveTo(left, crisp(y));
    pen.lineTo(right, crisp(y));
  }
}

/** In the middle of a pixel: a line of one pixel beside it would be two of half the strength. */
function crisp(at: number): number {
  const doubled = Math.round(at * 2);
  return doubled % 2 === 0 ? (doubled + 1) / 2 : doubled / 2;
}

const GridShape = graphic.extendShape({
  type: 'tidemark-grid',
  shape: { left: 0, top: 0, right: 0, bottom: 0, xs: [], ys: [] },
  buildPath: (path, shape) => traceGrid(penOf(path as never), shape as never),
});

export function gridElement(style: { lineCap?: 'round'; lineDash?: number[]; opacity?: number } = {}) {
  return new GridShape({ silent: true, shape: {}, style: { fill: 'none', ...style } });
}
