/**
 * `npm run soak -- --minutes N`: a steady load whose series are replaced, 10 % of them for each minute of samples. Sample time runs fifteen
 * times as fast as the clock, so that an hour sees windows end, blocks merge and dead series leave. Prints the course as CSV, draws
 * it, and says how much memory and files grew over its second half.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProcess } from '@tidemark/tests/processes';
import { startProduct } from '@tidemark/tests/product';
import { sendAll } from '../support/load.ts';
import { churnBodies } from './churn.ts';
import { type Moment, observer } from './observe.ts';
import { type Panel, plot } from './plot.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    series: { type: 'string', default: '20000' },
    /** Where the CSV and the picture go: OUT.csv, OUT.svg. */
    out: { type: 'string', default: 'artifacts/soak' },
  },
});

const PANELS: readonly Panel<Moment>[] = [
  {
    title: 'Resident memory, MiB',
    lines: [
      ['ingest', 'ingestMiB'],
      ['worker', 'workerMiB'],
    ],
  },
  { title: 'Series in the head', lines: [['series', 'headSeries']] },
  {
    title: 'Files',
    lines: [
      ['in the data folder', 'files'],
      ['open', 'openFiles'],
    ],
  },
  {
    title: 'On disk, MiB',
    lines: [
      ['log', 'logMiB'],
      ['blocks', 'blocksMiB'],
    ],
  },
];

const SAMPLE_INTERVAL_MS = 15_000;
const ROUND_MS = 1_000;
/** 10 % for each minute of samples, which is four rounds. */
const ROUNDS_PER_LIFE = 40;
const OBSERVE_EVERY_ROUNDS = 10;

const rounds = Number(options.minutes) * 60;
const churn = { slots: Number(options.series), roundsPerLife: ROUNDS_PER_LIFE };
const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-soak-'));
const product = await startProduct({ dataDir });
try {
  const moments = await soak();
  write(moments);
  sayGrowth(moments);
} finally {
  await product.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function soak(): Promise<Moment[]> {
  const observe = observer({
    dataDir,
    queryUrl: product.queryUrl,
    ingestPid: findProcess('apps/ingest/src/main.ts', new URL(product.ingestUrl).port)!,
    workerPid: findProcess('apps/worker/src/main.ts', new URL(product.queryUrl).port)!,
  });
  const startMs = Date.now();
  const samplesFromMs = startMs - rounds * SAMPLE_INTERVAL_MS;
  const moments: Moment[] = [];
  let slowestMs = 0;
  for (let round = 0; round < rounds; round++) {
    const elapsed = await sendAll(product.ingestUrl, churnBodies(churn, round, samplesFromMs + round * SAMPLE_INTERVAL_MS));
    slowestMs = Math.max(slowestMs, ...elapsed);
    if (round % OBSERVE_EVERY_ROUNDS === 0) {
      const moment = await observe(slowestMs);
      moments.push(moment);
      console.log(Object.values(moment).map(figure).join(','));
      slowestMs = 0;
    }
    await until(startMs + (round + 1) * ROUND_MS);
  }
  return moments;
}

/** A load keeps to the clock; a round that took longer is made up for. */
function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}

function write(moments: readonly Moment[]): void {
  const lines = [Object.keys(moments[0]), ...moments.map((moment) => Object.values(moment).map(figure))];
  writeFileSync(`${options.out}.csv`, `${lines.map((line) => line.join(',')).join('\n')}\n`);
  writeFileSync(`${options.out}.svg`, plot(PANELS, moments));
}

/** The medians of the third and the last quarter: a leak shows between them, the heap's breathing does not. */
function sayGrowth(moments: readonly Moment[]): void {
  const quarter = Math.floor(moments.length / 4);
  const [third, last] = [moments.slice(2 * quarter, 3 * quarter), moments.slice(-quarter)];
  for (const name of ['ingestMiB', 'workerMiB', 'files', 'openFiles', 'headSeries'] as const) {
    const [before, after] = [third, last].map((part) => median(part.map((moment) => moment[name])));
    console.log(
      `${name}: ${figure(before)} in the third quarter, ${figure(after)} in the last (${figure((100 * (after - before)) / before)} %)`,
    );
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}
