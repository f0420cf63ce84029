/**
 * The same samples and the same expressions for Tidemark and for whichever Prometheus is on the path: random expressions of all of the
 * language that it knows, and the queries of its compliance tester. Answers have the same bits but for what is said below.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { type Dialect, randomTable, randomVector, TABLE_MS } from '@tidemark/promql/testing';
import { QueryBudget } from '@tidemark/tsdb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { difference } from '../support/answers.ts';
import { type Both, startBoth } from '../support/both.ts';
import { readComplianceQueries } from '../support/compliance-queries.ts';
import { demoSeries } from '../support/demo-series.ts';
import { dialectOf, prometheusVersion } from '../support/prometheus.ts';
import type { SeriesToSend } from '../support/remote-write.ts';
import { ROOT } from '../support/source-tree.ts';

const version = prometheusVersion();
/** Before, windows had both their ends, sums were plain, and nothing was noted. */
const isOld = version !== null && version[0] < 3;
const HOUR_S = 3600;
/** On the hour, well within what Prometheus keeps in memory. */
const T = (Math.floor(Date.now() / 1000 / HOUR_S) - 2) * HOUR_S;
/** Sums of many series, and of windows, are rounded once here; interpolation and powers are the libraries'. */
const TOLERANCE = isOld ? 1e-9 : 1e-13;
const COUNT = Number(process.env.EXPRESSIONS ?? 300);
const SEED = Number(process.env.SEED ?? 1);
const COMPLIANCE = join(ROOT, '../shared/conformance/promql-test-queries.yml');

describe.skipIf(version === null)(`beside Prometheus ${version?.join('.') ?? '(there is no prometheus on the path)'}`, () => {
  let both: Both;
  let dialect: Dialect;
  beforeAll(async () => {
    both = await startBoth();
    dialect = await dialectOf(both.prometheus, T);
    await both.load([...(await tableSeries()), ...demoSeries(T * 1000, (T + HOUR_S) * 1000)]);
  }, 120_000);
  afterAll(() => both?.stop());

  test.each([
    ['all functions', without([...UNSPECIFIED, ...CHANGED, 'count_values'])],
    ['counted values, which are the same to the last bit', without([...UNSPECIFIED, ...CHANGED, ...ROUNDED])],
  ])(
    'random expressions: %s',
    async (_, narrow) => {
      const random = prng(SEED);
      await agree(
        Array.from({ length: COUNT }, () => randomVector(random, random.int(1, 4), narrow(dialect))).filter((query) => !isStrange(query)),
        () => (random.chance(0.5) ? AT : RANGE),
      );
    },
    120_000,
  );

  test('what ranks first', async () => {
    const random = prng(SEED);
    const functions = ['rate', 'avg_over_time', 'stddev_over_time', 'increase', 'deriv'].filter((name) => !CHANGED.includes(name));
    const queries = Array.from({ length: 60 }, () => {
      const body = `${random.pick(functions)}(${random.pick(['x_total', 'y', 'demo_memory_usage_bytes'])}[${random.pick(['1m', '5m'])}])`;
      return `${random.pick(['topk', 'bottomk'])} ${random.pick(['', 'by (parity) ', 'without (i) '])}(${random.int(1, 4)}, ${body})`;
    });
    await agree(queries, () => random.pick([AT, RANGE]));
  });

  test('dates', async () => {
    const queries = DATES.flatMap((name) => [`${name}()`, `${name}(x_total * 1e7)`, `${name}(-x_total)`, `${name}(vector(time() - 4e7))`]);
    await agree(queries, () => RANGE);
  });

  test('angles', async () => {
    await agree(['sin(x_total)', 'cos(x_total)', 'tan(x_total / 1e3)', 'deg(x_total)', 'abs(x_total atan2 on (i) y)'], () => RANGE);
  });

  test.skipIf(!existsSync(COMPLIANCE))(
    'the queries of the compliance tester',
    async () => {
      const queries = readComplianceQueries(COMPLIANCE);
      expect(queries.length).toBeGreaterThan(500);
      const when = { start: T + 50 * 60 + 3, end: T + 58 * 60 + 3, step: 10 };
      await agree(
        queries.filter(({ shouldFail }) => !shouldFail).map(({ query }) => query),
        () => when,
      );
      // Once fewer names of labels were valid.
      for (const { query } of isOld ? [] : queries.filter(({ shouldFail }) => shouldFail)) {
        const [ours, theirs] = await ask(query, when);
        expect([query, ours.status, ours.error]).toEqual([query, theirs.status, theirs.error]);
      }
    },
    120_000,
  );

  async function agree(queries: readonly string[], when: () => Record<string, number>): Promise<void> {
    const differences: string[] = [];
    for (const query of queries) {
      const [ours, theirs] = await ask(query, when());
      const found = difference(ours, theirs, { values: TOLERANCE, notes: !isOld });
      // Once, what had several matches was not refused where a comparison left one.
      const isRefusedNow = isOld && ours.errorType === 'execution';
      if (found !== null && !isRefusedNow) differences.push(`${query}\n${found}`);
    }
    expect(differences).toEqual([]);
  }

  // biome-ignore lint/suspicious/noExplicitAny: JSON of either.
  async function ask(query: string, when: Record<string, number>): Promise<any[]> {
    const path = 'time' in when ? 'query' : 'query_range';
    const times = Object.fromEntries(Object.entries(when).map(([name, value]) => [name, String(value)]));
    const replies = await both.ask(`/api/v1/${path}`, { method: 'POST', body: new URLSearchParams({ query, ...times }) });
    return Promise.all(replies.map((reply) => reply.json()));
  }
});

