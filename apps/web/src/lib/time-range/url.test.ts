import { expect, test } from 'vitest';
import { DEFAULT_RANGE } from './range.ts';
import { readTimeView, writeTimeView } from './url.ts';

const read = (query: string) => readTimeView(new URLSearchParams(query));

test('an address without a range shows the last minutes, live', () => {
  expect(read('')).toEqual({ range: DEFAULT_RANGE, live: true, zone: null });
});

test.each([
  'from=now-3h&to=now&live=0',
  'from=now-3h&to=now&live=1&tz=utc',
  'from=now-2h&to=now-1h',
  'from=1764000000000&to=1764003600000&tz=local',
  'from=now-1d%2Fd&to=now%2Fd',
])('%s comes back as it was, beside what else is there', (query) => {
  const params = new URLSearchParams(`panel=a&${query}`);
  const written = writeTimeView(params, readTimeView(params));
  expect(new URLSearchParams([...written].sort()).toString()).toBe(new URLSearchParams([...params].sort()).toString());
});

test('nonsense is the default, and an absolute range is never live', () => {
  expect(read('from=yesterday&to=now').range).toEqual(DEFAULT_RANGE);
  expect(read('from=5&to=1').range).toEqual(DEFAULT_RANGE);
  expect(read('from=1764000000000&to=1764003600000&live=1').live).toBe(false);
});
