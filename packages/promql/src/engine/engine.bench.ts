import { systemClock } from '@tidemark/base';
import { type Queryable, QueryBudget, type SelectedSeries, type SelectRequest } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { parse } from '../syntax/parser.ts';
import { evaluateInstant, evaluateRange } from './evaluate.ts';

/**
 * What evaluation costs without storage: `node packages/promql/src/engine/engine.bench.ts`.
 * A line for each figure: name, median, unit, and the spread between the 10th and the 90th percentile.
 */
const HOUR_MS = 3_600_000;
const LIMITS = { deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 };

/** `count` counters at 1 s for an hour and the five minutes before. */
function counters(count: number): Queryable {
  const samples = HOUR_MS / 1000 + 300;
  const times = Float64Array.from({ length: samples }, (_, i) => i * 1000);
  const selected = Array.from({ length: count }, (_, i): SelectedSeries => {
    const labels = Labels.from({ __name__: 'x', job: `job-${i % 10}`, instance: `host-${i}` });
    return { labels, samples: { times, values: times.map((_, at) => at * (1 + (i % 7))) } };
  });
  const select = async ({ range, newestOnly }: SelectRequest) => {
    // Times are whole seconds from 0: positions follow from them.
    const to = Math.min(samples, Math.floor(range.toMs / 1000) + 1);
    const from = newestOnly === true ? to - 1 : Math.max(0, Math.ceil(range.fromMs / 1000));
    return selected.map(({ labels, samples: all }) => ({
      labels,
      samples: { times: all.times.subarray(from, to), values: all.values.subarray(from, to) },
    }));
  };
  return { select, series: async () => [], labelNames: async () => [], labelValues: async () => [], metadata: async () => [] };
}

async function measure(name: string, unit: 'ms' | 'µs', rounds: number, run: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = process.hrtime.bigint();
    await run();
    took.push(Number(process.hrtime.bigint() - start) / (unit === 'ms' ? 1e6 : 1e3));
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (rounds - 1))].toFixed(1);
  console.log(`${name}: ${at(0.5)} ${unit} (${at(0.1)} to ${at(0.9)})`);
}

const endMs = HOUR_MS + 300_000 - 1000;
const range = { tenant: 'default', queryable: counters(1000), startMs: endMs - HOUR_MS, endMs, stepMs: 15_000 };
for (const text of ['sum by (job) (rate(x[5m]))', 'sum by (job) (avg_over_time(x[5m]))', 'x / on (instance) x > 1']) {
  const expr = parse(text);
  await measure(`${text}, 1000 series, 1 h at 1 s, step 15 s`, 'ms', 15, () => {
    return evaluateRange({ ...range, expr, budget: new QueryBudget(LIMITS, systemClock) });
  });
}

const WINDOW_FUNCTIONS = ['rate', 'delta', 'irate', 'idelta', 'changes', 'resets'].concat(
  ['sum', 'avg', 'min', 'count', 'last', 'stddev', 'quantile'].map((name) => `${name}_over_time`),
);
for (const name of WINDOW_FUNCTIONS) {
  const expr = parse(`${name}(${name.startsWith('quantile') ? '0.9, ' : ''}x[5m])`);
  const some = { ...range, queryable: counters(100), expr };
  await measure(`${name}(x[5m]), 100 series, 1 h at 1 s, step 15 s`, 'ms', 9, () => {
    return evaluateRange({ ...some, budget: new QueryBudget(LIMITS, systemClock) });
  });
}

for (const [text, series] of [
  ['x > 0.5', 1],
  ['rate(x[5m]) > 0.5', 1],
  ['sum by (job) (rate(x[5m])) > 0.5', 10],
  ['sum by (job) (x) / on (job) count by (job) (x) > 0.5', 10],
] as const) {
  const instant = { expr: parse(text), tenant: 'default', queryable: counters(series), atMs: endMs };
  await measure(`instant ${text}, ${series} series`, 'µs', 20_000, () => {
    return evaluateInstant({ ...instant, budget: new QueryBudget(LIMITS, systemClock) });
  });
}