const DATES = ['day_of_month', 'day_of_week', 'day_of_year', 'days_in_month', 'hour', 'minute', 'month', 'year'];
/** Which of equals are taken is not promised, and the sine of a large number is its last bits'. Dates of what is no time are whatever the machine makes of it. */
const UNSPECIFIED = ['limitk', 'topk', 'bottomk', 'sin', 'cos', 'tan', ...DATES];
/** What means something else since 3.0. */
const CHANGED = isOld ? ['histogram_fraction', 'rate', 'increase', 'predict_linear', 'stddev', 'stdvar', 'absent_over_time'] : [];
/** What may differ in its last bit. */
const ROUNDED = [
  ...['acos', 'acosh', 'asin', 'asinh', 'atan', 'atanh', 'cos', 'cosh', 'exp', 'ln', 'log10', 'log2', 'sin', 'sinh', 'tan', 'tanh'],
  ...['histogram_quantile', 'histogram_quantiles', 'histogram_fraction'],
];

function without(names: readonly string[]): (dialect: Dialect) => Dialect {
  const rest = (all: readonly string[]) => all.filter((name) => !names.includes(name));
  return (dialect) => ({ ...dialect, functions: rest(dialect.functions), aggregators: rest(dialect.aggregators) });
}

/**
 * Prometheus looks for info metrics at the query's times, however the series are shifted, and finds few; it takes a parameter of the first
 * step for all when what it aggregates is pinned to a time; it says of a subquery of one step that sorting it is in vain; and it kept the
 * metric's name over `atan2` once. The remainder of a power is its last bits.
 */
function isStrange(query: string): boolean {
  if (/@|offset/.test(query) && /info\(|quantile[^(]*\(scalar/.test(query)) return true;
  return /sort.*\[\w+:/.test(query) || /\^.*%/.test(query) || (isOld && query.includes('atan2'));
}

/** Never on a sample of the demo, nor a whole step before one of a subquery: see `isOld`. */
const AT = { time: T + 900 + 7 };
const RANGE = { start: T + 60 + 7, end: T + 1100 + 7, step: 45 };

async function tableSeries(): Promise<SeriesToSend[]> {
  const { table } = randomTable(prng(SEED));
  const budget = new QueryBudget({ deadlineMs: 1e6, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
  const range = { fromMs: -TABLE_MS, toMs: 2 * TABLE_MS };
  return (await table.select({ tenant: 'default', matchers: [], range }, budget)).map(({ labels, samples: { times, values } }) => {
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
    return { labels: labels.toObject(), samples: Array.from(times, (timeMs, i) => ({ timeMs: T * 1000 + placed(timeMs), bits: bits[i] })) };
  });
}

/** On the ends of windows, unless that has another meaning. */
function placed(timeMs: number): number {
  if (isOld) return timeMs % 1000 === 0 ? timeMs + 1 : timeMs;
  return Math.round(timeMs / 5000) * 5000 + 2000;
}
