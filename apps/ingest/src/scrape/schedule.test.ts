import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { nextPlannedMs, offsetMs, scrapeTimeMs } from './schedule.ts';

test('the next time is later, within one interval, and always at the same place in it', () => {
  const random = prng(3);
  for (let i = 0; i < 2000; i++) {
    const interval = random.int(1, 100_000);
    const offset = random.int(0, interval);
    const now = random.int(0, 2e12);
    const next = nextPlannedMs(now, interval, offset);
    expect(next - now).toBeGreaterThan(0);
    expect(next - now).toBeLessThanOrEqual(interval);
    expect(next % interval).toBe(offset % interval);
  }
});

test('targets are spread over the interval', () => {
  const tenths = new Set(Array.from({ length: 200 }, (_, i) => Math.floor(offsetMs(`http://host-${i}:9100/metrics`, 1000) / 100)));
  expect(tenths.size).toBe(10);
});

test('a scrape that starts on time carries the planned time', () => {
  expect(scrapeTimeMs(10_000, 10_009, 1000)).toBe(10_000);
  expect(scrapeTimeMs(10_000, 9_999, 1000)).toBe(10_000);
  expect(scrapeTimeMs(10_000, 10_011, 1000)).toBe(10_011);
  expect(scrapeTimeMs(10_000, 10_021, 60_000)).toBe(10_021);
});
