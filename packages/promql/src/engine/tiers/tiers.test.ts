import { type Prng, prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { QueryBudget, type Tiers } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { MemoryQueryable } from '../../testing/memory-queryable.ts';
import { rolledQueryable } from '../../testing/rolled-queryable.ts';
import { type Agreed, askBoth, DAY_MS, randomSamples, tableOf, WIDTHS_MS } from '../../testing/tier-agreement.ts';
import { evaluateInstant } from '../evaluate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Of 40 queries each; more by the environment. */
const SEEDS = Number(process.env.SEEDS ?? 8);

const budget = () => new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, new ManualClock(0));

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

test(
  'across all seams an answer is that of the raw samples: to the bit, or within its error',
  async () => {
    const agreed: Agreed = { exact: 0, bounded: 0, seams: 0, differences: [] };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = prng(seed);
      // Quarters are added without rounding, tenths are not.
      const unit = random.pick([1, 4, 10]);
      const raw = tableOf(randomSamples(random, unit, [37_000, 60_000, 5 * MINUTE_MS], 0));
      for (let i = 0; i < 40; i++) {
        const rolled = rolledQueryable(raw, randomCovers(random));
        await askBoth({ rolled: { queryable: rolled }, raw, baseMs: 0, isRounded: unit === 10 }, random, agreed);
      }
      expect(agreed.differences, `seed ${seed}`).toEqual([]);
    }
    expect(agreed.exact).toBeGreaterThan(400 * SEEDS);
    expect(agreed.bounded).toBeGreaterThan(20 * SEEDS);
    expect(agreed.seams).toBeGreaterThan(8 * SEEDS);
  },
  60_000 * SEEDS,
);

/** At 1 minute from the first to the fourth day: a counter, and a gauge of few values; raw samples for the last day, hours and days before. */
function smallTable() {
  const table = new MemoryQueryable();
  for (let minute = 1; minute <= 4 * 1440; minute++) {
    table.append(Labels.from({ __name__: 'x_total', is: 'counter' }), minute * MINUTE_MS, minute);
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
      warnings: [
        'PromQL warning: 1 series are left out: their windows of 1h do not keep what it needs, and not all raw samples are there any more (1:1)',
      ],
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
      warnings: [
        'PromQL warning: partly made of windows of 1h, without a known error: they do not fit, and not all raw samples are there any more (1:1)',
      ],
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
        'PromQL warning: raw samples, which it needs, are not all there any more for some of the times that were asked for: there are no points there (1:1)',
      ],
    },
  ],
])('%s', async (_, text, atHours, expected) => {
  expect(await ask(text, atHours)).toMatchObject(expected);
});

test('raw samples answer for those series whose windows do not, and for no others', async () => {
  const { values, ...stretch } = await ask('changes({__name__=~"x_total|y"}[1h])', 90);
  expect(values.sort()).toEqual([59, 59]);
  expect(stretch).toMatchObject({ ...FROM_HOURS, seriesFromRaw: 1, warnings: [] });
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
