/**
 * What is rolled up, beside the same asked of PostgreSQL about the raw samples: counters that begin anew at and around the seams of windows,
 * gauges, series of a second to a minute, gaps, stale markers, samples that came hours late.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Prng, prng, systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { startEmbeddedPostgres } from '@tidemark/db/embedded';
import { evaluateRange, parse } from '@tidemark/promql';
import { DEFAULT_LIMITS, type Engine, openEngine, QueryBudget, tieredRetention } from '@tidemark/tsdb';
import { isStaleAt, Labels, Matcher, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 3;
/** The first of January 2025. */
const BEGAN_MS = 20_089 * DAY_MS;
const UPKEEP_MS = 10 * MINUTE_MS;

interface Scraped {
  readonly labels: Labels;
  readonly intervalMs: number;
  readonly isCounter: boolean;
  readonly sign: number;
}

const SERIES = (
  [
    ['fast_total', 5_000],
    ['steady_total', 15_000],
    ['slow_total', 60_000],
    ['fast', 10_000],
    ['steady', 15_000],
    ['slow', 60_000],
    ['below', 30_000, -1],
  ] as const
).map(([name, intervalMs, sign = 1]): Scraped => {
  const isCounter = name.endsWith('_total');
  return { labels: Labels.from({ __name__: isCounter ? 'x_total' : 'y', series: name }), intervalMs, isCounter, sign };
});

interface Sent {
  readonly series: number;
  readonly timeMs: number;
  readonly value: number | 'stale';
}

/** By the round of upkeep before which they arrive. */
function randomSamples(random: Prng): Sent[][] {
  const rounds = Array.from({ length: (DAYS * DAY_MS) / UPKEEP_MS }, (): Sent[] => []);
  for (const [series, { intervalMs, isCounter, sign }] of SERIES.entries()) {
    let value = isCounter ? 0 : 100;
    let isAtSeams = false;
    for (let at = random.int(0, 1) * intervalMs; at < DAYS * DAY_MS; at += intervalMs) {
      if (at % (6 * HOUR_MS) < intervalMs) isAtSeams = random.chance(0.5); // To the millisecond, or around them.
      if (random.chance(0.03)) continue;
      if (random.chance(0.0005)) at += random.int(1, 40) * 5 * MINUTE_MS;
      const timeMs = BEGAN_MS + at + (isAtSeams ? 0 : random.int(0, intervalMs / 5));
      const isSeam = at % (5 * MINUTE_MS) < intervalMs && random.chance(0.05);
      if (isCounter) value = isSeam || random.chance(0.0005) ? random.int(0, 2) : value + random.int(0, 30);
      else if (random.chance(0.8)) value = (sign * random.int(10, 9_999)) / 10;
      const round = Math.floor((timeMs - BEGAN_MS) / UPKEEP_MS) + (random.chance(0.01) ? random.int(0, 30) : 0);
      if (round < rounds.length) rounds[round].push({ series, timeMs, value: random.chance(0.005) ? 'stale' : value });
    }
  }
  return rounds;
}

let dir: string;
let engine: Engine;
let clock: ManualClock;
let postgres: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
let client: pg.Client;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-sql-'));
  postgres = await startEmbeddedPostgres({ dir: join(dir, 'postgres'), onLog: () => {}, durable: false });
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  clock = new ManualClock(BEGAN_MS);
  const retention = { ...tieredRetention(), ages: {} };
  engine = await openEngine({ dir: join(dir, 'engine'), clock, limits: { ...DEFAULT_LIMITS, rollups: true, retention } });
  const table = NamedSeries.of(SERIES.map(({ labels }) => labels));
  for (const [offset, round] of randomSamples(prng(7)).entries()) {
    clock.advance(UPKEEP_MS);
    const groups = round.map(({ series, timeMs, value }) => {
      const values = Float64Array.of(value === 'stale' ? 0 : value);
      if (value === 'stale') writeStaleAt(values, 0);
      return { timeMs, numbers: Uint32Array.of(series), values };
    });
    engine.append({ tenant: 'default', acceptedAtMs: clock.now(), table, groups, metadata: [] }, { offset, epochOffset: 0 });
    if (offset % 6 === 5) await engine.maintain(clock.now(), new AbortController().signal);
  }
  await exportSamples();
}, 120_000);

