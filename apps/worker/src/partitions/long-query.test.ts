import { prng, systemClock } from '@tidemark/base';
import { evaluateInstant, evaluateRange, parse } from '@tidemark/promql';
import { QueryBudget } from '@tidemark/tsdb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startThreadedWorld, type ThreadedWorld } from '../testing/threaded-world.ts';

/**
 * A long query does not hold up what is acknowledged, nor rules. Slices of a few milliseconds make it so; here it is seen from outside,
 * by comparing with and without, in turns. Rules would wait for the whole query otherwise.
 */

const SERIES = 60;
const SAMPLES = 1_500;
const TURNS = 4;
const ROUNDS = 12;
const RULES = Array.from({ length: 50 }, (_, i) => parse(`m_total{n="${i}"} > 0.5`));
const HEAVY = parse('mad_over_time(m_total[20m])');

const endMs = Math.floor(Date.now() / 1000) * 1000;
const sample = (n: number, atMs: number, value: number) => ({ labels: { __name__: 'm_total', n: String(n) }, atMs, value });
let world: ThreadedWorld;

beforeAll(async () => {
  const random = prng(3);
  const history = Array.from({ length: SAMPLES }, (_, second) =>
    Array.from({ length: SERIES }, (_, n) => sample(n, endMs - (SAMPLES - second) * 1000, second * 3 + random.int(0, 3))),
  );
  world = await startThreadedWorld(2, 2, history);
}, 60_000);

afterAll(() => world.close());

const budget = (signal?: AbortSignal) => new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock, signal);

/** Asks the heavy query again and again, and says how often it was done. */
async function queryUntil(signal: AbortSignal): Promise<number> {
  const { queryable, leaves } = world.partitions;
  for (let done = 0; ; done++) {
    const range = { startMs: endMs - 1_200_000, endMs, stepMs: 1_000 };
    const asked = evaluateRange({ expr: HEAVY, tenant: 'default', queryable, leaves, budget: budget(signal), ...range });
    if (!(await asked.then(() => true).catch(() => false))) return done;
  }
}

/** As a tick does: all rules at once. */
async function tick(atMs: number): Promise<void> {
  const { queryable, leavesAhead } = world.partitions;
  await Promise.all(
    RULES.map((expr) => evaluateInstant({ expr, tenant: 'default', queryable, leaves: leavesAhead, budget: budget(), atMs })),
  );
}

async function timed(delays: number[], work: () => Promise<void>): Promise<void> {
  const beganMs = performance.now();
  await work();
  delays.push(performance.now() - beganMs);
}

const median = (delays: number[]) => delays.toSorted((a, b) => a - b)[delays.length >> 1];

test('a long query beside a steady load', async () => {
  const alone = { acknowledged: [] as number[], ticks: [] as number[] };
  const beside = { acknowledged: [] as number[], ticks: [] as number[] };
  let atMs = endMs;
  for (let turn = 0; turn < 2 * TURNS; turn++) {
    const delays = turn % 2 === 0 ? alone : beside;
    const stop = new AbortController();
    const querying = turn % 2 === 0 ? null : queryUntil(stop.signal);
    for (let round = 0; round < ROUNDS; round++) {
      atMs += 10;
      await timed(delays.acknowledged, () => world.feed.send(Array.from({ length: SERIES }, (_, n) => sample(n, atMs, round))));
      await timed(delays.ticks, () => tick(atMs));
    }
    const endedMs = performance.now();
    stop.abort();
    await querying;
    expect(performance.now() - endedMs).toBeLessThan(2_000);
  }
  // 10 ms is the promise, on a machine of one's own; in one piece the query holds everything up for seconds.
  expect(median(beside.acknowledged)).toBeLessThan(60 + 5 * median(alone.acknowledged));
  expect(median(beside.ticks)).toBeLessThan(60 + 5 * median(alone.ticks));
}, 60_000);
