import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from './life.ts';
import { liveYears } from './live-years.ts';

/** Two years in their proportions; `npm run simulate -- years` lives through all of their days. */
test('each tier is kept for its age, and what is asked of any time is right', async () => {
  const report = await liveYears({
    days: 13,
    stepsMax: 60,
    ages: { 0: DAY_MS / 2, 60000: 1.5 * DAY_MS, 300000: 3 * DAY_MS, 3600000: 6 * DAY_MS, 86400000: 11 * DAY_MS },
    slowRawMs: 1.5 * DAY_MS,
    criticalRawMs: 4 * DAY_MS,
    debugRawMs: 6 * HOUR_MS,
  });
  expect(report.wrong.slice(0, 20)).toEqual([]);
  for (const widthMs of [0, 60_000, 300_000, 3_600_000, 86_400_000]) expect(report.right.get(widthMs), `${widthMs}`).toBeGreaterThan(100);
  expect(report.blocksAtEnd).toBeLessThan(120);
  expect(report.bytesAtEnd).toBeLessThanOrEqual(1.1 * report.bytesMost);
}, 300_000);
