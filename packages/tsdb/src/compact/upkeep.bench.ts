/**
 * `node packages/tsdb/src/compact/upkeep.bench.ts [SERIES] [SCRAPES]`: what upkeep, deletion, snapshots and a heavy query of a large
 * window take, and for how long at most they hold others up.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import type { Engine } from '../engine.ts';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { openEngine } from '../open-engine.ts';
import { QueryBudget } from '../query/budget.ts';
import { scrapeBatch } from '../testing/batches.ts';
import { measureTurns } from '../testing/turns.ts';

const SERIES = Number(process.argv[2] ?? 100_000);
const SCRAPES = Number(process.argv[3] ?? 60);
const TARGET_SERIES = 1_000;
const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const clock = new ManualClock(1_700_006_400_000);
const measure = (name: string, work: () => Promise<unknown>) => measureTurns(`${name}, ${SERIES} series`, work);

const targets = Array.from({ length: SERIES / TARGET_SERIES }, (_, target) =>
  Array.from({ length: TARGET_SERIES }, (_, at) => {
    const i = target * TARGET_SERIES + at;
    return Labels.from({
      __name__: `metric_${i % 500}`,
      instance: `host-${i % 1000}`,
      job: `job-${i % 10}`,
      shard: `${Math.floor(i / 1000)}`,
      uid: `uid-${i}`,
    });
  }),
);
let offset = 0;

/** A sample of each series, in records as they come. */
async function scrape(engine: Engine): Promise<void> {
  for (const labels of targets) {
    const values = new Float64Array(TARGET_SERIES).map((_, i) => i * offset);
    engine.append(scrapeBatch(labels, clock.now(), values), { offset: offset++, epochOffset: 0 });
    await systemClock.turn();
  }
  clock.advance(15_000);
}

async function fill(): Promise<Engine> {
  const engine = await openEngine({ dir, clock });
  await measure('first samples of new series', () => scrape(engine));
  for (let i = 1; i < SCRAPES; i++) await scrape(engine);
  return engine;
}

const first = await fill();
await measure('drain', () => first.drain());
const second = await fill();
await second.drain();
const third = await openEngine({ dir, clock });
await measure('merge of two blocks', () => third.maintain(clock.now(), new AbortController().signal));
const half = { tenant: 'default', selectors: [[new Matcher('job', '=~', 'job-[0-4]')]], range: { fromMs: 0, toMs: clock.now() - 60_000 } };
const limits = { deadlineMs: 600_000, samplesMax: 1e9, seriesMax: 1e9 };
async function queryAll(engine: Engine): Promise<void> {
  const request = { tenant: 'default', matchers: [new Matcher('uid', '=~', 'u.*')], range: { fromMs: 0, toMs: clock.now() } };
  await engine.visit?.(request, new QueryBudget(limits, clock), () => {});
}
await measure('query of all samples of a block', () => queryAll(third));
await measure('deletion of half of it from a block', async () => void (await third.deleteSamples(half, 0)));
await measure('cleaning', () => third.cleanTombstones());
const fourth = await fill();
await measure('query of all samples of memory and a block', () => queryAll(fourth));
await measure('deletion of half of it from memory', async () => void (await fourth.deleteSamples(half, 0)));
await measure('snapshot, memory written first', async () => void (await fourth.snapshot(join(dir, 'snapshot'), false)));
await measure('snapshot of blocks', async () => void (await fourth.snapshot(join(dir, 'another'), true)));
await rm(dir, { recursive: true });
