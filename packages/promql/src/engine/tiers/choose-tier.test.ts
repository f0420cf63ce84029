import type { Tiers } from '@tidemark/tsdb';
import { expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { openEnded } from '../../testing/open-ended.ts';
import { LOOKBACK_MS } from '../limits.ts';
import { chooseTiers, type Wish } from './choose-tier.ts';
import { Holdings } from './holdings.ts';
import { looksOf } from './looks.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** At noon of the tenth day: raw samples for a day, minutes for three, five minutes for six, hours for ever; rolled up until 10:00. */
const NOON_MS = 10 * DAY_MS + 12 * HOUR_MS;
const ROLLED_MS = NOON_MS - 2 * HOUR_MS;
const KEPT: readonly Tiers[] = [
  { widthMs: 0, ranges: [{ fromMs: NOON_MS - DAY_MS, toMs: NOON_MS }] },
  { widthMs: MINUTE_MS, ranges: [{ fromMs: NOON_MS - 3 * DAY_MS, toMs: ROLLED_MS }] },
  { widthMs: 5 * MINUTE_MS, ranges: [{ fromMs: NOON_MS - 6 * DAY_MS, toMs: ROLLED_MS }] },
  { widthMs: HOUR_MS, ranges: [{ fromMs: 0, toMs: ROLLED_MS }] },
  { widthMs: DAY_MS, ranges: [{ fromMs: 0, toMs: 10 * DAY_MS }] },
];

const UNITS_MS = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

function lengthMs(text: string): number {
  return Number(text.slice(0, -1)) * UNITS_MS[text.at(-1) as keyof typeof UNITS_MS];
}

interface Asked {
  readonly expr: string;
  /** Before noon. */
  readonly from: string;
  readonly to: string;
  readonly step: string;
  readonly wish?: Wish;
  readonly kept?: readonly Tiers[];
}

/** As `2d…1h 5m exact`: stretches of steps by their first and last, before noon. */
function chosen({ expr, from, to, step, wish = 'auto', kept = KEPT }: Asked): string[] {
  const [startMs, endMs, stepMs] = [NOON_MS - lengthMs(from), NOON_MS - lengthMs(to), lengthMs(step)];
  const steps = { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 };
  const looks = looksOf(parse(expr), steps, { startMs, endMs, stepMs, lookbackMs: LOOKBACK_MS });
  return chooseTiers(looks, steps, new Holdings(openEnded(kept)), wish).map((choice) => {
    const before = (at: number) => `${(NOON_MS - startMs - at * stepMs) / HOUR_MS}h`;
    const tier = choice.widthMs === 0 ? 'raw' : `${choice.widthMs / MINUTE_MS}m`;
    const notes = `${choice.lacks ? ' lacks' : ''}${choice.makes ? ' makes' : ''}`;
    return `${before(choice.from)}…${before(choice.to - 1)} ${tier} ${choice.quality.class}${notes}`;
  });
}

test.each<[string, Asked, string[]]>([
  ['nothing fits and raw is there', { expr: 'rate(x[5m])', from: '1h', to: '0h', step: '15s' }, ['1h…0h raw exact']],
  [
    'the coarsest that fits, raw after what is rolled up',
    { expr: 'rate(x[1h])', from: '48h', to: '0h', step: '1h' },
    ['48h…2h 60m exact', '1h…0h raw exact'],
  ],
  ['by the range, not by the step', { expr: 'rate(x[5m])', from: '48h', to: '0h', step: '1h' }, ['48h…2h 5m exact', '1h…0h raw exact']],
  [
    'minutes as far as they are stored, and never such as would have to be made',
    { expr: 'rate(x[5m])', from: '26h', to: '1h', step: '1m' },
    ['26h…2h 1m exact', '1.9833333333333334h…1h raw exact'],
  ],
  ['and by the offset', { expr: 'rate(x[1h] offset 5m)', from: '48h', to: '4h', step: '1h' }, ['48h…4h 5m exact']],
  ['and by the start', { expr: 'rate(x[1h])', from: '2885m', to: '300m', step: '1h' }, ['48.083333333333336h…5.083333333333333h 5m exact']],
  [
    'what one tier has no more the next has',
    { expr: 'rate(x[5m])', from: '144h', to: '0h', step: '1h' },
    ['144h…144h 60m approximate', '143h…2h 5m exact', '1h…0h raw exact'],
  ],
  [
    'a range across the seam is never two tiers: its last windows are made',
    { expr: 'rate(x[5h])', from: '10h', to: '0h', step: '1h' },
    ['10h…2h 60m exact', '1h…0h 60m exact makes'],
  ],
  ['the same where raw has no longer all of it', { expr: 'increase(x[7d])', from: '0h', to: '0h', step: '1h' }, ['0h…0h 60m exact makes']],
  ['a bounded answer only beyond raw', { expr: 'quantile_over_time(0.9, x[1h])', from: '12h', to: '4h', step: '1h' }, ['12h…4h raw exact']],
  [
    'and then at all steps that it has',
    { expr: 'quantile_over_time(0.9, x[1h])', from: '48h', to: '0h', step: '1h' },
    ['48h…2h 60m bounded', '1h…0h raw exact'],
  ],
  [
    'no sketches in minutes',
    { expr: 'quantile_over_time(0.9, x[1m])', from: '48h', to: '20h', step: '1m' },
    ['48h…24h 5m approximate', '23.983333333333334h…20h raw exact'],
  ],
  [
    'what does not fit is made of the finest that is there, once raw is gone',
    { expr: 'rate(x[90s])', from: '96h', to: '12h', step: '12h' },
    ['96h…72h 5m approximate', '60h…24h 1m approximate', '12h…12h raw exact'],
  ],
  ['approximate ones too', { expr: 'deriv(x[1h])', from: '48h', to: '12h', step: '12h' }, ['48h…24h 1m approximate', '12h…12h raw exact']],
  [
    'what needs each sample has no answer',
    { expr: 'double_exponential_smoothing(x[1h], 0.5, 0.5)', from: '48h', to: '12h', step: '12h' },
    ['48h…24h raw impossible lacks', '12h…12h raw exact'],
  ],
  ['one for all parts', { expr: 'rate(x[1h]) / rate(y[5m])', from: '48h', to: '4h', step: '1h' }, ['48h…4h 5m exact']],
  ['a pinned part too', { expr: 'rate(x[1h]) / rate(y[1h] @ 300)', from: '48h', to: '4h', step: '1h' }, ['48h…4h 60m approximate']],
  [
    'a subquery by its own steps',
    { expr: 'max_over_time(rate(x[5m])[1h:5m])', from: '2885m', to: '300m', step: '7m' },
    ['48.083333333333336h…5.033333333333333h 5m exact'],
  ],
  ['a selector at ends of windows', { expr: 'x', from: '240h', to: '4h', step: '1h' }, ['240h…4h 60m exact']],
  ['days', { expr: 'max_over_time(x[1d])', from: '252h', to: '12h', step: '1d' }, ['252h…12h 1440m exact']],
  ['no samples are looked at', { expr: 'time()', from: '240h', to: '0h', step: '1h' }, ['240h…0h raw exact']],
  [
    'raw by force',
    { expr: 'rate(x[1h])', from: '48h', to: '12h', step: '12h', wish: 0 },
    ['48h…24h raw impossible lacks', '12h…12h raw exact'],
  ],
  ['a tier by force', { expr: 'rate(x[90s])', from: '1h', to: '0h', step: '1m', wish: MINUTE_MS }, ['1h…0h 1m approximate makes']],
  [
    'a tier by force, with a hole in it',
    {
      expr: 'rate(x[1h])',
      ...{ from: '48h', to: '44h', step: '1h', wish: HOUR_MS },
      kept: [
        {
          widthMs: HOUR_MS,
          ranges: [
            { fromMs: 0, toMs: NOON_MS - 47 * HOUR_MS },
            { fromMs: NOON_MS - 45 * HOUR_MS, toMs: NOON_MS },
          ],
        },
      ],
    },
    ['48h…47h 60m exact', '46h…45h raw impossible lacks', '44h…44h 60m exact'],
  ],
])('%s', (_, asked, expected) => {
  expect(chosen(asked)).toEqual(expected);
});

test('who has raw samples only is asked for them whatever is gone', () => {
  const kept = [{ widthMs: 0, ranges: [{ fromMs: NOON_MS - DAY_MS, toMs: NOON_MS }] }];
  expect(chosen({ expr: 'rate(x[2d])', from: '48h', to: '0h', step: '1h', kept })).toEqual(['48h…0h raw exact']);
});

test('raw samples that begin with the windows that were made of them are all that there ever was', () => {
  const kept = [0, MINUTE_MS, HOUR_MS].map((widthMs) => ({ widthMs, ranges: [{ fromMs: 9 * DAY_MS, toMs: NOON_MS }] }));
  expect(chosen({ expr: 'irate(x[1h])', from: '96h', to: '0h', step: '12h', kept })).toEqual(['96h…0h raw exact']);
});
