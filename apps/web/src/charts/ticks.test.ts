import { expect, test } from 'vitest';
import { timeTicks, valueTicks } from './ticks.ts';

const MINUTE = 60_000;
const labels = (from: number, spanMs: number, zone = 'UTC', width = 700) =>
  timeTicks(from, from + spanMs, width, zone).map(({ label }) => label);

test('value ticks are round in the unit that is shown', () => {
  expect(valueTicks(0, 97, 200, 'percent').values).toEqual([0, 20, 40, 60, 80]);
  expect(valueTicks(0, 3 * 1024 ** 3, 120, 'bytes').values).toEqual([0, 1, 2, 3].map((n) => n * 1024 ** 3));
  expect(valueTicks(0, 0.004, 120, 'seconds').values.map((value) => Math.round(value * 1e6))).toEqual([0, 2000, 4000]);
  expect(valueTicks(0, 300, 150, 'seconds').interval).toBe(120);
  expect(valueTicks(0, 0.24, 150, 'seconds').values.map((value) => Math.round(value * 1e3))).toEqual([0, 100, 200]);
  expect(valueTicks(-1, 1, 150, 'none').values).toEqual([-1, -0.5, 0, 0.5, 1]);
});

test('time ticks are round instants of the zone', () => {
  const noon = Date.UTC(2026, 10, 24, 12, 1, 30);
  expect(labels(noon, 15 * MINUTE)).toEqual(['12:02', '12:04', '12:06', '12:08', '12:10', '12:12', '12:14', '12:16']);
  expect(labels(noon, 60_000, 'UTC', 300)).toEqual(['12:01:30', '12:02:00', '12:02:30']);
  expect(labels(Date.UTC(2026, 10, 24, 20), 12 * 60 * MINUTE, 'Asia/Kolkata', 400)).toEqual(['03:00', '06:00', '09:00', '12:00']);
  expect(labels(Date.UTC(2026, 10, 23, 20), 8 * 60 * MINUTE)).toContain('24 Nov');
  expect(labels(Date.UTC(2026, 9, 24), 4 * 1440 * MINUTE, 'Europe/Berlin', 400)).toEqual(['25 Oct', '26 Oct', '27 Oct', '28 Oct']);
  expect(labels(Date.UTC(2025, 10, 1), 400 * 1440 * MINUTE, 'UTC', 800)).toContain('2026');
});
