/** `node packages/tsdb/src/query/select.bench.ts`: samples out of head and blocks, and the newest of each series. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import type { Engine } from '../engine.ts';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { openEngine } from '../open-engine.ts';
import { scrapeBatch } from '../testing/batches.ts';
import { cpuNanoseconds, printFigure } from '../testing/figure.ts';
import { QueryBudget } from './budget.ts';

const SERIES = 1000;
const SECONDS = 3600;
const ROUNDS = 9;
const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const clock = new ManualClock(1_700_006_400_000);
const labels = Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'x', instance: `host-${i}`, job: `job-${i % 10}` }));
const range = { fromMs: clock.now(), toMs: clock.now() + SECONDS * 1000 };

async function measure(name: string, engine: Engine, newestOnly: boolean, unit: 'ns/sample' | 'µs'): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e9 }, systemClock);
    const start = cpuNanoseconds();
    await engine.select({ tenant: 'default', matchers: [new Matcher('__name__', '=', 'x')], range, newestOnly }, budget);
    const ns = cpuNanoseconds() - start;
    if (round > 0) took.push(unit === 'µs' ? ns / 1000 : ns / budget.samples);
  }
  printFigure(name, took, unit);
}

const engine = await openEngine({ dir, clock });
for (let second = 0; second < SECONDS; second++) {
  const values = Float64Array.from(labels, (_, i) => second * (1 + (i % 9)));
  engine.append(scrapeBatch(labels, clock.now(), values), { offset: second, epochOffset: 0 });
  clock.advance(1000);
}
await measure('select 1,000 series, 1 h at 1 s, head', engine, false, 'ns/sample');
await measure('select the newest sample of 1,000 series, head', engine, true, 'µs');
const start = performance.now();
await engine.drain();
printFigure('drain 3.6 M samples to a block', [performance.now() - start], 'ms', 0);
await measure('select 1,000 series, 1 h at 1 s, block', await openEngine({ dir, clock }), false, 'ns/sample');
await rm(dir, { recursive: true });
