/**
 * One seed: an engine that has lived through four days, and has dropped most of its raw samples and some of each tier. What is an hour old lies
 * on its disk, what is older in an object store. Whatever it is asked, it answers as if it had all samples in memory.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, prng, systemClock } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { type Agreed, askBoth, DAY_MS, DAYS, type RolledSample, randomSamples, tableOf } from '@tidemark/promql/testing';
import { DEFAULT_LIMITS, type Engine, openEngine } from '@tidemark/tsdb';
import { type Labels, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import { FolderStore, type ObjectStore, PatientStore } from '@tidemark/tsdb/object-store';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const QUERIES_PER_SEED = 150;

/** The first of January 2025. */
const BASE_MS = 20_089 * DAY_MS;

/** Kept so shortly that each tier has lost something after four days. */
const RETENTION = {
  ...DEFAULT_LIMITS.retention,
  ages: { 0: 20 * HOUR_MS, [MINUTE_MS]: 30 * HOUR_MS, [5 * MINUTE_MS]: 50 * HOUR_MS, [HOUR_MS]: 70 * HOUR_MS },
  slowRawMs: 30 * HOUR_MS,
};

const COLD_AFTER_MS = 8 * HOUR_MS;

export function nothingAsked(): Agreed {
  return { exact: 0, bounded: 0, seams: 0, differences: [] };
}

/** Adds what came out to `agreed`. `store`: a folder where none is given. */
export async function askAcrossSeams(seed: number, agreed: Agreed, store?: ObjectStore): Promise<void> {
  const random = prng(seed);
  const samples = randomSamples(random, 4, [10_000, 60_000, 60_000], BASE_MS);
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-seams-'));
  try {
    const engine = await lived(samples, dir, store ?? new FolderStore(nodeFiles, join(dir, 'store'), 'one'));
    const raw = tableOf(samples);
    for (let i = 0; i < QUERIES_PER_SEED; i++)
      await askBoth({ rolled: { queryable: engine }, raw, baseMs: BASE_MS, isRounded: false }, random, agreed);
    const { blocks, places, headSamples } = engine.stats();
    assert(headSamples > 0 && blocks.some(({ place }) => place === null) && places[0].requests > 0, 'memory, disk and store were asked');
    await engine.drain();
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** An engine that has lived through all samples, with its upkeep each hour; what is old enough is in the store, of which it keeps nothing. */
async function lived(samples: readonly RolledSample[], dir: string, store: ObjectStore): Promise<Engine> {
  const clock = new ManualClock(BASE_MS);
  const engine = await openEngine({
    dir: join(dir, 'engine'),
    clock,
    limits: { rollups: true, retention: RETENTION, farCacheBytes: 0 },
    places: [
      {
        kind: 'objects',
        name: 'cold',
        store: new PatientStore(store, systemClock, prng(1)),
        prefix: 'partition-0/',
        age: { afterMs: COLD_AFTER_MS },
      },
    ],
  });
  const numbers = new Map<string, number>();
  const labels: Labels[] = [];
  for (const { labels: each } of samples) {
    if (numbers.has(each.key)) continue;
    numbers.set(each.key, labels.push(each) - 1);
  }
  const table = NamedSeries.of(labels);
  let next = 0;
  for (let offset = 0; clock.now() < BASE_MS + DAYS * DAY_MS; offset++) {
    clock.advance(10 * MINUTE_MS);
    const groups = [];
    for (; next < samples.length && samples[next].atMs <= clock.now(); next++) {
      const { labels: own, atMs, value } = samples[next];
      const values = Float64Array.of(value === 'stale' ? 0 : value);
      if (value === 'stale') writeStaleAt(values, 0);
      groups.push({ timeMs: atMs, numbers: Uint32Array.of(numbers.get(own.key) as number), values });
    }
    engine.append({ tenant: 'default', acceptedAtMs: clock.now(), table, groups, metadata: [] }, { offset, epochOffset: 0 });
    if (offset % 6 === 5) await engine.maintain(clock.now(), new AbortController().signal);
  }
  await waitFor('the moves', async () => {
    await engine.maintain(clock.now(), new AbortController().signal);
    return engine.stats().places[0].waiting.blocks === 0;
  });
  return engine;
}
