/**
 * `node packages/tsdb/src/head/snapshot/save-head.bench.ts [SERIES] [SCRAPES]`: what new series and saving memory take of a thread, for how
 * long at most they hold others up, and what a save writes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { Labels } from '../../model/labels.ts';
import { openEngine } from '../../open-engine.ts';
import { scrapeBatch } from '../../testing/batches.ts';
import { measureTurns } from '../../testing/turns.ts';

const SERIES = Number(process.argv[2] ?? 1_000_000);
const SCRAPES = Number(process.argv[3] ?? 8);
const TARGET_SERIES = 1_000;
const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const clock = new ManualClock(1_700_006_400_000);
const measure = (name: string, work: () => Promise<unknown>) => measureTurns(`${name}, ${SERIES} series`, work);
const engine = await openEngine({ dir, clock, limits: { unsavedSamplesMax: 1, seriesPerMetricMax: SERIES } });
const targets = Array.from({ length: SERIES / TARGET_SERIES }, (_, target) =>
  Array.from({ length: TARGET_SERIES }, (_, i) =>
    Labels.from({
      __name__: `metric_${i % 500}`,
      instance: `host-${target}`,
      job: `job-${target % 10}`,
      shard: `${Math.floor(i / 500)}`,
      uid: `uid-${target * TARGET_SERIES + i}`,
    }),
  ),
);
let offset = 0;

/** A sample of each series, in records as they come. */
async function scrape(): Promise<void> {
  for (const labels of targets) {
    const values = new Float64Array(TARGET_SERIES).map((_, i) => i * offset);
    engine.append(scrapeBatch(labels, clock.now(), values), { offset: offset++, epochOffset: 0 });
    await systemClock.turn();
  }
  clock.advance(15_000);
}

async function save(name: string): Promise<void> {
  const before = engine.stats().headSavedBytes;
  await measure(name, () => engine.maintain(clock.now(), new AbortController().signal));
  console.log(`${name}: ${((engine.stats().headSavedBytes - before) / SERIES).toFixed(1)} bytes a series`);
}

await measure('first samples', scrape);
await save('first save');
for (let i = 0; i < SCRAPES; i++) await scrape();
await save(`save ${SCRAPES} samples later`);
await rm(dir, { recursive: true });
