import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecodedMatrix } from '../matrix.ts';
import { LiveColumns } from './live-columns.ts';

const STEP = 1000;

function matrix(startIndex: number, columns: Record<string, number[]>): DecodedMatrix {
  const count = Math.max(0, ...Object.values(columns).map((values) => values.length));
  return {
    stepMs: STEP,
    times: Float64Array.from({ length: count }, (_, i) => (startIndex + i) * STEP),
    series: Object.entries(columns).map(([name, values]) => ({ labels: { name }, values: Float64Array.from(values) })),
  };
}

function shown(columns: LiveColumns, fromIndex: number, toIndex: number): Record<string, Record<number, number>> {
  const frame = columns.frame(fromIndex * STEP, toIndex * STEP);
  return Object.fromEntries(
    frame.series.map(({ labels, times, values }) => {
      const points = [...times].map((time, i) => [time / STEP, values[i]] as const);
      return [labels.name, Object.fromEntries(points.filter(([at, value]) => at > fromIndex && !Number.isNaN(value)))];
    }),
  );
}

test('points are appended, gaps are gaps, and what leaves the window is gone', () => {
  const columns = new LiveColumns(STEP, 4);
  columns.append(matrix(10, { a: [1, 2] }));
  expect(columns.nextMs).toBe(12 * STEP);
  columns.append(matrix(13, { a: [4], b: [40] }));
  expect(shown(columns, 9, 13)).toEqual({ a: { 10: 1, 11: 2, 13: 4 }, b: { 13: 40 } });
  columns.append(matrix(14, { a: [5] }));
  expect(shown(columns, 12, 14)).toEqual({ a: { 13: 4, 14: 5 }, b: { 13: 40 } });
});

test('a series that has no point in the window is forgotten', () => {
  const columns = new LiveColumns(STEP, 4);
  columns.append(matrix(0, { a: [1], b: [1] }));
  for (let i = 1; i < 10; i++) columns.append(matrix(i, { a: [i] }));
  expect(Object.keys(shown(columns, 6, 9))).toEqual(['a']);
});

test('a frame that was handed out keeps what it shows', () => {
  const columns = new LiveColumns(STEP, 3);
  columns.append(matrix(0, { a: [0, 1, 2] }));
  const frame = columns.frame(-1, 2 * STEP);
  for (let i = 3; i < 20; i++) columns.append(matrix(i, { a: [i] }));
  expect([...frame.series[0].values]).toEqual([0, 1, 2]);
  expect([...frame.series[0].times]).toEqual([0, 1000, 2000]);
});

test('any sequence of ticks shows what a plain map would', () => {
  const tick = fc.record({
    ahead: fc.integer({ min: -2, max: 9 }),
    a: fc.option(fc.array(fc.oneof(fc.integer(), fc.constant(Number.NaN)), { minLength: 1, maxLength: 6 })),
    b: fc.option(fc.array(fc.integer(), { minLength: 1, maxLength: 6 })),
  });
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 30 }), (ticks) => {
      const windowMax = 5;
      const columns = new LiveColumns(STEP, windowMax);
      const oracle = new Map<string, Map<number, number>>();
      let [first, end] = [0, 0];
      for (const { ahead, a, b } of ticks) {
        const count = Math.max(a?.length ?? 0, b?.length ?? 0);
        if (count === 0) continue;
        const start = Math.max(0, end + ahead);
        const pad = (values: number[]) => [...values, ...Array<number>(count - values.length).fill(Number.NaN)];
        const given: Record<string, number[]> = {};
        if (a !== null) given.a = pad(a);
        if (b !== null) given.b = pad(b);
        columns.append(matrix(start, given));
        if (end === 0 || start + count - windowMax >= end) first = start; // Nothing of what was there stays.
        const floor = Math.max(first, end - windowMax);
        for (const [name, values] of Object.entries(given)) {
          const points = oracle.get(name) ?? new Map<number, number>();
          oracle.set(name, points);
          values.forEach((value, i) => {
            if (start + i >= floor) points.set(start + i, value);
          });
        }
        end = Math.max(end, start + count);
        first = Math.max(first, end - windowMax);
        const from = first - 1;
        const expected = [...oracle]
          .map(([name, points]) => [name, [...points].filter(([at, value]) => at > from && !Number.isNaN(value))] as const)
          .filter(([, points]) => points.length > 0);
        const actual = Object.entries(shown(columns, from, end - 1)).filter(([, points]) => Object.keys(points).length > 0);
        expect(Object.fromEntries(actual)).toEqual(
          Object.fromEntries(expected.map(([name, points]) => [name, Object.fromEntries(points)])),
        );
      }
    }),
  );
});

test('what lies between points stays with them, and live points have none', () => {
  const columns = new LiveColumns(STEP, 4);
  const values = Float64Array.of(1, 2, 3);
  const spread = { min: Float64Array.of(0, 1, 2), max: Float64Array.of(5, 6, 7), avg: values };
  columns.append({ ...matrix(0, { a: [1, 2, 3] }), series: [{ labels: { name: 'a' }, values, spread }] });
  for (let i = 3; i < 12; i++) {
    columns.append(matrix(i, { a: [i] }));
    const [{ times, spread }] = columns.frame((i - 3) * STEP, i * STEP).series;
    const expected = Array.from(times, (time) => (time < 3 * STEP ? 5 + time / STEP : Number.NaN));
    expect([...(spread?.max ?? [])]).toEqual(expected);
  }
});
