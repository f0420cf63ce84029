import { expect, test } from 'vitest';
import { Parameters, parseDuration, parseTime, TIME_MAX_MS, TIME_MIN_MS } from './parameters.ts';

test.each([
  ['0', 0],
  ['1435781451.781', 1_435_781_451_781],
  ['1.4357814517811e9', 1_435_781_451_781],
  ['-1.5', -1_500],
  ['.5', 500],
  ['2015-06-03T13:21:58.555Z', 1_433_337_718_555],
  ['2015-06-03T14:21:58.5559+01:00', 1_433_337_718_555],
  ['-292273086-05-16T16:47:06Z', TIME_MIN_MS],
  ['292277025-08-18T07:12:54.999999999Z', TIME_MAX_MS],
  ['1e300', TIME_MAX_MS],
  ['2015-02-30T00:00:00Z', null],
  ['2015-06-03', null],
  ['2015-06-03T13:21:58', null],
  ['', null],
  ['NaN', null],
  ['now', null],
])('the time %s', (text, timeMs) => {
  expect(parseTime(text)).toBe(timeMs);
});

test.each([
  ['1', 1_000],
  ['0.25', 250],
  ['15s', 15_000],
  ['1h30m', 5_400_000],
  ['1y2w3d4h5m6s7ms', 365 * 86_400_000 + 17 * 86_400_000 + 4 * 3_600_000 + 5 * 60_000 + 6_007],
  ['-5', -5_000],
  ['', null],
  ['1m1h', null],
  ['5 m', null],
  ['abc', null],
])('the duration %s', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

test('a limit is a count, and 0 is none', () => {
  const limit = (text: string) => new Parameters(new URLSearchParams({ limit: text })).limit();
  expect(limit('7')).toBe(7);
  expect(limit('0')).toBe(Number.POSITIVE_INFINITY);
  expect(() => limit('-1')).toThrow('invalid parameter "limit": limit must be non-negative');
  expect(() => limit('1.5')).toThrow('invalid parameter "limit": strconv.Atoi: parsing "1.5": invalid syntax');
});
