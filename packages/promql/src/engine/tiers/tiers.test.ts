import { type Prng, prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { QueryBudget, type Tiers } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { MemoryQueryable } from '../../testing/memory-queryable.ts';
import { rolledQueryable } from '../../testing/rolled-queryable.ts';
import { evaluateInstant, evaluateRange } from '../evaluate.ts';
import type { QueryOutcome, Stretch } from '../value.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WIDTHS_MS = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS];

/** Of 40 queries each; more by the environment. */
const SEEDS = Number(process.env.SEEDS ?? 16);

const budget = () => new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, new ManualClock(0));

/** Four days: counters with resets, whole and rounded gauges, with gaps, stale markers, NaN, and series that begin late or end early. */
function randomTable(random: Prng, unit: number): MemoryQueryable {
  const table = new MemoryQueryable();
  for (let i = 0; i < 6; i++) {
    const isCounter = i < 3;
    const labels = Labels.from({ __name__: isCounter ? 'x_total' : 'y', i: String(i), parity: i % 2 === 0 ? 'even' : 'odd' });
    const intervalMs = random.pick([37_000, 60_000, 5 * MINUTE_MS]);
    let value = 0;
    const endMs = random.chance(0.3) ? random.int(0, 4 * DAY_MS) : 4 * DAY_MS;
    for (let timeMs = random.chance(0.3) ? random.int(0, DAY_MS) : random.int(0, intervalMs); timeMs < endMs; timeMs += intervalMs) {
      if (random.chance(0.05)) continue;
      const at = random.chance(0.1) ? Math.round(timeMs / MINUTE_MS) * MINUTE_MS : timeMs + random.int(-200, 200);
      if (isCounter) value = random.chance(0.001) ? random.int(0, 3) : value + random.int(0, 20);
      else if (value === 0 || random.chance(0.7)) value = random.int(1, 1000) * (i === 5 ? -1 : 1);
      if (random.chance(0.01)) table.append(labels, at, 'stale');
      else table.append(labels, at, !isCounter && i === 5 && random.chance(0.002) ? Number.NaN : value / unit);
      if (random.chance(0.002)) timeMs += random.int(0, 5 * HOUR_MS);
    }
  }
  return table;
}

/** As upkeep and retention leave it: coarser tiers go further back, and end earlier. */
function randomCovers(random: Prng): Tiers[] {
  const nowMs = 4 * DAY_MS;
  const seamsMs = [1, 2, 3, 4].map(() => random.int(0, 20) * 2 * HOUR_MS).sort((a, b) => a - b);
  const endsMs = [2, 2, 3, 24].map((hours) => Math.floor((nowMs - hours * HOUR_MS) / DAY_MS) * DAY_MS);
  const tiers = WIDTHS_MS.map((widthMs, i) => {
    const fromMs = i === 3 ? Number.NEGATIVE_INFINITY : Math.floor(seamsMs[3 - i] / widthMs) * widthMs;
    const toMs = i === 3 ? endsMs[3] : Math.floor((nowMs - random.int(2, 8) * HOUR_MS) / widthMs) * widthMs;
    return { widthMs, ranges: [{ fromMs, toMs }] };
  });
  return [{ widthMs: 0, ranges: [{ fromMs: nowMs - random.int(20, 40) * HOUR_MS, toMs: nowMs }] }, ...tiers];
}

const EXACT = [
  ...['rate', 'increase', 'delta', 'resets', 'changes'],
  ...['count', 'min', 'max', 'sum', 'avg', 'first', 'last', 'present', 'absent', 'ts_of_first', 'ts_of_last'].map(
    (name) => `${name}_over_time`,
  ),
];
const BOUNDED = ['quantile_over_time', 'stddev_over_time', 'stdvar_over_time'];

