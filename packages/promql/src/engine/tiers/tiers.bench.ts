/**
 * What a query costs that windows answer: `node packages/promql/src/engine/tiers/tiers.bench.ts`. 1,000 series over 30 days, and one over a year;
 * windows in memory, decoded: what is measured is what is made of them.
 */
import { prng, systemClock } from '@tidemark/base';
import { type Queryable, QueryBudget, type Tiers } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { type RolledColumns, rollSamples } from '@tidemark/tsdb/rollup';
import { parse } from '../../syntax/parser.ts';
import { evaluateRange } from '../evaluate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ROUNDS = 15;
const LIMITS = { deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 };
const WIDTHS_MS = [5 * MINUTE_MS, HOUR_MS, DAY_MS];

/** Each series of a name shares the windows of one: they are read, not written. */
function rolled(name: string, series: number, days: number, intervalMs: number): Queryable {
  const random = prng(1);
  const isCounter = name.endsWith('_total');
  const length = (days * DAY_MS) / intervalMs;
  const times = Float64Array.from({ length }, (_, i) => (i + 1) * intervalMs);
  let value = 0;
  const values = times.map(() => {
    value = isCounter ? value + random.int(0, 50) : random.int(0, 1000) / 10;
    return value;
  });
  const kind = isCounter ? 'counter' : 'gauge';
  const windows = new Map(WIDTHS_MS.map((widthMs) => [widthMs, rollSamples({ times, values }, widthMs, kind)]));
  const tiers: Tiers[] = [0, ...WIDTHS_MS].map((widthMs) => ({
    widthMs,
    ranges: [{ fromMs: widthMs === 0 ? (days - 1) * DAY_MS : 0, toMs: days * DAY_MS }],
  }));
  const labels = Array.from({ length: series }, (_, i) => Labels.from({ __name__: name, instance: `host-${i}`, job: `job-${i % 10}` }));
  const none = async () => [];
  return {
    ...{ select: none, series: none, labelNames: none, labelValues: none, metadata: none },
    tiers: () => tiers,
    visitRolled: async ({ widthMs }, budget, visit) => {
      for (const each of labels) {
        await budget.breathe();
        visit(each, windows.get(widthMs) as RolledColumns);
      }
    },
  };
}

async function measure(queryable: Queryable, text: string, days: number, stepMs: number): Promise<void> {
  const took: number[] = [];
  let points = 0;
  for (let i = 0; i <= ROUNDS; i++) {
    const before = process.cpuUsage();
    const request = { expr: parse(text), tenant: 'default', queryable, budget: new QueryBudget(LIMITS, systemClock) };
    const { value, stretches } = await evaluateRange({ ...request, startMs: stepMs * 24, endMs: days * DAY_MS, stepMs });
    const { user, system } = process.cpuUsage(before);
    points = value.kind === 'matrix' ? value.series.reduce((sum, { times }) => sum + times.length, 0) : 0;
    if (i === 0)
      console.log(`${text}, ${days} d, step ${stepMs / MINUTE_MS} m: ${stretches.map(({ resolutionMs }) => resolutionMs / MINUTE_MS)} m`);
    else took.push((user + system) / 1000);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (ROUNDS - 1))].toFixed(1);
  console.log(`  ${at(0.5)} ms CPU (${at(0)} to ${at(1)}), ${points} points`);
}

const counters = rolled('x_total', 1000, 30, 15_000);
for (const text of [
  'rate(x_total[1h])',
  'sum by (job) (rate(x_total[1h]))',
  'sum by (job) (rate(x_total[5m]))',
  'rate(x_total[6h])',
  'x_total',
]) {
  await measure(counters, text, 30, HOUR_MS);
}
await measure(counters, 'sum by (job) (rate(x_total[30m]))', 30, 45 * MINUTE_MS);
const gauges = rolled('y', 1000, 30, 15_000);
for (const text of ['max_over_time(y[1h])', 'avg by (job) (avg_over_time(y[1h]))', 'stddev_over_time(y[1h])'])
  await measure(gauges, text, 30, HOUR_MS);
await measure(rolled('y', 10, 30, 15_000), 'quantile_over_time(0.95, y[1h])', 30, HOUR_MS);
await measure(rolled('y', 10, 30, 15_000), 'quantile_over_time(0.95, y[6h])', 30, HOUR_MS);
const year = rolled('x_total', 1, 365, 60_000);
for (const stepMs of [HOUR_MS, 12 * HOUR_MS, DAY_MS]) await measure(year, `rate(x_total[${stepMs / HOUR_MS}h])`, 365, stepMs);
