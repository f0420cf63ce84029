/**
 * What queries cost over HTTP: CPU of the worker and wall, warm, on what came last, which is in memory. Two minutes of loading, then a line for
 * each query and figure.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { encodeWriteRequest, type SeriesToSend } from '@tidemark/tests/remote-write';
import { fleetLabels, roundBodies, sendAll } from './support/load.ts';
import { report } from './support/report.ts';
import { startStore } from './support/store.ts';

const HOUR_S = 3600;
const SAMPLES_PER_REQUEST = 12_000;
const RUNS = 9;
/** Asked so often for one figure: the worker's other threads tick meanwhile. */
const TIMES = 4;

interface Set {
  readonly seconds: number;
  readonly stepS: number;
  readonly labels: readonly Readonly<Record<string, string>>[];
  /** Of the series and the sample by number. */
  readonly value: (series: number, sample: number) => number;
}

const random = prng(3);
const noise = Float64Array.from({ length: 65_536 }, () => random.next());
const counter = (series: number, sample: number) => sample * (2 + (series % 9)) + Math.floor(9 * noise[(series * 7919 + sample) & 0xffff]);
const many = (count: number, labels: (i: number) => Record<string, string>) => Array.from({ length: count }, (_, i) => labels(i));
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];

const counters = (name: string) => many(1000, (i) => ({ __name__: name, job: `job-${i % 10}`, instance: `host-${i}` }));
const day: Set = { seconds: 24 * HOUR_S, stepS: 15, labels: counters('day_total'), value: counter };
const hour: Set = { seconds: HOUR_S + 300, stepS: 1, labels: counters('hour_total'), value: counter };
const buckets: Set = {
  ...hour,
  labels: many(10 * 8 * BOUNDS.length, (i) => ({
    __name__: 'duration_seconds_bucket',
    instance: `host-${Math.floor(i / (8 * BOUNDS.length))}`,
    route: `/route-${Math.floor(i / BOUNDS.length) % 8}`,
    le: BOUNDS[i % BOUNDS.length],
  })),
  value: (series, sample) => sample * (1 + (series % BOUNDS.length)),
};
const gauges: Set = {
  ...hour,
  labels: many(530, (i) => ({ __name__: 'noisy', collector: `c-${i % 53}`, instance: `host-${Math.floor(i / 53)}` })),
  value: (series, sample) => noise[(series * 7919 + sample) & 0xffff] / 7,
};
const cpu: Set = {
  ...hour,
  labels: many(16, (i) => ({ __name__: 'cpu_total', instance: 'host-3', cpu: String(i >> 3), mode: `mode-${i & 7}` })),
  value: counter,
};
/** Ten minutes at 15 s, of what is joined. */
const joined = { seconds: 600, stepS: 15, value: counter };
const left: Set = {
  ...joined,
  labels: many(10_000, (i) => ({ __name__: 'used_bytes', instance: `host-${i % 1000}`, disk: String(Math.floor(i / 1000)) })),
};
const right: Set = { ...joined, labels: many(1000, (i) => ({ __name__: 'host_info', instance: `host-${i}`, zone: `zone-${i % 5}` })) };

