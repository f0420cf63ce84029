import { expect, test } from 'vitest';
import { Matcher } from '../model/matcher.ts';
import { longestAgeMs, nextAgeMs, planRetention, type RetainedBlock, type RetentionRules, rawRetention } from './retention.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NOW_MS = 1000 * HOUR_MS;

interface Named extends RetainedBlock {
  readonly name: string;
}

/** `hours` since its newest sample. */
function block(name: string, hours: number, { tenant = 't', bytes = 100, resolutionMs = 0 } = {}): Named {
  return { name, meta: { tenant, toMs: NOW_MS - hours * HOUR_MS, resolutionMs }, bytes };
}

const raw10 = rawRetention(10 * HOUR_MS);
const critical = { matchers: [new Matcher('severity', '=', 'critical')], ages: { 0: 40 * HOUR_MS } };
const debug = { matchers: [new Matcher('level', '=', 'debug')], ages: { 0: 5 * HOUR_MS } };
const selective = { ...raw10, series: [critical, debug] };
const tiers: RetentionRules = { ...raw10, ages: { 0: 10 * HOUR_MS, [MINUTE_MS]: 100 * HOUR_MS, [HOUR_MS]: 900 * HOUR_MS } };
const slow = { ...tiers, slowRawMs: 100 * HOUR_MS };

/** `drop` and `thin` as names; of the latter with what leaves: the rules' numbers, `o` others, `s` slow others. */
test.each<{ title: string; blocks: Named[]; rules: RetentionRules; drop?: string; thin?: string; awaited?: string }>([
  { title: 'nothing', blocks: [], rules: raw10 },
  { title: 'all young', blocks: [block('a', 1), block('b', 9)], rules: raw10 },
  { title: 'newest sample just inside', blocks: [block('a', 10)], rules: raw10 },
  { title: 'newest sample just outside', blocks: [block('a', 10.01), block('b', 10)], rules: raw10, drop: 'a' },
  { title: 'the oldest go first', blocks: [block('a', 11), block('b', 30), block('c', 20)], rules: raw10, drop: 'b c a' },
  { title: 'all but critical series leave', blocks: [block('a', 11)], rules: selective, thin: 'a:1os' },
  { title: 'debug series leave sooner', blocks: [block('a', 6), block('b', 4)], rules: selective, thin: 'a:1' },
  { title: 'what is past every age goes as a whole', blocks: [block('a', 41), block('b', 39)], rules: selective, drop: 'a', thin: 'b:1os' },
  {
    title: 'each resolution has its age',
    blocks: [
      block('raw', 11),
      block('1m', 11, { resolutionMs: MINUTE_MS }),
      block('old 1m', 101, { resolutionMs: MINUTE_MS }),
      block('1h', 500, { resolutionMs: HOUR_MS }),
    ],
    rules: tiers,
    drop: 'old 1m raw',
  },
  {
    title: 'a resolution of which nothing is said is kept, and so is what a series rule does not name',
    blocks: [block('5m', 999, { resolutionMs: 5 * MINUTE_MS }), block('1m', 99, { resolutionMs: MINUTE_MS })],
    rules: { ...tiers, series: [critical] },
  },
  {
    title: 'slow series keep their raw samples for longer',
    blocks: [block('a', 11), block('b', 101)],
    rules: slow,
    drop: 'b',
    thin: 'a:o',
  },
  { title: 'slow series are nothing to rolled-up blocks', blocks: [block('a', 101, { resolutionMs: MINUTE_MS })], rules: slow, drop: 'a' },
  {
    title: 'what a coarser block is still to be made of waits',
    blocks: [block('a', 11), block('b', 12)],
    rules: tiers,
    drop: 'b',
    awaited: 'a',
  },
  {
    title: 'tenants have rules of their own',
    blocks: [block('a', 11), block('b', 11, { tenant: 'u' }), block('c', 3, { tenant: 'v' })],
    rules: {
      ...raw10,
      tenants: new Map([
        ['u', rawRetention(20 * HOUR_MS)],
        ['v', rawRetention(2 * HOUR_MS)],
      ]),
    },
    drop: 'a c',
  },
  {
    title: 'too large: the oldest go',
    blocks: [block('a', 3), block('b', 2), block('c', 1)],
    rules: { ...raw10, allBytesMax: 200 },
    drop: 'a',
  },
  { title: 'all too large', blocks: [block('a', 3), block('b', 2)], rules: { ...raw10, allBytesMax: 0 }, drop: 'a b' },
  {
    title: 'what goes for its age makes room',
    blocks: [block('a', 11), block('b', 2), block('c', 1)],
    rules: { ...raw10, allBytesMax: 200 },
    drop: 'a',
  },
  {
    title: 'size shortens all ages alike: raw samples before years of windows',
    blocks: [block('raw', 9), block('1m', 80, { resolutionMs: MINUTE_MS }), block('1h', 600, { resolutionMs: HOUR_MS })],
    rules: { ...tiers, allBytesMax: 200 },
    drop: 'raw',
  },
  {
    title: "a tenant's size is its own",
    blocks: [block('a', 5), block('b', 4), block('c', 9, { tenant: 'u' })],
    rules: { ...raw10, tenants: new Map([['t', { ...raw10, bytesMax: 100 }]]) },
    drop: 'a',
  },
  {
    title: 'what goes for size is not written anew first',
    blocks: [block('a', 11), block('b', 2)],
    rules: { ...selective, allBytesMax: 100 },
    drop: 'a',
  },
])('what goes: $title', ({ blocks, rules, drop = '', thin = '', awaited = '' }) => {
  const plan = planRetention(blocks, NOW_MS, rules, (each) => each.name === awaited);
  expect(plan.drop.map((each) => each.block.name).join(' ')).toBe(drop);
  const leaving = plan.thin.map(({ block: { name }, leaving: { rules: ruled, others, slowOthers } }) => {
    const marks = [...ruled.map(({ leaves }, i) => (leaves ? i : '')), others ? 'o' : '', slowOthers ? 's' : ''];
    return `${name}:${marks.join('')}`;
  });
  expect(leaving.join(' ')).toBe(thin);
});

test('samples are taken as far back as anything of them is kept', () => {
  expect(longestAgeMs(raw10, 't')).toBe(10 * HOUR_MS);
  expect(longestAgeMs(selective, 't')).toBe(40 * HOUR_MS);
  expect(longestAgeMs(tiers, 't')).toBe(900 * HOUR_MS);
  expect(longestAgeMs({ ...tiers, tenants: new Map([['t', raw10]]) }, 't')).toBe(10 * HOUR_MS);
});

test('the next age at which something leaves a block', () => {
  const next = (ageHours: number, resolutionMs = 0) => nextAgeMs(selective, { tenant: 't', toMs: 0, resolutionMs }, ageHours * HOUR_MS);
  expect([0, 5, 11, 40].map((hours) => next(hours))).toEqual([5, 10, 40, Infinity].map((hours) => hours * HOUR_MS));
  expect(next(0, MINUTE_MS)).toBe(Infinity);
});
