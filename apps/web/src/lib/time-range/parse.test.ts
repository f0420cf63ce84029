import { expect, test } from 'vitest';
import { parseTimeRange } from './parse.ts';
import { resolveRange } from './range.ts';

const NOW = Date.UTC(2026, 10, 24, 6, 30, 0); // Tuesday 24 November 2026.
const utc = (text: string, zone = 'UTC', now = NOW) => {
  const parsed = parseTimeRange(text, now, zone);
  if (parsed.kind === 'invalid') return parsed.message;
  const { fromMs, toMs } = resolveRange(parsed.range, now, zone);
  const short = (ms: number) => new Date(ms).toISOString().replace('.000Z', '').replace('T', ' ').slice(0, 19);
  return `${short(fromMs)} / ${short(toMs)}`;
};

test.each([
  ['15m', 'now-15m', 'now'],
  ['3 hours', 'now-3h', 'now'],
  ['past 2 d', 'now-2d', 'now'],
  ['last 4 weeks', 'now-4w', 'now'],
  ['3mo', 'now-3mo', 'now'],
  ['today', 'now/d', 'now'],
  ['Yesterday', 'now-1d/d', 'now/d'],
  ['this week', 'now/w', 'now'],
  ['last month', 'now-1mo/mo', 'now/mo'],
  ['now-1h to now-30m', 'now-1h', 'now-30m'],
  ['now-6h', 'now-6h', 'now'],
])('%s stays relative', (text, from, to) => {
  expect(parseTimeRange(text, NOW, 'UTC')).toEqual({ kind: 'range', range: { kind: 'relative', from, to } });
});

test.each([
  ['2026-11-22 14:00 to 15:00', '2026-11-22 14:00:00 / 2026-11-22 15:00:00'],
  ['2026-11-22 14:00 - 2026-11-23 02:30:15', '2026-11-22 14:00:00 / 2026-11-23 02:30:15'],
  ['Jan 1 - Jan 2', '2026-01-01 00:00:00 / 2026-01-03 00:00:00'],
  ['Dec 30 - Jan 2', '2025-12-30 00:00:00 / 2026-01-03 00:00:00'],
  ['1 nov – 2 nov', '2026-11-01 00:00:00 / 2026-11-03 00:00:00'],
  ['Nov 22', '2026-11-22 00:00:00 / 2026-11-23 00:00:00'],
  ['Nov 22, 2pm', '2026-11-22 14:00:00 / 2026-11-22 15:00:00'],
  ['Nov 22 14:05', '2026-11-22 14:05:00 / 2026-11-22 14:06:00'],
  ['14:00 to 15:30', '2026-11-24 14:00:00 / 2026-11-24 15:30:00'],
  ['Dec 24', '2025-12-24 00:00:00 / 2025-12-25 00:00:00'],
  ['Feb 29 2024', '2024-02-29 00:00:00 / 2024-03-01 00:00:00'],
  ['2026-11-24 06:00 to now', '2026-11-24 06:00:00 / 2026-11-24 06:30:00'],
  ['1764000000', '2025-11-24 16:00:00 / 2025-11-24 17:00:00'],
  ['1764000000000 - 1764003600000', '2025-11-24 16:00:00 / 2025-11-24 17:00:00'],
  ['2026-11-22T14:00:00Z - 2026-11-22T15:00:00.000Z', '2026-11-22 14:00:00 / 2026-11-22 15:00:00'],
])('%s', (text, expected) => expect(utc(text)).toBe(expected));

test.each(['', 'soon', '15', '0m', 'Feb 30', '25:00 to 26:00', '2026-11-22 15:00 to 14:00', '13pm', '2026-13-01'])(
  '%j is refused with a hint',
  (text) => expect(parseTimeRange(text, NOW, 'UTC').kind).toBe('invalid'),
);

test('a day is 23 hours long when the clock jumps forward, and 25 when it is set back', () => {
  // Berlin: 29 March 2026 02:00 becomes 03:00; 25 October 2026 03:00 becomes 02:00.
  expect(utc('Mar 29', 'Europe/Berlin')).toBe('2026-03-28 23:00:00 / 2026-03-29 22:00:00');
  expect(utc('Oct 25', 'Europe/Berlin')).toBe('2026-10-24 22:00:00 / 2026-10-25 23:00:00');
  expect(utc('yesterday', 'Europe/Berlin', Date.UTC(2026, 9, 26, 12))).toBe('2026-10-24 22:00:00 / 2026-10-25 23:00:00');
  expect(utc('2026-03-29 01:30 to 03:30', 'Europe/Berlin')).toBe('2026-03-29 00:30:00 / 2026-03-29 01:30:00');
  expect(utc('Mar 8', 'America/New_York')).toBe('2026-03-08 05:00:00 / 2026-03-09 04:00:00');
});

test('a day back is the same hour on the clock, an hour back is an hour', () => {
  const afterJump = Date.UTC(2026, 2, 29, 10); // 12:00 in Berlin, summer time since this night.
  expect(utc('1d', 'Europe/Berlin', afterJump)).toBe('2026-03-28 11:00:00 / 2026-03-29 10:00:00');
  expect(utc('24h', 'Europe/Berlin', afterJump)).toBe('2026-03-28 10:00:00 / 2026-03-29 10:00:00');
});
