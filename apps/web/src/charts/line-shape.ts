/**
 * The shape of one series: walks its columns, and NaN lifts the pen. The scale is part of the shape, so a new object redraws; nothing
 * is kept for each point.
 */
import { graphic } from 'echarts/core';
import { type Pen, penOf } from './pen.ts';
import { lowerBound } from './series-values.ts';

export interface LineGeometry {
  readonly times: Float64Array;
  readonly top: Float64Array;
  readonly base: Float64Array | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** What of it is drawn: points from the first time to the last. */
  readonly partFromMs: number;
  readonly partToMs: number;
  /** x = left + (t - fromMs) * perMs, y = bottom - (v - min) * perUnit. */
  readonly left: number;
  readonly perMs: number;
  readonly bottom: number;
  readonly min: number;
  readonly perUnit: number;
  /** Where an area without a base ends. */
  readonly zeroY: number;
}

export function traceLine(pen: Pen, { line }: { line: LineGeometry | null }): void {
  if (line === null) return;
  const { times, top, left, fromMs, perMs, bottom, min, perUnit } = line;
  const [first, end] = window(line);
  let down = false;
  for (let i = first; i < end; i++) {
    const value = top[i];
    if (value - value !== 0) {
      down = false;
      continue;
    }
    const x = left + (times[i] - fromMs) * perMs;
    const y = bottom - (value - min) * perUnit;
    if (down) {
      pen.lineTo(x, y);
    } else {
      pen.moveTo(x, y);
      // A point between two gaps has no length: make it a dot.
      if (i + 1 === end || Number.isNaN(top[i + 1])) pen.lineTo(x + 1.5, y);
      down = true;
    }
  }
}

export function traceArea(pen: Pen, { line }: { line: LineGeometry | null }): void {
  if (line === null) return;
  const { times, top, base, left, fromMs, perMs, bottom, min, perUnit, zeroY } = line;
  const [first, end] = window(line);
  for (let i = first; i < end; ) {
    if (top[i] - top[i] !== 0) {
      i++;
      continue;
    }
    const start = i;
    for (; i < end && top[i] - top[i] === 0; i++) {
      const x = left + (times[i] - fromMs) * perMs;
      const y = bottom - (top[i] - min) * perUnit;
      if (i === start) pen.moveTo(x, y);
      else pen.lineTo(x, y);
    }
    for (let j = i - 1; j >= start; j--) {
      const y = base === null ? zeroY : bottom - (base[j] - min) * perUnit;
      pen.lineTo(left + (times[j] - fromMs) * perMs, y);
      if (base === null && j > start) j = start + 1;
    }
    pen.closePath();
  }
}

/** One point more on either side, so that lines reach the edges. */
function window({ times, fromMs, toMs, partFromMs, partToMs }: LineGeometry): [number, number] {
  const first = partFromMs > fromMs ? lowerBound(times, partFromMs) : Math.max(0, lowerBound(times, fromMs) - 1);
  const end = partToMs < toMs ? lowerBound(times, partToMs + 1) : Math.min(times.length, lowerBound(times, toMs) + 1);
  return [first, end];
}

const LineShape = graphic.extendShape({
  type: 'tidemark-line',
  shape: { line: null },
  buildPath: (path, shape) => traceLine(penOf(path as never), shape as never),
});

const AreaShape = graphic.extendShape({
  type: 'tidemark-area',
  shape: { line: null },
  buildPath: (path, shape) => traceArea(penOf(path as never), shape as never),
});

export function lineElement() {
  return new LineShape({ silent: true, shape: {}, style: { fill: 'none', lineWidth: 1.5, lineJoin: 'round' } });
}

export function areaElement() {
  return new AreaShape({ silent: true, shape: {} });
}
