import { prng, systemClock } from '@tidemark/base';
import { QueryBudget, type QueryLimits } from '@tidemark/tsdb';
import { expect, test } from 'vitest';
import type { Expr } from '../syntax/ast.ts';
import { parse } from '../syntax/parser.ts';
import type { MemoryQueryable } from '../testing/memory-queryable.ts';
import { randomVector, WITHOUT_BOUNDS } from '../testing/random-expressions.ts';
import { randomTable, type Sample } from '../testing/random-table.ts';
import { evaluateInstant, evaluateRange } from './evaluate.ts';
import { QueryError } from './query-error.ts';
import type { MatrixSeries } from './value.ts';

/** Pairs that must agree: an instant query at each step with the range query, a plain rescan with the sliding windows. */

const LIMITS: QueryLimits = { deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 };
const budget = () => new QueryBudget(LIMITS, systemClock);

const EXPRESSIONS = [
  'x_total',
  'x_total offset 1m > 20',
  'rate(x_total[1m])',
  'sum by (parity) (rate(x_total[2m]))',
  'x_total + on (i, parity) y',
  'y / on (parity) group_left () sum by (parity) (y)',
  'topk by (parity) (1, y)',
  'bottomk(scalar(count(y)) - 2, y)',
  'quantile(0.3, y)',
  'stddev by (parity) (y)',
  'count_values("v", round(y, 50))',
  'x_total or y',
  'y unless x_total{parity="odd"} > 30',
  'x_total and on (i) (y > 10)',
  'avg_over_time(y[90s:20s] offset 30s)',
  'max_over_time(rate(x_total[1m])[5m:30s])',
  'absent(y{i="1"})',
  'timestamp(y) - time()',
  'predict_linear(y[3m], 60)',
  'label_replace(y, "j", "$1", "i", "(.*)")',
  'clamp(y, 10, scalar(sum(x_total)))',
  '-y',
  'y == bool 5',
  'vector(time()) % 7',
  'y @ 600 - y',
];

const RANGE = { startMs: 60_000, endMs: 1_100_000, stepMs: 37_000 };

