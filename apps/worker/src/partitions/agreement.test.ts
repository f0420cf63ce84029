import { prng, systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { evaluateInstant, evaluateRange, parse, QueryError, type QueryOutcome } from '@tidemark/promql';
import { randomTable, randomVector, WHOLE_LANGUAGE } from '@tidemark/promql/testing';
import { QueryBudget } from '@tidemark/tsdb';
import { METRIC_NAME, type NativeHistogram } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FedSample } from '../testing/feed.ts';
import { startThreadedWorld, type ThreadedWorld } from '../testing/threaded-world.ts';
import type { GroupClient } from './group-client.ts';

/** Pairs that must agree: 1, 2 and 7 partitions, in threads of their own. Whatever is asked, the answers have the same bits. */

const T = Math.floor(Date.now() / 1000) * 1000 - 1_200_000;
const worlds: ThreadedWorld[] = [];

beforeAll(async () => {
  const rounds = roundsOf(randomSamples());
  for (const partitions of [1, 2, 7]) worlds.push(await startThreadedWorld(partitions, 3, rounds));
}, 60_000);

afterAll(async () => {
  for (const world of worlds) await world.close();
});

const HISTOGRAM: NativeHistogram = {
  schema: 0,
  bounds: [],
  zeroThreshold: 0.01,
  zeroCount: 1,
  count: 4,
  sum: 9,
  positive: new Map([[2, 3]]),
  negative: new Map(),
  hint: 'unknown',
};

/** The table that promql's own tests use, four times over, with values at the edges. */
function randomSamples(): FedSample[] {
  const random = prng(5);
  const odd = [-0, 0, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 5e-324, -1e308, 'stale', HISTOGRAM] as const;
  return [0, 1, 2, 3].flatMap((copy) =>
    [...randomTable(prng(copy)).samples].flatMap(([labels, samples]) =>
      samples.map(({ timeMs, value }) => ({
        labels: { ...labels.toObject(), copy: String(copy) },
        atMs: T + timeMs,
        value: labels.get(METRIC_NAME) === 'y' && random.chance(0.1) ? random.pick(odd) : value,
      })),
    ),
  );
}

/** A sample of each series in every round, in the order of times. */
function roundsOf(samples: readonly FedSample[]): FedSample[][] {
  const bySeries = Map.groupBy(samples, ({ labels }) => JSON.stringify(labels));
  const longest = Math.max(...Array.from(bySeries.values(), ({ length }) => length));
  return Array.from({ length: longest }, (_, i) => [...bySeries.values()].flatMap((series) => series.slice(i, i + 1)));
}

function budget(signal?: AbortSignal): QueryBudget {
  return new QueryBudget({ deadlineMs: 30_000, samplesMax: 1e8, seriesMax: 1e6 }, systemClock, signal);
}

async function answer({ partitions }: ThreadedWorld, text: string, kind: 'range' | 'instant'): Promise<QueryOutcome | string> {
  const { queryable, leaves } = partitions;
  const request = { expr: parse(text), text, tenant: 'default', queryable, leaves, budget: budget() };
  try {
    if (kind === 'instant') return await evaluateInstant({ ...request, atMs: T + 900_000 });
    return await evaluateRange({ ...request, startMs: T + 60_000, endMs: T + 1_100_000, stepMs: 97_000 });
  } catch (error) {
    if (error instanceof QueryError) return `failed: ${error.message}`;
    throw error;
  }
}

test('partitions are spread over the threads', () => {
  const spread = worlds.map(({ groups }) => groups.map((group) => group.partitions.map(({ partition }) => partition)));
  expect(spread).toEqual([
    [[0]],
    [[0], [1]],
    [
      [0, 3, 6],
      [1, 4],
      [2, 5],
    ],
  ]);
});

test('random expressions', async () => {
  const random = prng(31);
  let answered = 0;
  for (let i = 0; i < 200; i++) {
    const text = randomVector(random, random.int(1, 4), { ...WHOLE_LANGUAGE, startS: T / 1000 });
    const kind = random.pick(['range', 'instant'] as const);
    const [one, two, seven] = await Promise.all(worlds.map((world) => answer(world, text, kind)));
    expect(two, text).toEqual(one);
    expect(seven, text).toEqual(one);
    if (typeof one !== 'string') answered++;
  }
  expect(answered).toBeGreaterThan(100);
}, 60_000);

test.each([
  'sum(x_total)',
  'sum by (parity) (rate(x_total[2m]))',
  'avg(y)',
  'stddev(y)',
  'min by (i) (y)',
  'max(y)',
  'topk(3, rate(x_total[1m]))',
  'quantile(0.9, y)',
  'count_values("v", y)',
  'absent_over_time(x_total{i="9"}[5m])',
  'max_over_time(rate(x_total[1m])[5m:30s])',
  'rate({__name__=~"x_total|y", i="1"}[2m])',
  'label_replace(y, "j", "$1", "i", "(.*)")',
  'x_total / on (i, copy) y',
])('%s', async (text) => {
  const [one, two, seven] = await Promise.all(worlds.map((world) => answer(world, text, 'range')));
  expect(typeof one === 'string' ? one : '').not.toMatch(/^failed: (?!vector cannot)/);
  expect(two).toEqual(one);
  expect(seven).toEqual(one);
});

test('samples, labels and series', async () => {
  const range = { fromMs: T, toMs: T + 1_200_000 };
  const [one, two, seven] = await Promise.all(
    worlds.map(async ({ partitions: { queryable } }) => ({
      names: await queryable.labelNames('default', [], range, budget()),
      values: await queryable.labelValues('default', 'copy', [], range, budget()),
      matrix: await evaluateInstant({
        expr: parse('{__name__=~".+"}[20m]'),
        tenant: 'default',
        queryable,
        budget: budget(),
        atMs: T + 1_200_000,
      }),
    })),
  );
  expect(one.names).toEqual([METRIC_NAME, 'copy', 'i', 'instance', 'job', 'le', 'parity', 'revision', 'version']);
  expect(one.values).toEqual(['0', '1', '2', '3']);
  expect(two).toEqual(one);
  expect(seven).toEqual(one);
});

test('a query that is cancelled, or out of its budget, ends in the threads too', async () => {
  const gone = new AbortController();
  const { queryable, leaves } = worlds[2].partitions;
  const heavy = { expr: parse('max_over_time(rate(x_total[1m])[19m:10ms])'), tenant: 'default', queryable, leaves };
  const range = { startMs: T, endMs: T + 1_200_000, stepMs: 50_000 };
  const cancelled = evaluateRange({ ...heavy, ...range, budget: budget(gone.signal) });
  setTimeout(() => gone.abort(), 20);
  await expect(cancelled).rejects.toMatchObject({ kind: 'canceled' });
  const poor = new QueryBudget({ deadlineMs: 30_000, samplesMax: 10_000, seriesMax: 1e6 }, systemClock);
  await expect(evaluateRange({ ...heavy, ...range, budget: poor })).rejects.toMatchObject({ kind: 'too_many_samples' });
  const hasty = new QueryBudget({ deadlineMs: 1, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
  await expect(evaluateRange({ ...heavy, ...range, budget: hasty })).rejects.toMatchObject({ kind: 'timeout' });
  const calls = async (group: GroupClient) =>
    (await group.metrics()).find(({ name }) => name === 'tidemark_worker_thread_calls')?.values[0].value;
  // Following the log, and this question.
  await waitFor(
    'the threads to be idle',
    async () => (await Promise.all(worlds[2].groups.map(calls))).every((count) => count === 2),
    1_000,
  );
});
