/**
 * Remote write over HTTP with durable acknowledgement: samples for each CPU second, which threads spend it, latency, memory for each series.
 *
 *   TIDEMARK_BENCH_LOAD=100k npm run bench -- bench/ingest     only the loads whose name begins so
 *   NODE_OPTIONS='--cpu-prof --cpu-prof-dir=DIR' …             with a profile of each thread; its times include waiting for a core
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { batchBodies, fleetLabels, roundBodies, sendAll } from './support/load.ts';
import { report, reportQuantile } from './support/report.ts';
import { type Store, startStore } from './support/store.ts';

/** Other work on the machine moves walls more than CPU seconds, and medians less than means. */
const RUNS = 5;
/** Kept-alive connections would idle out while bodies are made. */
const ONCE = { headers: { connection: 'close' } };

/** One sample of each series a request, 2,000 series; or 60 samples each of 200 series, one a second. */
const LOADS = [
  { label: '10k series', seriesCount: 10_000, roundsPerRun: 100, intervalMs: 1_000, samplesPerSeries: 1 },
  { label: '100k series', seriesCount: 100_000, roundsPerRun: 10, intervalMs: 5_000, samplesPerSeries: 1 },
  { label: '1M series', seriesCount: 1_000_000, roundsPerRun: 1, intervalMs: 15_000, samplesPerSeries: 1 },
  { label: '10k series, 200 x 60 a request', seriesCount: 10_000, roundsPerRun: 5, intervalMs: 60_000, samplesPerSeries: 60 },
] as const;

const { TIDEMARK_BENCH_LOAD = '' } = process.env;

for (const load of LOADS.filter(({ label }) => label.startsWith(TIDEMARK_BENCH_LOAD))) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const store = await startStore(dataDir);
  try {
    await measure(store, load);
  } finally {
    await store.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(store: Store, load: (typeof LOADS)[number]): Promise<void> {
  const { label, seriesCount, roundsPerRun, intervalMs, samplesPerSeries } = load;
  const { ingest, worker } = store;
  const residentBefore = worker.residentBytes();
  const startMs = Date.now() - (RUNS * roundsPerRun + 1) * intervalMs;
  let round = 0;
  const roundMs = () => startMs + round * intervalMs;
  const bodiesOf = (rounds: number) =>
    Array.from({ length: rounds }, () => {
      round++;
      return samplesPerSeries === 1
        ? roundBodies(seriesCount, round, roundMs())
        : batchBodies(seriesCount, samplesPerSeries, round, roundMs());
    }).flat();

  const send = async (rounds: number) => {
    const bodies = bodiesOf(rounds);
    const samples = seriesCount * rounds * samplesPerSeries;
    const appended = (await workerMetric(store, 'tidemark_worker_samples_appended_total')) + samples;
    const before = [ingest.cpuSeconds(), worker.cpuSeconds()];
    const elapsed = await sendAll(store.ingestUrl, bodies);
    await caughtUp(store, appended);
    const spent = [ingest.cpuSeconds() - before[0], worker.cpuSeconds() - before[1]];
    await checkSeries(store, seriesCount, roundMs());
    return { elapsed, spent, rates: [samples / spent[0], samples / spent[1], samples / (spent[0] + spent[1])] };
  };

  // What starting costs beside, once, is in it.
  const first = await send(1);
  const seriesUs = first.spent.map((seconds) => (seconds * 1e6) / seriesCount);
  report(`new series, ${label}: CPU of ingest`, [seriesUs[0]], 'us each');
  report(`new series, ${label}: CPU of the worker`, [seriesUs[1]], 'us each');
  const bytesBefore = await logBytes(store);
  const threadsBefore = [ingest.threadSeconds(), worker.threadSeconds()];
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await send(roundsPerRun));
  const written = (await logBytes(store)) - bytesBefore;
  for (const [i, who] of ['ingest', 'the worker', 'ingest and worker together'].entries()) {
    const rates = runs.map((run) => run.rates[i]);
    report(`ingest, ${label}: samples per CPU second of ${who}`, rates, 'samples/s', 0);
  }
  const samples = seriesCount * roundsPerRun * samplesPerSeries * RUNS;
  for (const [i, { who, process }] of [
    { who: 'ingest', process: ingest },
    { who: 'the worker', process: worker },
  ].entries()) {
    for (const [thread, seconds] of process.threadSeconds()) {
      const ns = ((seconds - (threadsBefore[i].get(thread) ?? 0)) * 1e9) / samples;
      if (ns >= 1) report(`ingest, ${label}: CPU of ${who}, ${thread}`, [ns], 'ns/sample', 1);
    }
  }
  const elapsed = runs.flatMap((run) => run.elapsed);
  reportQuantile(`write latency, ${label}: p50`, elapsed, 0.5, 'ms', 1);
  reportQuantile(`write latency, ${label}: p99`, elapsed, 0.99, 'ms', 1);
  report(`written to the log, ${label}`, [written / samples], 'B/sample', 2);
  report(`worker resident growth per series, ${label}`, [(worker.residentBytes() - residentBefore) / seriesCount], 'B', 0);
}

/** The worker has appended what was sent. Asked seldom: its metrics cost CPU as well. */
async function caughtUp(store: Store, appended: number): Promise<void> {
  const isThere = async () => {
    await systemClock.sleep(100);
    return (await workerMetric(store, 'tidemark_worker_samples_appended_total')) >= appended;
  };
  await waitFor('the worker to catch up', isThere, 120_000);
}

async function checkSeries(store: Store, seriesCount: number, timeMs: number): Promise<void> {
  const metric = 'node_bench_metric_7_total';
  const wanted = Array.from({ length: seriesCount }, (_, index) => fleetLabels(index)).filter(({ __name__ }) => __name__ === metric).length;
  const query = encodeURIComponent(`count(${metric})`);
  const response = await fetch(`${store.queryUrl}/api/v1/query?query=${query}&time=${timeMs / 1000}`, ONCE);
  const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const count = Number(answer.data.result[0]?.value[1] ?? 0);
  if (count !== wanted) throw new Error(`${count} of ${wanted} series are there`);
}

function workerMetric(store: Store, name: string): Promise<number> {
  return metric(`${store.queryUrl}/metrics`, name);
}

function logBytes(store: Store): Promise<number> {
  return metric(`${store.ingestUrl}/metrics`, 'tidemark_log_committed_bytes_total');
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(url, ONCE)).text();
  const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text);
  if (found === null) throw new Error(`${url} has no ${name}`);
  return Number(found[1]);
}
