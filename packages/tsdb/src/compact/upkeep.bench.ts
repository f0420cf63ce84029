/** `node packages/tsdb/src/compact/upkeep.bench.ts`: how long upkeep, deletion and snapshots take for a large window, and for how long at most they hold others up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ManualClock } from '@tidemark/base/testing';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { openEngine } from '../open-engine.ts';
import { scrapeBatch } from '../testing/batches.ts';
import { printFigure } from '../testing/figure.ts';

const SERIES = 100_000;
const SCRAPES = 60;
const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const clock = new ManualClock(1_700_006_400_000);

async function measure(name: string, work: () => Promise<void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await work();
  const took = performance.now() - start;
  delay.disable();
  printFigure(`${name}, 100,000 series: time`, [took], 'ms', 0);
  printFigure(`${name}, 100,000 series: pause, 99th percentile`, [delay.percentile(99) / 1e6], 'ms');
  printFigure(`${name}, 100,000 series: longest pause`, [delay.max / 1e6], 'ms');
}

async function fill(): Promise<Awaited<ReturnType<typeof openEngine>>> {
  const engine = await openEngine({ dir, clock });
  const labels = Array.from({ length: SERIES }, (_, i) =>
    Labels.from({ __name__: `metric_${i % 500}`, instance: `host-${i % 1000}`, job: `job-${i % 10}`, shard: `${Math.floor(i / 1000)}` }),
  );
  for (let scrape = 0; scrape < SCRAPES; scrape++) {
    engine.append(scrapeBatch(labels, clock.now(), new Float64Array(SERIES).fill(scrape)), { offset: scrape, epochOffset: 0 });
    clock.advance(15_000);
  }
  return engine;
}

const first = await fill();
await measure('drain', () => first.drain());
const second = await fill();
await second.drain();
const third = await openEngine({ dir, clock });
await measure('merge of two blocks', () => third.maintain(clock.now(), new AbortController().signal));
const half = { tenant: 'default', selectors: [[new Matcher('job', '=~', 'job-[0-4]')]], range: { fromMs: 0, toMs: clock.now() - 60_000 } };
await measure('deletion of half of it from a block', async () => void (await third.deleteSamples(half, 0)));
await measure('cleaning', () => third.cleanTombstones());
const fourth = await fill();
await measure('deletion of half of it from memory', async () => void (await fourth.deleteSamples(half, 0)));
await measure('snapshot, memory written first', async () => void (await fourth.snapshot(join(dir, 'snapshot'), false)));
await measure('snapshot of blocks', async () => void (await fourth.snapshot(join(dir, 'another'), true)));
await rm(dir, { recursive: true });
