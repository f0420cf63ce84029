/** Remote write over HTTP with durable acknowledgement: samples for each CPU second, latency, memory for each series. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@tidemark/base/testing';
import { cpuSeconds, findProcess, residentBytes } from '@tidemark/tests/processes';
import { type Product, startProduct } from '@tidemark/tests/product';
import { roundBodies, sendAll } from './support/load.ts';
import { report, reportQuantile } from './support/report.ts';

const RUNS = 5;

for (const { seriesCount, roundsPerRun } of [
  { seriesCount: 10_000, roundsPerRun: 60 },
  { seriesCount: 100_000, roundsPerRun: 6 },
]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const product = await startProduct({ dataDir });
  try {
    await measure(product, seriesCount, roundsPerRun);
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(product: Product, seriesCount: number, roundsPerRun: number): Promise<void> {
  const ingest = findProcess('apps/ingest/src/main.ts', new URL(product.ingestUrl).port)!;
  const worker = findProcess('apps/worker/src/main.ts', new URL(product.queryUrl).port)!;
  const residentBefore = residentBytes(worker);
  const startMs = Date.now() - (RUNS + 1) * roundsPerRun * 15_000 * 0.2;
  let round = 0;
  const bodiesOf = (rounds: number) =>
    Array.from({ length: rounds }, () => {
      round++;
      return roundBodies(seriesCount, round, Math.round(startMs + round * 3000));
    }).flat();

  await sendAll(product.ingestUrl, bodiesOf(1));
  await caughtUp(product, seriesCount);
  const ingestRate: number[] = [];
  const bothRate: number[] = [];
  const latenciesMs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const bodies = bodiesOf(roundsPerRun);
    const before = [cpuSeconds(ingest), cpuSeconds(worker)];
    latenciesMs.push(...(await sendAll(product.ingestUrl, bodies)));
    await caughtUp(product, seriesCount);
    const spent = [cpuSeconds(ingest) - before[0], cpuSeconds(worker) - before[1]];
    const samples = seriesCount * roundsPerRun;
    ingestRate.push(samples / spent[0]);
    bothRate.push(samples / (spent[0] + spent[1]));
  }
  const label = `${seriesCount / 1000}k series`;
  report(`ingest, ${label}: samples per CPU second of ingest`, ingestRate, 'samples/s', 0);
  report(`ingest, ${label}: of ingest and worker together`, bothRate, 'samples/s', 0);
  reportQuantile(`write latency, ${label}: p50`, latenciesMs, 0.5, 'ms', 1);
  reportQuantile(`write latency, ${label}: p99`, latenciesMs, 0.99, 'ms', 1);
  report(`worker resident growth per series, ${label}`, [(residentBytes(worker) - residentBefore) / seriesCount], 'B', 0);
}

/** The worker has appended what was sent: the newest sample of the last series answers. */
async function caughtUp(product: Product, seriesCount: number): Promise<void> {
  await waitFor(
    'the worker to catch up',
    async () => {
      const response = await fetch(`${product.queryUrl}/metrics`);
      const lag = /^tidemark_worker_log_lag_records(?:\{[^}]*\})? (\d+)/m.exec(await response.text());
      return lag !== null && Number(lag[1]) === 0;
    },
    120_000,
  );
  const query = encodeURIComponent('count({job="node",environment="production"})');
  const answer = (await (await fetch(`${product.queryUrl}/api/v1/query?query=${query}`)).json()) as {
    data: { result: { value: [number, string] }[] };
  };
  const count = Number(answer.data.result[0]?.value[1] ?? 0);
  if (count !== seriesCount) throw new Error(`${count} of ${seriesCount} series are there`);
}
