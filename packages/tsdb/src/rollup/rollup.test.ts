import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { type SampleColumns, writeStaleAt } from '../model/sample.ts';
import { rollSamples } from './aggregate.ts';
import { mergeWindows } from './merge-windows.ts';
import type { RolledColumns } from './rolled-columns.ts';

const MINUTE_MS = 60_000;

function samplesOf(rows: readonly (readonly [seconds: number, value: number | 'stale'])[]): SampleColumns {
  const times = Float64Array.from(rows, ([seconds]) => seconds * 1000);
  const values = Float64Array.from(rows, ([, value]) => (value === 'stale' ? 0 : value));
  for (const [i, [, value]] of rows.entries()) if (value === 'stale') writeStaleAt(values, i);
  return { times, values };
}

/** The columns of row `i`. */
function row(columns: RolledColumns, i: number) {
  const { count, firstMs, lastMs, first, last, min, max, sum, resetCorrection, resets, changes, staleAtEnd } = columns;
  const named = { count, firstMs, lastMs, first, last, min, max, sum, resetCorrection, resets, changes, staleAtEnd };
  return Object.fromEntries(Object.entries(named).map(([name, column]) => [name, column?.[i] ?? null]));
}

test('a window holds its end and not its start', () => {
  const rolled = rollSamples(
    samplesOf([
      [60, 1],
      [60.001, 2],
      [120, 3],
      [121, 4],
      [200, 5],
    ]),
    MINUTE_MS,
    'gauge',
  );
  expect([...rolled.endMs]).toEqual([60_000, 120_000, 180_000, 240_000]);
  expect([...rolled.count]).toEqual([1, 2, 1, 1]);
});

test('everything of a window', () => {
  const rolled = rollSamples(
    samplesOf([
      [1, 0.1],
      [2, 0.3],
      [3, 0.2],
      [4, 0.2],
      [5, 0.1],
    ]),
    MINUTE_MS,
    'gauge',
  );
  expect(row(rolled, 0)).toEqual({
    count: 5,
    firstMs: 1000,
    lastMs: 5000,
    first: 0.1,
    last: 0.1,
    min: 0.1,
    max: 0.3,
    sum: 0.9,
    resetCorrection: 0.5,
    resets: 2,
    changes: 3,
    staleAtEnd: 0,
  });
  expect(rolled.deviation?.[0]).toBeCloseTo(Math.sqrt(0.0056), 4);
});

test('stale markers are no samples', () => {
  const rolled = rollSamples(
    samplesOf([
      [1, 5],
      [2, 'stale'],
      [3, 6],
      [61, 7],
      [62, 'stale'],
      [125, 'stale'],
      [181, 8],
    ]),
    MINUTE_MS,
    'gauge',
  );
  expect([...rolled.endMs]).toEqual([60_000, 120_000, 240_000]);
  expect([...rolled.count]).toEqual([2, 1, 1]);
  expect([...rolled.staleAtEnd]).toEqual([0, 1, 0]);
  expect([...rolled.staleEndMs]).toEqual([180_000]);
  const hour = mergeWindows(
    rollSamples(
      samplesOf([
        [1, 5],
        [301, 'stale'],
        [3601, 'stale'],
      ]),
      5 * MINUTE_MS,
      'gauge',
    ),
    60 * MINUTE_MS,
  );
  expect([...hour.staleAtEnd]).toEqual([1]);
  expect([...hour.staleEndMs]).toEqual([7_200_000]);
});

test('NaN counts, and is least or greatest of nothing else', () => {
  const { NaN: nan } = Number;
  const rolled = rollSamples(
    samplesOf([
      [1, nan],
      [2, 3],
      [3, nan],
      [61, nan],
      [62, nan],
    ]),
    MINUTE_MS,
    'gauge',
  );
  expect(row(rolled, 0)).toMatchObject({ count: 3, min: 3, max: 3, sum: nan, changes: 2, resets: 0 });
  expect(row(rolled, 1)).toMatchObject({ count: 2, min: nan, max: nan, sum: nan, changes: 0 });
});

test('a counter keeps what is asked of counters', () => {
  const rolled = rollSamples(
    samplesOf([
      [1, 5],
      [2, 9],
      [3, 2],
      [4, 4],
    ]),
    5 * MINUTE_MS,
    'counter',
  );
  expect(row(rolled, 0)).toMatchObject({ first: 5, last: 4, min: 2, max: 9, resetCorrection: 9, resets: 1, changes: null });
  expect([rolled.sumIsExact, rolled.deviation, rolled.sketches]).toEqual([false, null, null]);
  expect(rolled.sum[0]).toBe(4 * 5.5);
});

test('merged windows are those of all samples', () => {
  const random = prng(7);
  for (let round = 0; round < 60; round++) {
    const kind = round % 3 === 0 ? 'counter' : 'gauge';
    const samples = randomSamples(random, kind === 'counter');
    const merged = mergeWindows(rollSamples(samples, 5 * MINUTE_MS, kind), 60 * MINUTE_MS);
    const whole = rollSamples(samples, 60 * MINUTE_MS, kind);
    const exactly = ({ deviation: _, ...rest }: RolledColumns) => rest;
    expect(exactly(merged)).toEqual(exactly(whole));
    for (const [i, deviation] of (whole.deviation ?? []).entries()) {
      const given = (merged.deviation as Float64Array)[i];
      if (Number.isNaN(deviation)) expect(given).toBeNaN();
      else expect(Math.abs(given - deviation)).toBeLessThanOrEqual(deviation * 0.001);
    }
  }
});

function randomSamples(random: ReturnType<typeof prng>, isCounter: boolean): SampleColumns {
  const places = 10 ** random.int(0, 3);
  const rows: [number, number | 'stale'][] = [];
  let value = 0;
  for (let seconds = random.int(0, 5000); rows.length < 800; seconds += random.int(0, 100) === 0 ? random.int(0, 8000) : 15) {
    if (isCounter) value = random.int(0, 50) === 0 ? 0 : value + random.int(0, 100);
    else value = 1000 * places + random.int(-500, 500);
    rows.push([seconds, random.int(0, 80) === 0 ? 'stale' : value / places]);
  }
  return samplesOf(rows);
}
