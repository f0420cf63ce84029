/** Remote write over HTTP with durable acknowledgement: samples for each CPU second, latency, memory for each series. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { waitFor } from '@tidemark/base/testing';
import { cpuSeconds, findProcess, residentBytes } from '@tidemark/tests/processes';
import { type Product, startProduct } from '@tidemark/tests/product';
import { batchBodies, roundBodies, sendAll } from './support/load.ts';
import { report, reportQuantile } from './support/report.ts';

const RUNS = 5;
/** Kept-alive connections would idle out while bodies are made. */
const ONCE = { headers: { connection: 'close' } };

/** One sample of each series a request, 2,000 series; or 60 samples each of 200 series, one a second. */
const LOADS = [
  { label: '10k series', seriesCount: 10_000, roundsPerRun: 100, intervalMs: 1_000, samplesPerSeries: 1 },
  { label: '100k series', seriesCount: 100_000, roundsPerRun: 20, intervalMs: 5_000, samplesPerSeries: 1 },
  { label: '10k series, 200 x 60 a request', seriesCount: 10_000, roundsPerRun: 5, intervalMs: 60_000, samplesPerSeries: 60 },
] as const;

for (const load of LOADS) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const product = await startProduct({ dataDir });
  try {
    await measure(product, load);
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(product: Product, load: (typeof LOADS)[number]): Promise<void> {
  const { label, seriesCount, roundsPerRun, intervalMs, samplesPerSeries } = load;
  const ingest = findProcess('apps/ingest/src/main.ts', new URL(product.ingestUrl).port)!;
  const worker = findProcess('apps/worker/src/main.ts', new URL(product.queryUrl).port)!;
  const residentBefore = residentBytes(worker);
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
    const appended = (await workerMetric(product, 'tidemark_worker_samples_appended_total')) + samples;
    const before = [cpuSeconds(ingest), cpuSeconds(worker)];
    const elapsed = await sendAll(product.ingestUrl, bodies);
    await caughtUp(product, appended);
    const spent = [cpuSeconds(ingest) - before[0], cpuSeconds(worker) - before[1]];
    await checkSeries(product, seriesCount, roundMs());
    return { elapsed, ingestRate: samples / spent[0], bothRate: samples / (spent[0] + spent[1]) };
  };

  await send(1);
  const bytesBefore = await logBytes(product);
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await send(roundsPerRun));
  const written = (await logBytes(product)) - bytesBefore;
  report(
    `ingest, ${label}: samples per CPU second of ingest`,
    runs.map((run) => run.ingestRate),
    'samples/s',
    0,
  );
  report(
    `ingest, ${label}: of ingest and worker together`,
    runs.map((run) => run.bothRate),
    'samples/s',
    0,
  );
  const elapsed = runs.flatMap((run) => run.elapsed);
  reportQuantile(`write latency, ${label}: p50`, elapsed, 0.5, 'ms', 1);
  reportQuantile(`write latency, ${label}: p99`, elapsed, 0.99, 'ms', 1);
  report(`written to the log, ${label}`, [written / (seriesCount * roundsPerRun * samplesPerSeries * RUNS)], 'B/sample', 2);
  report(`worker resident growth per series, ${label}`, [(residentBytes(worker) - residentBefore) / seriesCount], 'B', 0);
}

/** The worker has appended what was sent. Asked seldom: its metrics cost CPU as well. */
async function caughtUp(product: Product, appended: number): Promise<void> {
  const isThere = async () => {
    await systemClock.sleep(100);
    return (await workerMetric(product, 'tidemark_worker_samples_appended_total')) >= appended;
  };
  await waitFor('the worker to catch up', isThere, 120_000);
}

async function checkSeries(product: Product, seriesCount: number, timeMs: number): Promise<void> {
  const query = encodeURIComponent('count({job="node",environment="production"})');
  const response = await fetch(`${product.queryUrl}/api/v1/query?query=${query}&time=${timeMs / 1000}`, ONCE);
  const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  const count = Number(answer.data.result[0]?.value[1] ?? 0);
  if (count !== seriesCount) throw new Error(`${count} of ${seriesCount} series are there`);
}

function workerMetric(product: Product, name: string): Promise<number> {
  return metric(`${product.queryUrl}/metrics`, name);
}

function logBytes(product: Product): Promise<number> {
  return metric(`${product.ingestUrl}/metrics`, 'tidemark_log_committed_bytes_total');
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(url, ONCE)).text();
  const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text);
  if (found === null) throw new Error(`${url} has no ${name}`);
  return Number(found[1]);
}
