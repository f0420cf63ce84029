/**
 * `node --expose-gc packages/tsdb/src/block/cold-series.bench.ts [BLOCKS SERIES]`: many series that are only in blocks, others in each. What an
 * engine takes in memory that has them and is asked nothing, then one of them, then none again. One process writes, another one opens.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import type { Engine } from '../engine.ts';
import { WINDOW_MS } from '../limits.ts';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { openEngine } from '../open-engine.ts';
import { QueryBudget } from '../query/budget.ts';
import { scrapeBatch } from '../testing/batches.ts';

const START_MS = 1_700_006_400_000;
const BATCH = 10_000;

const [mode, dir, ...sizes] =
  process.argv[2] === 'write' || process.argv[2] === 'open' ? process.argv.slice(2) : ['all', '', ...process.argv.slice(2)];
const [blocks, series] = [Number(sizes[0] ?? 20), Number(sizes[1] ?? 500_000)];
if (mode === 'write') await write(dir);
else if (mode === 'open') await open(dir);
else await all();

async function all(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  for (const part of ['write', 'open']) {
    const args = [...process.execArgv, import.meta.filename, part, folder, String(blocks), String(series)];
    if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0) process.exitCode = 1;
  }
  await rm(folder, { recursive: true });
}

/** Each block's series are its pods': three samples of each. */
async function write(folder: string): Promise<void> {
  for (let block = 0; block < blocks; block++) {
    const clock = new ManualClock(START_MS + block * WINDOW_MS);
    const engine = await openEngine({ dir: folder, clock });
    for (let from = 0; from < series; from += BATCH) {
      const labels = Array.from({ length: Math.min(BATCH, series - from) }, (_, i) => labelsOf(block, from + i));
      for (let scrape = 0; scrape < 3; scrape++)
        engine.append(scrapeBatch(labels, clock.now() + scrape * 15_000, new Float64Array(labels.length).fill(scrape)), {
          offset: block,
          epochOffset: block,
        });
    }
    await engine.drain();
  }
}

async function open(folder: string): Promise<void> {
  const clock = new ManualClock(START_MS + blocks * WINDOW_MS);
  const before = memory('before it is opened');
  const startMs = performance.now();
  const engine = await openEngine({ dir: folder, clock });
  console.log(`opening: ${(performance.now() - startMs).toFixed(0)} ms`);
  const stats = engine.stats();
  const total = stats.blocks.reduce((sum, block) => sum + block.series, 0);
  const bytes = stats.blocks.reduce((sum, block) => sum + block.bytes, 0);
  console.log(`${stats.blocks.length} blocks, ${(total / 1e6).toFixed(1)} M series, ${(bytes / total).toFixed(1)} bytes each on disk`);
  const opened = memory('opened, nobody asks');
  console.log(`bytes of memory a series: ${((opened - before) / total).toFixed(2)}`);
  await ask(engine, clock, [new Matcher('__name__', '=', 'metric_7_total'), new Matcher('pod', '=', 'pod-0-4')]);
  await ask(engine, clock, [new Matcher('pod', '=~', 'pod-.*-77')]);
  memory('after queries, with what the cache keeps');
}

async function ask(engine: Engine, clock: ManualClock, matchers: readonly Matcher[]): Promise<void> {
  const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e9 }, systemClock);
  const startMs = performance.now();
  const found = await engine.select({ tenant: 'default', matchers, range: { fromMs: 0, toMs: clock.now() } }, budget);
  console.log(`{${matchers}}: ${found.length} series, ${(performance.now() - startMs).toFixed(0)} ms`);
  if (found.length === 0 || found.some(({ samples }) => samples.times.length !== 3)) throw new Error('an answer is wrong');
}

function labelsOf(block: number, i: number): Labels {
  const pod = Math.floor(i / 100);
  return Labels.from({
    __name__: `metric_${i % 100}_total`,
    cluster: `c${pod % 7}`,
    job: `job-${pod % 10}`,
    namespace: `ns-${pod % 50}`,
    pod: `pod-${block}-${pod}`,
  });
}

function memory(name: string): number {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(`${name}: resident ${mib(rss)} MiB, heap ${mib(heapUsed)}, buffers ${mib(arrayBuffers)}`);
  return rss;
}
