import { type Prng, prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { type Queryable, QueryBudget, type SelectedSeries } from '@tidemark/tsdb';
import { newWindowPlan, windowKernel } from '@tidemark/tsdb/kernel';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../syntax/parser.ts';
import { evaluateInstant, evaluateRange } from './evaluate.ts';
import { meanOf, sumOf } from './kahan.ts';
import { KERNEL_STEPS_MIN } from './limits.ts';

const FUNCTIONS = ['rate', 'increase', 'delta', 'irate', 'idelta', 'changes', 'resets'].concat(
  ['sum', 'avg', 'min', 'max', 'count', 'last', 'present', 'stddev', 'stdvar', 'quantile'].map((name) => `${name}_over_time`),
);
const SPECIAL = [
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 53,
];

/** An instant query has one window and goes the plain way, a range query of many steps goes through the kernel. */
test('a range query answers at each step as an instant query does, bit for bit', async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = prng(seed);
    const selected = randomSelection(random);
    const name = random.pick(FUNCTIONS);
    const parameter = name === 'quantile_over_time' ? `${random.pick([0, 0.5, 0.9, 1, 0.37, -1, 2])}, ` : '';
    const expr = parse(`${name}(${parameter}x[${random.pick(['1s', '7s', '30s', '2m'])}])`);
    const stepMs = random.pick([1000, 1500, 15_000]);
    const startMs = random.int(-60_000, 60_000);
    const count = random.int(KERNEL_STEPS_MIN, 40);
    const request = { tenant: 'default', queryable: queryableOf(selected), expr };
    const range = await evaluateRange({ ...request, budget: budget(), startMs, endMs: startMs + (count - 1) * stepMs, stepMs });
    const lines: string[] = [];
    for (let i = 0; i < count; i++) {
      const { value } = await evaluateInstant({ ...request, budget: budget(), atMs: startMs + i * stepMs });
      if (value.kind === 'vector')
        lines.push(...value.samples.map((sample) => line(sample.labels, startMs + i * stepMs, Float64Array.of(sample.value), 0)));
    }
    const series = range.value.kind === 'matrix' ? range.value.series : [];
    const found = series.flatMap(({ labels, times, values }) => Array.from(times, (time, i) => line(labels, time, values, i)));
    expect(found.sort(), `seed ${seed}`).toEqual(lines.sort());
  }
});

/** Windows with so many samples between them are answered some at a time. */
test.each(['avg_over_time(', 'stdvar_over_time(', 'quantile_over_time(0.9, '])('%s of many windows of many samples', async (name) => {
  const random = prng(3);
  const times = Float64Array.from({ length: 1700 }, (_, i) => i * 1000);
  const values = times.map((_, i) => (i === 1100 ? Number.POSITIVE_INFINITY : random.next()));
  const request = {
    tenant: 'default',
    queryable: queryableOf([{ labels: Labels.from({ i: '1' }), samples: { times, values } }]),
    expr: parse(`${name}x[1000s])`),
  };
  const { value } = await evaluateRange({ ...request, budget: budget(), startMs: 1_000_000, endMs: 1_600_000, stepMs: 1000 });
  const found = value.kind === 'matrix' ? value.series[0].values : new Float64Array(0);
  expect(found).toHaveLength(601);
  for (const step of [0, 1, 99, 100, 101, 299, 300, 301, 400, 600]) {
    const one = await evaluateInstant({ ...request, budget: budget(), atMs: 1_000_000 + step * 1000 });
    expect(found[step], `step ${step}`).toBe(one.value.kind === 'vector' ? one.value.samples[0].value : null);
  }
});

/** Sums that windows share are those of each alone, as far apart as values may be. */
test('windows that overlap are added up as each is alone, bit for bit', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = prng(seed);
    const spread = random.int(0, 60);
    const values = Float64Array.from({ length: random.int(20, 300) }, () => {
      const value = (random.next() - random.pick([0, 0.5])) * 2 ** random.int(0, spread);
      return random.chance(0.05) ? random.pick([0, -0]) : value;
    });
    const length = random.int(5, 60);
    const to = Uint32Array.from(values, (_, i) => i + 1);
    const plan = newWindowPlan(values.length);
    plan.to.set(to);
    plan.from.set(to.map((end) => Math.max(0, end - length)));
    for (const [what, plain] of [
      ['sum', sumOf],
      ['mean', meanOf],
    ] as const) {
      windowKernel().answer(what, plan, values);
      expect([...windowKernel().answers], `seed ${seed}, ${what}`).toEqual(Array.from(to, (end, i) => plain(values, plan.from[i], end)));
    }
  }
});

function line(labels: Labels, timeMs: number, values: Float64Array, at: number): string {
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length)[at];
  return `${labels} ${timeMs} ${Number.isNaN(values[at]) ? 'NaN' : bits.toString(16)}`;
}

/** Some series of few targets: those of one target have the same times, some lack a sample. */
function randomSelection(random: Prng): SelectedSeries[] {
  const targets = Array.from({ length: random.int(1, 4) }, () => randomTimes(random));
  return Array.from({ length: random.int(1, 12) }, (_, i) => {
    const shared = random.pick(targets);
    const times = random.chance(0.2) ? shared.filter(() => random.chance(0.9)) : shared;
    return { labels: Labels.from({ __name__: 'x', i: String(i) }), samples: { times, values: randomValues(random, times.length) } };
  });
}

function randomTimes(random: Prng): Float64Array {
  const step = random.pick([100, 1000, 15_000]);
  let time = random.int(-30_000, 30_000);
  return Float64Array.from({ length: random.int(0, 200) }, () => {
    time += random.chance(0.02) ? random.int(1, 60_000) : step + random.int(-step / 10, step / 10);
    return time;
  });
}

function randomValues(random: Prng, length: number): Float64Array {
  const unit = random.pick([1, 10, 7, 1e9]);
  const resets = random.pick([0, 0.01, 0.3]);
  const special = random.pick([0, 0, 0.01, 0.9]);
  let value = random.pick([0, 1e6, -5]);
  return Float64Array.from({ length }, () => {
    value = random.chance(resets) ? random.int(0, 3) / unit : value + random.int(0, 1000) / unit;
    return random.chance(special) ? random.pick(SPECIAL) : value;
  });
}

function queryableOf(all: readonly SelectedSeries[]): Queryable {
  const none = async () => [];
  const select: Queryable['select'] = async ({ range }) =>
    all.flatMap(({ labels, samples }) => {
      const kept = [...samples.times.keys()].filter((i) => samples.times[i] >= range.fromMs && samples.times[i] <= range.toMs);
      const column = (from: Float64Array) => Float64Array.from(kept, (i) => from[i]);
      return kept.length === 0 ? [] : [{ labels, samples: { times: column(samples.times), values: column(samples.values) } }];
    });
  return { select, series: none, labelNames: none, labelValues: none, metadata: none };
}

function budget(): QueryBudget {
  return new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, new ManualClock(0));
}
