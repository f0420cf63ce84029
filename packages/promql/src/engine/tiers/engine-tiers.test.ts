import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { DEFAULT_LIMITS, type Engine, openEngine } from '@tidemark/tsdb';
import { type Labels, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { type Agreed, askBoth, DAY_MS, DAYS, type RolledSample, randomSamples, tableOf } from '../../testing/tier-agreement.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Of 150 queries each; 67 are ten thousand. */
const SEEDS = Number(process.env.SEEDS ?? 2);
/** The first of January 2025. */
const BASE_MS = 20_089 * DAY_MS;

/** Kept so shortly that each tier has lost something after four days. */
const RETENTION = {
  ...DEFAULT_LIMITS.retention,
  ages: { 0: 20 * HOUR_MS, [MINUTE_MS]: 30 * HOUR_MS, [5 * MINUTE_MS]: 50 * HOUR_MS, [HOUR_MS]: 70 * HOUR_MS },
  slowRawMs: 30 * HOUR_MS,
};

/** An engine that has lived through all samples, with its upkeep each hour. */
async function lived(samples: readonly RolledSample[], dir: string): Promise<Engine> {
  const clock = new ManualClock(BASE_MS);
  const engine = await openEngine({ dir, clock, limits: { rollups: true, retention: RETENTION } });
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
  return engine;
}

test(
  'an engine that has dropped most of its raw samples answers as if it had them',
  async () => {
    const agreed: Agreed = { exact: 0, bounded: 0, seams: 0, differences: [] };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = prng(seed);
      const samples = randomSamples(random, 4, [10_000, 60_000, 60_000], BASE_MS);
      const dir = await mkdtemp(join(tmpdir(), 'tidemark-tiers-'));
      const engine = await lived(samples, dir);
      const raw = tableOf(samples);
      for (let i = 0; i < 150; i++)
        await askBoth({ rolled: { queryable: engine }, raw, baseMs: BASE_MS, isRounded: false }, random, agreed);
      await engine.drain();
      await rm(dir, { recursive: true });
    }
    expect(agreed.differences).toEqual([]);
    expect(agreed.exact).toBeGreaterThan(800 * SEEDS);
    expect(agreed.bounded).toBeGreaterThan(50 * SEEDS);
    expect(agreed.seams).toBeGreaterThan(15 * SEEDS);
  },
  60_000 * SEEDS,
);