afterAll(async () => {
  await engine?.drain();
  await client?.end();
  await postgres?.stop();
  await rm(dir, { recursive: true, force: true });
}, 60_000);

const budget = () => new QueryBudget({ deadlineMs: 600_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);

async function exportSamples(): Promise<void> {
  await client.query('CREATE TABLE sample (series text, at_ms bigint, value double precision)');
  const matchers = [new Matcher('series', '!=', '')];
  for (const { labels, samples } of await engine.select({ tenant: 'default', matchers, range: { fromMs: 0, toMs: 1e15 } }, budget())) {
    const rows = Array.from(samples.times, (at, i) => ({ at, value: samples.values[i], isStale: isStaleAt(samples.values, i) }));
    const numbers = rows.filter(({ isStale }) => !isStale);
    expect(numbers.length).toBeGreaterThan(3_000);
    expect(numbers.length).toBeLessThan(rows.length);
    await client.query('INSERT INTO sample SELECT $1, * FROM unnest($2::bigint[], $3::double precision[])', [
      labels.get('series'),
      numbers.map(({ at }) => at),
      numbers.map(({ value }) => value),
    ]);
  }
  await client.query('CREATE INDEX ON sample (series, at_ms)');
}

/**
 * One row for each series and range (end - range, end], at all ends. Sums are those of the decimals, rounded once; what a counter grew by is
 * stretched as Prometheus does it.
 */
const ASKED = `
  WITH own AS (
    SELECT series, end_ms, at_ms, value, lag(value) OVER (PARTITION BY series, end_ms ORDER BY at_ms) AS before
    FROM generate_series($1::bigint, $2::bigint, $3::bigint) AS end_ms
    JOIN sample ON at_ms > end_ms - $4::bigint AND at_ms <= end_ms
  ), folded AS (
    SELECT series, end_ms, count(*)::float8 AS count, sum(value::numeric)::float8 AS sum, min(value), max(value),
      min(at_ms)::float8 AS first_ms, max(at_ms)::float8 AS last_ms,
      (array_agg(value ORDER BY at_ms))[1] AS first, (array_agg(value ORDER BY at_ms DESC))[1] AS last,
      count(*) FILTER (WHERE value < before)::float8 AS resets,
      count(*) FILTER (WHERE value <> before)::float8 AS changes,
      coalesce(sum(before) FILTER (WHERE value < before), 0) AS lost,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS p50,
      percentile_cont(0.95) WITHIN GROUP (ORDER BY value) AS p95,
      percentile_cont(0.99) WITHIN GROUP (ORDER BY value) AS p99
    FROM own GROUP BY series, end_ms
  ), grown AS (
    SELECT *, last - first + lost AS grown, (last_ms - first_ms) / 1000 AS sampled,
      (first_ms - (end_ms - $4::bigint)) / 1000 AS to_start, (end_ms - last_ms) / 1000 AS to_end
    FROM folded
  ), stretched AS (
    SELECT *,
      CASE WHEN to_start >= 1.1 * (sampled / (count - 1)) THEN sampled / (count - 1) / 2 ELSE to_start END AS near_start,
      CASE WHEN to_end >= 1.1 * (sampled / (count - 1)) THEN sampled / (count - 1) / 2 ELSE to_end END AS near_end
    FROM grown WHERE count > 1
  )
  SELECT folded.*, folded.sum / folded.count AS avg,
    stretched.grown * ((stretched.sampled +
      CASE WHEN stretched.grown > 0 AND stretched.first >= 0
        THEN least(stretched.near_start, stretched.sampled * (stretched.first / stretched.grown)) ELSE stretched.near_start END
      + stretched.near_end) / stretched.sampled) AS increase
  FROM folded LEFT JOIN stretched USING (series, end_ms) ORDER BY series, end_ms`;

type Column = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'first' | 'last' | 'increase' | 'resets' | 'changes' | 'p50' | 'p95' | 'p99';
type Row = Record<Column, number | null> & { readonly series: string; readonly end_ms: string };

const OVER_TIME: readonly Column[] = ['count', 'min', 'max', 'first', 'last'];
const OF_COUNTERS: readonly Column[] = [...OVER_TIME, 'increase', 'resets'];
const OF_GAUGES: readonly Column[] = [...OVER_TIME, 'sum', 'avg', 'changes'];
const PERCENTILES: readonly Column[] = ['p50', 'p95', 'p99'];

function queryOf(column: Column, name: string, rangeMs: number): string {
  const selector = `${name}[${rangeMs / 1000}s]`;
  if (PERCENTILES.includes(column)) return `quantile_over_time(0.${column.slice(1)}, ${selector})`;
  return ['increase', 'resets', 'changes'].includes(column) ? `${column}(${selector})` : `${column}_over_time(${selector})`;
}

/** Widths, and the greatest error of quantiles. Minutes have none. */
const TIERS = [
  { name: '1m', widthMs: MINUTE_MS, error: null },
  { name: '5m', widthMs: 5 * MINUTE_MS, error: 0.011 },
  { name: '1h', widthMs: HOUR_MS, error: 0.022 },
  { name: '1d', widthMs: DAY_MS, error: 0.022 },
];

for (const { name, widthMs, error } of TIERS) {
  for (const windows of [1, 3]) {
    test(`${windows} of ${name}: as SQL over the samples says, quantiles within their error`, async () => {
      const rangeMs = windows * widthMs;
      const ends = { startMs: BEGAN_MS, endMs: BEGAN_MS + DAYS * DAY_MS, stepMs: widthMs };
      const { rows } = await client.query<Row>(ASKED, [ends.startMs, ends.endMs, ends.stepMs, rangeMs]);
      let exact = 0;
      let bounded = 0;
      let greatest = 0;
      for (const isCounter of [true, false]) {
        const of = rows.filter(({ series }) => series.endsWith('_total') === isCounter);
        const columns = isCounter ? OF_COUNTERS : error === null ? OF_GAUGES : [...OF_GAUGES, ...PERCENTILES];
        for (const column of columns) {
          const { answers, quality } = await answersOf(queryOf(column, isCounter ? 'x_total' : 'y', rangeMs), ends, widthMs);
          const expected = new Map(of.filter((row) => row[column] !== null).map((row) => [`${row.series} ${row.end_ms}`, row[column]]));
          if (PERCENTILES.includes(column)) {
            expect(quality).toBe('bounded');
            expect([...answers.keys()].sort()).toEqual([...expected.keys()].sort());
            for (const [key, value] of expected as Map<string, number>) {
              const off = Math.abs((answers.get(key) as number) - value) / Math.abs(value);
              greatest = Math.max(greatest, off);
              bounded++;
            }
          } else {
            expect(quality).toBe('exact');
            // Each window's sum is rounded once; of several, so is what they add up to.
            const share = windows > 1 && ['sum', 'avg'].includes(column) ? 2 * Number.EPSILON : 0;
            expect(differencesOf(answers, expected as Map<string, number>, share), column).toEqual([]);
            exact += expected.size;
          }
        }
      }
      expect(exact).toBeGreaterThan(rows.length * 6);
      if (error !== null) {
        expect(bounded).toBeGreaterThan(rows.length);
        expect(greatest).toBeLessThanOrEqual(error);
      }
    }, 120_000);
  }
}

async function answersOf(text: string, ends: { startMs: number; endMs: number; stepMs: number }, widthMs: number) {
  const asked = { expr: parse(text), text, tenant: 'default', queryable: engine, budget: budget(), resolution: widthMs, ...ends };
  const { value, stretches } = await evaluateRange(asked);
  const answers = new Map<string, number>();
  for (const { labels, times, values } of value.kind === 'matrix' ? value.series : [])
    for (const [i, at] of times.entries()) answers.set(`${labels.get('series')} ${at}`, values[i]);
  expect(stretches.map(({ resolutionMs }) => resolutionMs)).toEqual([widthMs]);
  return { answers, quality: stretches[0].class };
}

function differencesOf(answers: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>, share: number): string[] {
  const keys = [...new Set([...answers.keys(), ...expected.keys()])];
  const differs = (answer = Number.NaN, value = Number.NaN) => answer !== value && !(Math.abs(answer - value) <= share * Math.abs(value));
  return keys
    .filter((key) => differs(answers.get(key), expected.get(key)))
    .map((key) => `${key}: ${answers.get(key)}, SQL ${expected.get(key)}`);
}