/** A function of a selector, aligned to `widthMs`; or that selector's newest samples; or what is made of several. */
function randomQuery(random: Prng, widthMs: number): string {
  const times = (ms: number) => `${ms / 1000}s`;
  const name = random.pick(['x_total', 'y', 'y{parity="odd"}', '{i=~"1|4"}']);
  const offset = random.chance(0.2) ? ` offset ${times(random.int(-3, 5) * widthMs)}`.replace('offset -', 'offset -') : '';
  const pin = random.chance(0.1) ? ` @ ${(random.int(1, Math.floor((4 * DAY_MS) / widthMs)) * widthMs) / 1000}` : '';
  const range = times(random.pick([1, 1, 2, 3, 12]) * widthMs);
  const call = (what: string) => {
    const parameter = what === 'quantile_over_time' ? `${random.pick([0, 0.1, 0.5, 0.95, 0.99, 1])}, ` : '';
    return `${what}(${parameter}${name}[${range}]${pin}${offset})`;
  };
  switch (random.int(0, 9)) {
    case 0:
      return `${name}${pin}${offset}`;
    case 1:
      return `timestamp(${name}${offset})`;
    case 2:
      return `sum by (parity) (${call(random.pick(EXACT))})`;
    case 3:
      return `max_over_time(${call(random.pick(['rate', 'increase', 'max_over_time']))}[${times(4 * widthMs)}:${times(widthMs)}])`;
    case 4:
      return `${call('rate')} / on (i) ${call('count_over_time')}`;
    case 5:
      return call(random.pick(BOUNDED));
    default:
      return call(random.pick(EXACT));
  }
}

interface Point {
  readonly key: string;
  readonly timeMs: number;
  readonly value: number;
}

function pointsOf({ value }: QueryOutcome): Point[] {
  if (value.kind !== 'matrix') return [];
  return value.series.flatMap(({ labels, times, values }) =>
    Array.from(times, (timeMs, i) => ({ key: `${labels} ${timeMs}`, timeMs, value: values[i] })),
  );
}

function stretchAt(stretches: readonly Stretch[], timeMs: number): Stretch {
  const found = stretches.find(({ fromMs, toMs }) => fromMs <= timeMs && timeMs <= toMs);
  if (found === undefined) throw new Error(`no stretch at ${timeMs}`);
  return found;
}

test('across all seams an answer is that of the raw samples: to the bit, or within its error', async () => {
  const counted = { exact: 0, bounded: 0, seams: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = prng(seed);
    // Quarters are added without rounding, tenths are not.
    const unit = random.pick([1, 4, 10]);
    const table = randomTable(random, unit);
    for (let i = 0; i < 40; i++) {
      const kept = randomCovers(random);
      const queryable = rolledQueryable(table, kept);
      const widthMs = random.pick(WIDTHS_MS.slice(1));
      const text = randomQuery(random, widthMs);
      const count = Math.min(random.int(1, 60), Math.floor((3 * DAY_MS) / widthMs));
      const stepMs = widthMs * random.int(1, Math.max(1, Math.floor((3.5 * DAY_MS) / widthMs / count)));
      const startMs = random.int(0, 2) * widthMs + DAY_MS / 2 - ((DAY_MS / 2) % widthMs);
      const request = { expr: parse(text), text, tenant: 'default', startMs, endMs: startMs + (count - 1) * stepMs, stepMs };
      const rolled = await evaluateRange({ ...request, queryable, budget: budget() });
      const raw = pointsOf(await evaluateRange({ ...request, queryable: table, budget: budget() }));
      const name = `seed ${seed}: ${text} from ${startMs} each ${stepMs}`;
      counted.seams += rolled.stretches.length - 1;
      const isTold = (timeMs: number) => ['exact', 'bounded'].includes(stretchAt(rolled.stretches, timeMs).class);
      const found = new Map(pointsOf(rolled).map(({ key, value }) => [key, value]));
      for (const { key, timeMs, value } of raw.filter((point) => isTold(point.timeMs))) {
        const { class: how, error } = stretchAt(rolled.stretches, timeMs);
        const answer = found.get(key);
        found.delete(key);
        if (how === 'exact') {
          counted.exact++;
          if (unit === 10 ? !isNear(answer, value) : !Object.is(answer, value)) expect(`${key}: ${answer}`, name).toBe(`${key}: ${value}`);
        } else if (answer === undefined || !(Math.abs(answer - value) <= (error as number) * Math.abs(value) + 1e-9)) {
          expect(`${key}: ${answer}`, name).toBe(`${key}: ${value}`);
        } else counted.bounded++;
      }
      for (const key of found.keys()) if (isTold(Number(key.slice(key.lastIndexOf(' '))))) expect(key, name).toBe('not there');
    }
  }
  expect(counted.exact).toBeGreaterThan(10_000);
  expect(counted.bounded).toBeGreaterThan(500);
  expect(counted.seams).toBeGreaterThan(200);
});

function isNear(a: number | undefined, b: number): boolean {
  return Object.is(a, b) || (a !== undefined && Math.abs(a - b) <= 1e-10 * Math.max(1, Math.abs(b)));
}

