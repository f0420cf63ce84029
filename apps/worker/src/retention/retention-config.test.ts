import { expect, test } from 'vitest';
import { partitionRules, RetentionConfigError, readRetention } from './retention-config.ts';

const DAY_MS = 86_400_000;

test.each(['', 'scrape_configs: []', 'retention:', 'retention: { rollups: true }'])('what is kept unless more is said: %s', (text) => {
  const plain = readRetention(text);
  const { ages, slowRawMs } = partitionRules(plain, 1);
  const days = Object.values(ages).map((ageMs) => ageMs / DAY_MS);
  expect([plain.rollups, days, slowRawMs]).toEqual([true, [1, 7, 30, 365, 730], 7 * DAY_MS]);
});

test('without rollups raw samples are kept for longer', () => {
  const plain = readRetention('retention: { rollups: false }');
  const expected = { ages: { 0: 15 * DAY_MS }, series: [], slowRawMs: 0, bytesMax: Infinity, tenants: new Map(), allBytesMax: Infinity };
  expect([plain.rollups, partitionRules(plain, 4)]).toEqual([false, expected]);
});

test('ages, sizes (of which a partition has its part), series and tenants', () => {
  const rules = partitionRules(
    readRetention(
      `retention:
  rollups: true
  raw: 2d
  slow_raw: 9d
  1h: 1y
  1d: forever
  size: 500GB
  series:
    - match: '{severity="critical"}'
      raw: 90d
    - match: debug_info
      raw: 6h
      1h: 1d
  tenants:
    acme:
      raw: 3d
      size: 1.5GiB
scrape_configs: []`,
    ),
    2,
  );
  expect(rules).toMatchObject({
    ages: { 0: 2 * DAY_MS, 60000: 7 * DAY_MS, 300000: 30 * DAY_MS, 3600000: 365 * DAY_MS, [DAY_MS]: Infinity },
    slowRawMs: 9 * DAY_MS,
    allBytesMax: 250 * 2 ** 30,
    bytesMax: Infinity,
  });
  expect(rules.series.map(({ matchers, ages }) => [String(matchers), ages])).toEqual([
    ['severity="critical"', { 0: 90 * DAY_MS }],
    ['__name__="debug_info"', { 0: DAY_MS / 4, 3600000: DAY_MS }],
  ]);
  expect(rules.tenants.get('acme')).toEqual({
    ages: { ...rules.ages, 0: 3 * DAY_MS },
    slowRawMs: 9 * DAY_MS,
    bytesMax: 0.75 * 2 ** 30,
    series: [],
  });
});

test.each([
  ['raw: soon', '"soon" is no age'],
  ['raw: 1m', 'an hour is the least'],
  ['size: big', '"big" is no size'],
  ['10m: 1d', '10m'],
  ['rollups: false\n  1h: 1y', 'not made with "rollups: false"'],
  ['rollups: false\n  series: [{ match: up, 1d: 5y }]', 'not made with "rollups: false"'],
  ['rollups: perhaps', 'must be true or false'],
  ['series: [{ match: "{", raw: 1d }]', 'is no series selector'],
  ['series: [{ match: "sum(up)", raw: 1d }]', 'is no series selector'],
  ['series: [{ raw: 1d }]', 'match'],
  ['tenants: { "a b": { raw: 1d } }', 'a b'],
  ['raw: [', 'Flow sequence'],
])('what cannot be used is named: %s', (line, named) => {
  const read = () => readRetention(`retention:\n  ${line}`);
  expect(read).toThrow(RetentionConfigError);
  expect(read).toThrow(named);
});
