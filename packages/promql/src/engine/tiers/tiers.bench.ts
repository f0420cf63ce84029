/**
 * What a query costs that windows answer: `node packages/promql/src/engine/tiers/tiers.bench.ts`. An engine with 1,000 counters and 100
 * gauges at 60 s has lived through 30 days with its upkeep, another with one counter at 10 minutes through a year, and two through a day: with
 * 200 counters at 1 s, and with 1,000 at 15 s.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { DEFAULT_LIMITS, type Engine, openEngine, type Queryable, QueryBudget } from '@tidemark/tsdb';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { RAW_RETENTION_MS, TIERS } from '@tidemark/tsdb/rollup';
import { parse } from '../../syntax/parser.ts';
import { evaluateRange } from '../evaluate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = 20_089 * DAY_MS;
const ROUNDS = 30;
const LIMITS = { deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 };
const RETENTION = {
  ...DEFAULT_LIMITS.retention,
  ages: { 0: RAW_RETENTION_MS, ...Object.fromEntries(TIERS.map(({ widthMs, retentionMs }) => [widthMs, retentionMs])) },
};

async function lived(dir: string, counters: number, gauges: number, days: number, everyMs: number): Promise<Engine> {
  const random = prng(1);
  const clock = new ManualClock(START_MS);
  const engine = await openEngine({ dir, clock, limits: { rollups: true, retention: RETENTION } });
  const labels = Array.from({ length: counters + gauges }, (_, i) =>
    Labels.from({ __name__: i < counters ? 'x_total' : 'y', instance: `host-${i}`, job: `job-${i % 10}` }),
  );
  const table = NamedSeries.of(labels);
  const numbers = Uint32Array.from(labels.keys());
  const values = new Float64Array(labels.length);
  for (let offset = 0; clock.now() < START_MS + days * DAY_MS; offset++) {
    clock.advance(everyMs);
    for (let i = 0; i < values.length; i++) values[i] = i < counters ? values[i] + random.int(0, 500) : random.int(0, 10_000) / 10;
    const group = { timeMs: clock.now() - 7000, numbers, values: values.slice() };
    const batch = { tenant: 'default', acceptedAtMs: clock.now(), table, groups: [group], metadata: [] };
    engine.append(batch, { offset, epochOffset: Math.floor(offset / 5) * 5 });
    if (clock.now() % (days > 1 ? DAY_MS : HOUR_MS) === 0) await engine.maintain(clock.now(), new AbortController().signal);
  }
  return engine;
}

async function measure(queryable: Queryable, text: string, days: number, stepMs: number, resolution?: number): Promise<void> {
  const took: number[] = [];
  const request = () => ({ expr: parse(text), tenant: 'default', queryable, budget: new QueryBudget(LIMITS, systemClock), resolution });
  const range = { startMs: START_MS + stepMs, endMs: START_MS + days * DAY_MS, stepMs };
  const { value, stretches } = await evaluateRange({ ...request(), ...range });
  for (let i = 0; i < ROUNDS; i++) {
    const before = process.cpuUsage();
    await evaluateRange({ ...request(), ...range });
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (ROUNDS - 1))].toFixed(1);
  const points = value.kind === 'matrix' ? value.series.reduce((sum, { times }) => sum + times.length, 0) : 0;
  const tiers = stretches.map(
    ({ resolutionMs, fromMs, toMs, seriesFromRaw = 0 }) =>
      `${(toMs - fromMs) / stepMs + 1} × ${resolutionMs / MINUTE_MS}m${seriesFromRaw === 0 ? '' : ` (${seriesFromRaw} series raw)`}`,
  );
  console.log(
    `${text}, ${days} d, step ${stepMs / MINUTE_MS} m: ${at(0.5)} ms CPU (${at(0)} to ${at(1)}), ${points} points, steps ${tiers.join(', ')}`,
  );
}

async function over(
  [counters, gauges]: readonly [number, number],
  days: number,
  everyMs: number,
  ask: (engine: Engine) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const engine = await lived(dir, counters, gauges, days, everyMs);
  console.log(`${counters} counters, ${gauges} gauges, ${days} d:`);
  await ask(engine);
  await engine.drain();
  await rm(dir, { recursive: true });
}

await over([1000, 100], 30, MINUTE_MS, async (engine) => {
  for (const text of ['sum by (job) (rate(x_total[1h]))', 'rate(x_total[1h])', 'sum by (job) (rate(x_total[5m]))', 'x_total']) {
    await measure(engine, text, 30, HOUR_MS);
  }
  await measure(engine, 'sum by (job) (rate(x_total[45m]))', 30, 45 * MINUTE_MS);
  for (const text of ['max_over_time(y[1h])', 'stddev_over_time(y[1h])', 'quantile_over_time(0.95, y[1h])']) {
    await measure(engine, text, 30, HOUR_MS);
  }
});
for (const [counters, everyMs] of [
  [200, 1000],
  [1000, 15_000],
] as const) {
  await over([counters, 0], 1, everyMs, async (engine) => {
    for (const text of ['sum by (job) (rate(x_total[5m]))', 'rate(x_total[5m])']) {
      for (const resolution of [0, undefined]) await measure(engine, text, 1, MINUTE_MS, resolution);
    }
  });
}
await over([1, 0], 365, 10 * MINUTE_MS, async (engine) => {
  for (const stepMs of [HOUR_MS, 6 * HOUR_MS, DAY_MS]) await measure(engine, `rate(x_total[${stepMs / HOUR_MS}h])`, 365, stepMs);
});