/** At 1 minute from the first to the fourth day: a counter, and a gauge of few values; raw samples for the last day, hours and days before. */
function smallTable() {
  const table = new MemoryQueryable();
  for (let minute = 1; minute <= 4 * 1440; minute++) {
    table.append(Labels.from({ __name__: 'x_total' }), minute * MINUTE_MS, minute);
    table.append(Labels.from({ __name__: 'y' }), minute * MINUTE_MS, minute % 10);
  }
  return rolledQueryable(table, [
    { widthMs: 0, ranges: [{ fromMs: 3 * DAY_MS, toMs: 4 * DAY_MS }] },
    { widthMs: HOUR_MS, ranges: [{ fromMs: 0, toMs: 4 * DAY_MS - 2 * HOUR_MS }] },
  ]);
}

async function ask(text: string, atHours: number, resolution?: number) {
  const request = { expr: parse(text), text, tenant: 'default', queryable: smallTable(), budget: budget(), resolution };
  const { value, annotations, stretches } = await evaluateInstant({ ...request, atMs: atHours * HOUR_MS });
  const values = value.kind === 'vector' ? value.samples.map((sample) => sample.value) : [];
  return { values, warnings: annotations.warnings, ...stretches[0] };
}

const FROM_RAW = { resolutionMs: 0, class: 'exact', error: 0 };
const FROM_HOURS = { resolutionMs: HOUR_MS, class: 'exact', error: 0 };

test.each([
  ['what raw samples hold is asked of them', 'irate(x_total[1h])', 90, { values: [1 / 60], warnings: [], ...FROM_RAW }],
  ['windows that fit answer exactly', 'increase(x_total[1h])', 90, { values: [60], warnings: [], ...FROM_HOURS }],
  ['also those that nobody has stored yet', 'sum_over_time(y[4d])', 96, { values: [4 * 1440 * 4.5], warnings: [], ...FROM_HOURS }],
  ['a list of values is exact', 'quantile_over_time(0.5, y[1h])', 24, { values: [4.5], class: 'bounded', resolutionMs: HOUR_MS }],
  ['what counters do not keep raw samples have', 'changes(x_total[1h])', 90, { values: [59], warnings: [], ...FROM_RAW }],
  [
    'and when these are gone, nothing has',
    'changes(x_total[1h])',
    24,
    {
      ...{ values: [], class: 'approximate' },
      warnings: ['PromQL warning: 1 series are left out: their windows of 1h do not keep what it needs, and raw samples are gone (1:1)'],
    },
  ],
  [
    'the sum of a counter is known to lie between bounds',
    'sum_over_time(x_total[1h])',
    24,
    {
      values: [60 * (23 * 60 + 30.5)],
      class: 'approximate',
      warnings: ['PromQL warning: 1 series are answered without a known error: their windows of 1h keep bounds only (1:1)'],
    },
  ],
  [
    'windows that do not fit are the nearest before',
    'rate(x_total[50m])',
    24.5,
    {
      ...{ values: [1 / 60], class: 'approximate', error: null, resolutionMs: HOUR_MS },
      warnings: ['PromQL warning: partly made of windows of 1h, without a known error: they do not fit, and raw samples are gone (1:1)'],
    },
  ],
  ['what grows with the range is scaled to it', 'count_over_time(y[90m])', 24.25, { values: [90], class: 'approximate' }],
  ['a rate of the last samples is that of the last windows', 'irate(x_total[2h])', 24, { values: [1 / 60], class: 'approximate' }],
  [
    'what needs every sample says so',
    'holt_winters(y[1h], 0.5, 0.5)',
    24,
    {
      ...{ values: [], class: 'impossible' },
      warnings: [
        'PromQL warning: raw samples, which it needs, are gone for some of the times that were asked for: there are no points there (1:1)',
      ],
    },
  ],
])('%s', async (_, text, atHours, expected) => {
  expect(await ask(text, atHours)).toMatchObject(expected);
});

test('a resolution that is asked for answers alone', async () => {
  expect(await ask('increase(x_total[1h])', 90, 0)).toMatchObject({ values: [60], ...FROM_RAW });
  expect(await ask('increase(x_total[1h])', 96, HOUR_MS)).toMatchObject({ values: [60], ...FROM_HOURS });
  const none = await ask('increase(x_total[1h])', 24, 0);
  expect(none.values).toEqual([]);
  expect(none.warnings).toEqual([
    'PromQL warning: raw samples cannot answer it at all times that were asked for: there are no points there (1:1)',
  ]);
});
