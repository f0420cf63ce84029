/** What an import of history costs, and what live senders notice of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from '@tidemark/tests/processes';
import { roundBodies, sendAll } from './support/load.ts';
import { report, reportQuantile } from './support/report.ts';
import { type Store, startStore } from './support/store.ts';

/** Live: a sample of each a second. */
const LIVE_SERIES = 10_000;
const ALONE_SECONDS = 20;
/** History: a day, long over. */
const SERIES = 500;
const STEP_SECONDS = 15;
const HOURS = 20;
const COMMAND = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const file = join(folder, 'history.om');
await writeHistory(file);
const store = await startStore(join(folder, 'data'));
try {
  await liveWhile(() => seconds(5));
  const before = await liveWhile(() => seconds(ALONE_SECONDS));
  let took: Cost = { seconds: 0, cpu: 0, ofTidemark: 0 };
  const beside = await liveWhile(async () => {
    took = await runImport(store);
  });
  const after = await liveWhile(() => seconds(ALONE_SECONDS));
  const samples = (SERIES * HOURS * 3600) / STEP_SECONDS;
  for (const [name, rounds] of [
    ['alone', [...before, ...after]],
    ['beside an import', beside],
  ] as const) {
    reportQuantile(
      `acknowledgement, ${name}: p50`,
      rounds.flatMap((round) => round.acknowledgedMs),
      0.5,
      'ms',
      1,
    );
    reportQuantile(
      `acknowledgement, ${name}: p99`,
      rounds.flatMap((round) => round.acknowledgedMs),
      0.99,
      'ms',
      1,
    );
    reportQuantile(
      `until a query has it, ${name}: p50`,
      rounds.map((round) => round.seenMs),
      0.5,
      'ms',
      1,
    );
    reportQuantile(
      `until a query has it, ${name}: p95`,
      rounds.map((round) => round.seenMs),
      0.95,
      'ms',
      1,
    );
  }
  report('import: samples a second, elapsed', [samples / took.seconds], 'samples/s', 0);
  report('import: CPU of the command', [(took.cpu * 1e9) / samples], 'ns/sample', 0);
  report('import: CPU of ingest and worker, live samples included', [(took.ofTidemark * 1e9) / samples], 'ns/sample', 0);
} finally {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** In seconds; `cpu` of the command. */
interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly ofTidemark: number;
}

interface Round {
  readonly acknowledgedMs: readonly number[];
  /** From its acknowledgement on. */
  readonly seenMs: number;
}

/** Rounds of live samples, one a second, until `work` is done. */
async function liveWhile(work: () => Promise<void>): Promise<Round[]> {
  const rounds: Round[] = [];
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const roundMs = Date.now();
    const acknowledgedMs = await sendAll(store.ingestUrl, roundBodies(LIVE_SERIES, Math.floor(roundMs / 1000), roundMs));
    const fromMs = performance.now();
    while (!(await isSeen(roundMs))) await new Promise((resolve) => setTimeout(resolve, 2));
    rounds.push({ acknowledgedMs, seenMs: performance.now() - fromMs });
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, roundMs + 1000 - Date.now())));
  }
  await working;
  return rounds;
}

/** The last series of the last request. */
async function isSeen(roundMs: number): Promise<boolean> {
  const query = new URLSearchParams({ query: `max(timestamp(node_bench_metric_139_total))`, time: String(roundMs / 1000 + 1) });
  const answer = (await (await fetch(`${store.queryUrl}/api/v1/query?${query}`)).json()) as {
    data: { result: { value: [number, string] }[] };
  };
  return Number(answer.data.result[0]?.value[1] ?? 0) >= roundMs / 1000;
}

async function runImport({ ingest, worker, ingestUrl, queryUrl }: Store): Promise<Cost> {
  const startMs = performance.now();
  const before = ingest.cpuSeconds() + worker.cpuSeconds();
  const args = ['import', 'openmetrics', file, '--ingest', ingestUrl, '--query', queryUrl];
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let cpu = 0;
  const watching = setInterval(() => {
    if (child.pid !== undefined && child.exitCode === null) cpu = Math.max(cpu, cpuSeconds(child.pid));
  }, 100);
  const [code] = await once(child, 'exit');
  clearInterval(watching);
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return { seconds: (performance.now() - startMs) / 1000, cpu, ofTidemark: ingest.cpuSeconds() + worker.cpuSeconds() - before };
}

async function writeHistory(path: string): Promise<void> {
  const out = createWriteStream(path);
  const from = Math.floor(Date.now() / 7_200_000) * 7200 - (HOURS + 26) * 3600;
  for (let series = 0; series < SERIES; series++) {
    let value = series;
    let text = '';
    for (let at = from; at < from + HOURS * 3600; at += STEP_SECONDS) {
      value += (series * 31 + at) % 17;
      text += `history_requests_total{instance="web-${series}.example.net:9100",job="node"} ${value} ${at}\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end('# EOF\n');
  await once(out, 'close');
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * count));
}