const HOUR = { seconds: HOUR_S, step: 15 };
const QUERIES: readonly { name: string; query: string; range?: { seconds: number; step: number } }[] = [
  { name: 'panel: rate(x[5m]), 16 series, 1 h', query: 'rate(cpu_total{instance="host-3"}[5m])', range: HOUR },
  { name: 'sum by (job)(rate(x[5m])), 1,000 series, 1 h at 1 s', query: 'sum by (job)(rate(hour_total[5m]))', range: HOUR },
  { name: 'topk(10, rate(x[5m])), the same', query: 'topk(10, rate(hour_total[5m]))', range: HOUR },
  { name: 'rate(x[5m]), the same: all series', query: 'rate(hour_total[5m])', range: HOUR },
  { name: 'max_over_time(rate(x[1m])[5m:30s]), the same', query: 'max by (job)(max_over_time(rate(hour_total[1m])[5m:30s]))', range: HOUR },
  {
    name: 'sum by (job)(rate), 24 h at 15 s, step 60 s',
    query: 'sum by (job)(rate(day_total[5m]))',
    range: { seconds: 24 * HOUR_S, step: 60 },
  },
  {
    name: 'histogram_quantile, 960 buckets, 1 h at 1 s',
    query: 'histogram_quantile(0.99, sum by (le, route)(rate(duration_seconds_bucket[5m])))',
    range: HOUR,
  },
  { name: 'avg_over_time, 530 noisy gauges, 1 h at 1 s', query: 'max by (collector)(avg_over_time(noisy[5m]))', range: HOUR },
  {
    name: 'x * on (instance) group_left y, 10,000 series',
    query: 'sum(used_bytes * on (instance) group_left (zone) host_info)',
    range: { seconds: 300, step: 15 },
  },
  { name: 'absent(x), 1 h', query: 'absent(no_such_metric)', range: HOUR },
  { name: 'instant count by (__name__) of all series', query: 'count by (__name__)({__name__!=""})' },
  { name: 'instant count of 140,000 series', query: 'count({__name__=~"node_bench.+"})' },
];

const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const store = await startStore(dataDir);
try {
  const endMs = Math.floor(Date.now() / 1000) * 1000;
  for (const set of [day, hour, buckets, gauges, cpu, left, right]) await send(set);
  await sendAll(store.ingestUrl, roundBodies(140_000, 0, endMs));
  const last = `count({__name__="${fleetLabels(139_999).__name__}"})`;
  await waitFor('all samples', async () => Number((await instant(last))[0]?.value[1]) === 1000, 120_000);

  for (const { name, query, range } of QUERIES) {
    const wallMs: number[] = [];
    const cpuMs: number[] = [];
    for (let run = 0; run <= RUNS; run++) {
      const before = { wall: performance.now(), cpu: cpuMilliseconds() };
      for (let i = 0; i < TIMES; i++) await ask(query, range);
      if (run === 0) continue; // Warm-up.
      wallMs.push((performance.now() - before.wall) / TIMES);
      cpuMs.push((cpuMilliseconds() - before.cpu) / TIMES);
    }
    report(`${name}: CPU`, cpuMs, 'ms', 1);
    report(`${name}: wall`, wallMs, 'ms', 1);
  }

  async function send({ seconds, stepS, labels, value }: Set): Promise<void> {
    const samples = seconds / stepS;
    const each = Math.min(samples, 60);
    const seriesPerRequest = Math.floor(SAMPLES_PER_REQUEST / each);
    for (let from = 0; from < samples; from += each) {
      const bodies: Uint8Array[] = [];
      for (let first = 0; first < labels.length; first += seriesPerRequest) {
        const part = labels.slice(first, first + seriesPerRequest);
        bodies.push(encodeWriteRequest(part.map((one, i): SeriesToSend => ({ labels: one, samples: samplesOf(first + i, from, each) }))));
      }
      await sendAll(store.ingestUrl, bodies);
    }
    function samplesOf(series: number, from: number, count: number) {
      return Array.from({ length: count }, (_, i) => ({
        timeMs: endMs - (samples - 1 - from - i) * stepS * 1000,
        value: value(series, from + i),
      }));
    }
  }

  async function ask(query: string, range?: { seconds: number; step: number }): Promise<unknown> {
    const end = endMs / 1000;
    const url =
      range === undefined
        ? `query?${new URLSearchParams({ query, time: String(end) })}`
        : `query_range?${new URLSearchParams({ query, start: String(end - range.seconds), end: String(end), step: String(range.step) })}`;
    const response = await fetch(`${store.queryUrl}/api/v1/${url}`);
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  }

  async function instant(query: string): Promise<{ value: [number, string] }[]> {
    const answer = JSON.parse((await ask(query)) as string) as { data: { result: { value: [number, string] }[] } };
    return answer.data.result;
  }
} finally {
  await store.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Of the worker's threads, finer than the hundredths of a second that a process is told. */
function cpuMilliseconds(): number {
  const tasks = `/proc/${store.worker.pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e6;
}
