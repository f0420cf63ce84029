import { expect, test } from 'vitest';
import { type LineGeometry, traceArea, traceLine } from './line-shape.ts';

function line(top: number[], base: number[] | null = null): LineGeometry {
  return {
    times: Float64Array.from(top.keys()),
    top: Float64Array.from(top),
    base: base === null ? null : Float64Array.from(base),
    fromMs: 0,
    toMs: 10,
    partFromMs: 0,
    partToMs: 10,
    left: 0,
    perMs: 1,
    bottom: 100,
    min: 0,
    perUnit: 1,
    zeroY: 100,
  };
}

function drawn(trace: typeof traceLine, geometry: LineGeometry): string {
  const path: string[] = [];
  trace(
    {
      moveTo: (x, y) => path.push(`M${x},${y}`),
      lineTo: (x, y) => path.push(`L${x},${y}`),
      closePath: () => path.push('Z'),
    },
    { line: geometry },
  );
  return path.join(' ');
}

test('a gap lifts the pen, and a point between gaps is a dot', () => {
  expect(drawn(traceLine, line([1, 2, Number.NaN, 4, Number.NaN, 6, 7]))).toBe('M0,99 L1,98 M3,96 L4.5,96 M5,94 L6,93');
});

test('infinite values are gaps too', () => {
  expect(drawn(traceLine, line([1, Number.POSITIVE_INFINITY, 3, 4]))).toBe('M0,99 M2,97 L3,96');
});

test('an area goes down to zero, or to the line below it', () => {
  expect(drawn(traceArea, line([1, 2, 3]))).toBe('M0,99 L1,98 L2,97 L2,100 L0,100 Z');
  expect(drawn(traceArea, line([5, 6, Number.NaN, 8], [1, 2, 3, 4]))).toBe('M0,95 L1,94 L1,98 L0,99 Z M3,92 L3,96 Z');
});

test('only what lies in the window is walked, with one point more on either side', () => {
  const geometry = { ...line([1, 1, 1, 1, 1, 1]), fromMs: 2.5, toMs: 3.5 };
  expect(drawn(traceLine, geometry)).toBe('M-0.5,99 L0.5,99 L1.5,99');
});

test('a part of a line goes from point to point', () => {
  expect(drawn(traceLine, { ...line([1, 2, 3, 4]), partFromMs: 1, partToMs: 2 })).toBe('M1,98 L2,97');
});
