/** `node --expose-gc packages/tsdb/src/query/find.bench.ts`: a thousand of a million series of eight labels, in the head and in a block; what a block takes in memory. */
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

const SERIES = Number(process.argv[2] ?? 1_000_000);
const BATCH = 10_000;
const ROUNDS = 5;
const dir = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const clock = new ManualClock(1_700_006_400_000);
const limits = { headBytesMax: 16 * 2 ** 30 };

function labelsOf(i: number): Labels {
  const instance = Math.floor(i / 100);
  return Labels.from({
    __name__: `metric_${i % 100}_total`,
    instance: `host-${instance}:9100`,
    job: `job-${instance % 10}`,
    zone: `zone-${instance % 3}`,
    cluster: `cluster-${instance % 7}`,
    team: `team-${instance % 50}`,
    version: `1.${instance % 20}.0`,
    uid: `uid-${(i * 7919) % SERIES}-x`,
  });
}

const SELECTORS: readonly (readonly Matcher[])[] = [
  [new Matcher('instance', '=~', 'host-123[0-9]:9100')],
  [new Matcher('instance', '=~', 'host-123.:9100')],
  [new Matcher('instance', '=~', '.*-123.:.*')],
  [new Matcher('instance', '=~', 'host-(123.|77..):9100'), new Matcher('__name__', '=', 'metric_7_total')],
  [new Matcher('uid', '=~', 'uid-123...-x')],
  [new Matcher('uid', '=~', '.*123...-x')],
  [
    new Matcher('instance', '=~', 'host-12..:9100'),
    new Matcher('__name__', '=~', 'metric_(1|2|3|4|5|6|7|8|9).*'),
    new Matcher('zone', '!=', 'zone-1'),
  ],
];

async function measure(where: string, engine: Engine): Promise<void> {
  for (const matchers of SELECTORS) {
    const took: number[] = [];
    let first = 0;
    let found = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e9 }, systemClock);
      const start = cpuNanoseconds();
      found = 0;
      const range = { fromMs: 0, toMs: clock.now() };
      await engine.visit?.({ tenant: 'default', matchers, range, newestOnly: true }, budget, () => found++);
      const ms = (cpuNanoseconds() - start) / 1e6;
      if (round === 0) first = ms;
      else took.push(ms);
    }
    printFigure(`${where}: {${matchers}}: ${found}, first ${first.toFixed(0)} ms`, took, 'ms');
  }
}

function memory(name: string): void {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  console.log(
    `${name}: resident ${(rss / 2 ** 20).toFixed(0)} MiB, heap ${(heapUsed / 2 ** 20).toFixed(1)}, buffers ${(arrayBuffers / 2 ** 20).toFixed(1)}`,
  );
}

if (process.argv[3] === undefined) {
  const engine = await openEngine({ dir, clock, limits });
  for (let from = 0; from < SERIES; from += BATCH) {
    const labels = Array.from({ length: BATCH }, (_, i) => labelsOf(from + i));
    engine.append(scrapeBatch(labels, clock.now(), new Float64Array(BATCH).fill(from)), { offset: from, epochOffset: 0 });
  }
  memory('head');
  await measure('head', engine);
  const start = performance.now();
  await engine.drain();
  printFigure('drain to a block', [performance.now() - start], 'ms', 0);
}
memory('before the block is opened');
const reopened = await openEngine({ dir, clock });
memory('opened');
await measure('block', reopened);
memory('after queries');
console.log(`block: ${(reopened.stats().blocks[0].bytes / SERIES).toFixed(1)} bytes a series`);
await rm(dir, { recursive: true });