/** Every point of an answer by series and time, or the failure. */
async function pointsOfRange(expr: Expr, table: MemoryQueryable, range: typeof RANGE): Promise<Map<string, number> | QueryError> {
  const points = new Map<string, number>();
  try {
    const { value } = await evaluateRange({ expr, tenant: 'default', queryable: table, ...range, budget: budget() });
    for (const { labels, times, values } of value.kind === 'matrix' ? value.series : []) {
      for (const [i, time] of times.entries()) points.set(`${labels} ${time}`, values[i]);
    }
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  return new Map([...points].sort());
}

async function pointsOfInstants(expr: Expr, table: MemoryQueryable, range: typeof RANGE): Promise<Map<string, number> | QueryError> {
  const points = new Map<string, number>();
  for (let atMs = range.startMs; atMs <= range.endMs; atMs += range.stepMs) {
    try {
      const { value } = await evaluateInstant({ expr, tenant: 'default', queryable: table, atMs, budget: budget() });
      for (const sample of value.kind === 'vector' ? value.samples : []) points.set(`${sample.labels} ${atMs}`, sample.value);
    } catch (error) {
      if (error instanceof QueryError) return error;
      throw error;
    }
  }
  return new Map([...points].sort());
}

test.each(EXPRESSIONS)('at each step an instant query answers as the range query does: %s', async (text) => {
  const { table } = randomTable(prng(7));
  const instants = await pointsOfInstants(parse(text), table, RANGE);
  expect(instants).not.toBeInstanceOf(QueryError);
  expect((instants as Map<string, number>).size).toBeGreaterThan(0);
  expect(await pointsOfRange(parse(text), table, RANGE)).toEqual(instants);
});

test('and so with random expressions, which fail in both ways or in none', async () => {
  // A range query runs a subquery between the stretches that its steps see, too: there it may fail alone.
  const random = prng(11);
  const { table } = randomTable(random);
  const range = { startMs: 100_000, endMs: 1_100_000, stepMs: 170_000 };
  for (let i = 0; i < 600; i++) {
    const text = randomVector(random, 3, WITHOUT_BOUNDS);
    const ranged = await pointsOfRange(parse(text), table, range);
    const instants = await pointsOfInstants(parse(text), table, range);
    if (!(ranged instanceof QueryError)) expectNear(instants, ranged, text);
    else if (!text.includes(':')) expect(instants, text).toBeInstanceOf(QueryError);
  }
});

/** What picks series gives them in rising order to an instant query, so that what is added up next may differ in its last bits. */
function expectNear(got: Map<string, number> | QueryError, wanted: Map<string, number>, text: string): void {
  if (got instanceof QueryError) throw new Error(text, { cause: got });
  expect([...got.keys()], text).toEqual([...wanted.keys()]);
  const far = [...wanted].filter(
    ([at, value]) => !(Math.abs(got.get(at)! - value) <= 1e-12 * Math.abs(value) || Object.is(got.get(at), value)),
  );
  expect(far, text).toEqual([]);
}

/** What each function says of the samples of one window, written without any sharing between windows. */
const NAIVE: Record<string, (window: Sample[], startMs: number, endMs: number) => number | undefined> = {
  sum_over_time: (window) => window.reduce((sum, { value }) => sum + value, 0),
  count_over_time: (window) => window.length,
  avg_over_time: (window) => window.reduce((sum, { value }) => sum + value, 0) / window.length,
  min_over_time: (window) => numbers(window, Math.min),
  max_over_time: (window) => numbers(window, Math.max),
  last_over_time: (window) => window.at(-1)?.value,
  changes: (window) => window.slice(1).filter(({ value }, i) => !Object.is(value, window[i].value)).length,
  resets: (window) => window.slice(1).filter(({ value }, i) => value < window[i].value).length,
  rate: (window, startMs, endMs) => naiveRate(window, startMs, endMs),
  irate: (window) => {
    if (window.length < 2) return undefined;
    const [a, b] = window.slice(-2);
    return (b.value < a.value ? b.value : b.value - a.value) / ((b.timeMs - a.timeMs) / 1000);
  },
};

function numbers(window: Sample[], choose: (...values: number[]) => number): number {
  const values = window.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  return values.length === 0 ? Number.NaN : choose(...values);
}

function naiveRate(window: Sample[], startMs: number, endMs: number): number | undefined {
  if (window.length < 2) return undefined;
  const first = window[0];
  const last = window[window.length - 1];
  let growth = last.value - first.value;
  window.slice(1).forEach(({ value }, i) => {
    if (value < window[i].value) growth += window[i].value;
  });
  const sampled = (last.timeMs - first.timeMs) / 1000;
  const average = sampled / (window.length - 1);
  const gap = (seconds: number) => (seconds >= average * 1.1 ? average / 2 : seconds);
  let before = gap((first.timeMs - startMs) / 1000);
  if (growth > 0 && first.value >= 0) before = Math.min(before, (sampled * first.value) / growth);
  const after = gap((endMs - last.timeMs) / 1000);
  return (growth * ((sampled + before + after) / sampled)) / ((endMs - startMs) / 1000);
}

test.each(Object.keys(NAIVE))('%s over sliding windows is what a rescan of each window gives', async (name) => {
  for (let seed = 1; seed <= 5; seed++) {
    const random = prng(seed);
    const { table, samples } = randomTable(random);
    const rangeMs = random.int(1, 300) * 1000;
    const stepMs = random.int(1000, 90_000);
    const metric = name.endsWith('rate') || name === 'resets' ? 'x_total' : 'y';
    const expr = parse(`label_replace(${name}(${metric}[${rangeMs / 1000}s]), "__name__", "${metric}", "", "")`);
    const { value } = await evaluateRange({
      expr,
      tenant: 'default',
      queryable: table,
      startMs: 0,
      endMs: 1_200_000,
      stepMs,
      budget: budget(),
    });
    const got = new Map((value.kind === 'matrix' ? value.series : []).map((series) => [series.labels.key, series]));
    for (const [labels, all] of samples) {
      if (labels.name !== metric) continue;
      expectSame(got.get(labels.key), all, rangeMs, stepMs, NAIVE[name]);
    }
  }
});

function expectSame(got: MatrixSeries | undefined, all: Sample[], rangeMs: number, stepMs: number, naive: (typeof NAIVE)[string]): void {
  const wanted = new Map<number, number>();
  for (let endMs = 0; endMs <= 1_200_000; endMs += stepMs) {
    const window = all.filter(({ timeMs }) => timeMs > endMs - rangeMs && timeMs <= endMs);
    const value = window.length === 0 ? undefined : naive(window, endMs - rangeMs, endMs);
    if (value !== undefined) wanted.set(endMs, value);
  }
  expect([...(got?.times ?? [])]).toEqual([...wanted.keys()]);
  [...wanted.values()].forEach((value, i) => {
    if (Number.isNaN(value)) expect(got?.values[i]).toBeNaN();
    else expect(got?.values[i]).toBeCloseTo(value, 8);
  });
}

test('a query ends when its budget does, and is refused when it makes no sense', async () => {
  const { table } = randomTable(prng(1));
  const few = new QueryBudget({ ...LIMITS, samplesMax: 100 }, systemClock);
  const request = { expr: parse('y[20m]'), tenant: 'default', queryable: table };
  await expect(evaluateInstant({ ...request, atMs: 1_200_000, budget: few })).rejects.toMatchObject({ kind: 'too_many_samples' });
  const subquery = { ...request, expr: parse('sum_over_time(vector(1)[10y:1ms])'), atMs: 1_200_000 };
  await expect(evaluateInstant({ ...subquery, budget: budget() })).rejects.toMatchObject({ kind: 'too_many_samples' });
  const steps = { ...request, expr: parse('1'), startMs: 0, endMs: 1e13, stepMs: 1 };
  await expect(evaluateRange({ ...steps, budget: budget() })).rejects.toMatchObject({ kind: 'too_many_samples' });
  const cells = { ...steps, expr: parse('y @ 600'), endMs: 3e5, budget: new QueryBudget({ ...LIMITS, samplesMax: 1e6 }, systemClock) };
  await expect(evaluateRange(cells)).rejects.toMatchObject({ kind: 'too_many_samples' });
  const gone = new AbortController();
  gone.abort();
  const cancelled = new QueryBudget(LIMITS, systemClock, gone.signal);
  await expect(evaluateInstant({ ...request, expr: parse('sum(y)'), atMs: 600_000, budget: cancelled })).rejects.toMatchObject({
    kind: 'canceled',
  });
  const range = { ...request, startMs: 0, endMs: 1000, stepMs: 1000, budget: budget() };
  await expect(evaluateRange(range)).rejects.toBeInstanceOf(QueryError);
  await expect(evaluateRange({ ...range, expr: parse('y'), stepMs: 0 })).rejects.toMatchObject({ kind: 'bad_data' });
  await expect(evaluateRange({ ...range, expr: parse('y'), endMs: -1 })).rejects.toMatchObject({ kind: 'bad_data' });
});
