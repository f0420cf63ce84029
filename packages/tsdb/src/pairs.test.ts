/** Where there is no oracle: engines that cut their chunks otherwise, or keep up their blocks or not, give the same answers, bit for bit. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Prng, prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test, vi } from 'vitest';
import type { SampleBatch } from './model/batch.ts';
import { randomValues } from './testing/random-columns.ts';

const START_MS = 1_700_006_400_000;
const STEP_MS = 30_000;
const BATCHES = 1_500;
const SERIES = 12;
const EPOCH_BATCHES = 10;

/** Twelve hours of some series, with gaps and late samples: what is at an offset follows from the seed. */
function batchesOf(random: Prng): readonly { readonly timeMs: number; readonly groups: SampleBatch['groups'] }[] {
  const values = Array.from({ length: SERIES }, () => randomValues(random, BATCHES));
  return Array.from({ length: BATCHES }, (_, at) => {
    const nowMs = START_MS + at * STEP_MS;
    const group = (timeMs: number, from: number) => {
      const numbers = Uint32Array.from({ length: SERIES }, (_, i) => i).filter(() => random.chance(0.9));
      const words = new BigUint64Array(numbers.length);
      numbers.forEach((number, i) => {
        words[i] = new BigUint64Array(values[number].buffer)[from];
      });
      return { timeMs, numbers, values: new Float64Array(words.buffer) };
    };
    const groups = [group(nowMs, at)];
    if (random.chance(0.05)) groups.push(group(nowMs - random.int(1, 60) * STEP_MS - 7, random.int(0, BATCHES)));
    return { timeMs: nowMs, groups };
  });
}

interface Variant {
  readonly limits?: Readonly<Record<string, number>>;
  readonly maintainEvery: number;
  readonly restartEvery?: number;
}

/** The engine as it is with other limits of its own: every answer that it gives, as text. */
async function answersOf(seed: number, { limits = {}, maintainEvery, restartEvery = BATCHES }: Variant): Promise<string[]> {
  vi.resetModules();
  vi.doMock('./limits.ts', async (importOriginal) => {
    const original = await importOriginal<Record<string, unknown>>();
    for (const name of Object.keys(limits)) expect(original[name]).toBeTypeOf('number');
    return { ...original, ...limits };
  });
  const { openEngine } = await import('./open-engine.ts');
  const { QueryBudget } = await import('./query/budget.ts');
  const { Labels } = await import('./model/labels.ts');
  const { NamedSeries } = await import('./model/named-series.ts');
  const { Matcher } = await import('./model/matcher.ts');
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-pairs-'));
  const clock = new ManualClock(START_MS);
  let engine = await openEngine({ dir, clock, prng: prng(1) });
  const batches = batchesOf(prng(seed));
  const labels = Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: `m${i % 3}`, i: `${i}` }));
  let table = NamedSeries.of(labels);
  for (const [offset, { timeMs, groups }] of batches.entries()) {
    if (offset % EPOCH_BATCHES === 0) table = NamedSeries.of(labels);
    clock.advance(timeMs - clock.now());
    engine.append(
      { tenant: 'default', acceptedAtMs: timeMs, table, groups, metadata: [] },
      { offset, epochOffset: offset - (offset % EPOCH_BATCHES) },
    );
    if (offset % maintainEvery === maintainEvery - 1) await engine.maintain(timeMs, new AbortController().signal);
    if (offset % restartEvery === restartEvery - 1) {
      await engine.drain();
      engine = await openEngine({ dir, clock, prng: prng(offset) });
    }
  }
  const random = prng(seed);
  const answers: string[] = [];
  for (let i = 0; i < 25; i++) {
    const fromMs = START_MS + random.int(0, BATCHES) * STEP_MS;
    const range = { fromMs, toMs: fromMs + random.int(0, random.pick([600_000, 40_000_000])) };
    const matchers = [new Matcher('__name__', '=~', random.pick(['m0', 'm[12]', '.+']))];
    const budget = new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, clock);
    const found = await engine.select({ tenant: 'default', matchers, range, newestOnly: random.chance(0.2) }, budget);
    answers.push(
      ...found
        .map(({ labels, samples }) => `${labels} ${samples.times.join()} ${new BigUint64Array(samples.values.slice().buffer).join()}`)
        .sort(),
    );
  }
  await engine.drain();
  await rm(dir, { recursive: true });
  return answers;
}

for (const seed of [1, 2, 3]) {
  test(`chunks of any size, and upkeep or none, answer alike, seed ${seed}`, async () => {
    const plain = await answersOf(seed, { maintainEvery: 40 });
    expect(plain.length).toBeGreaterThan(20);
    const variants: readonly Variant[] = [
      { maintainEvery: BATCHES + 1 },
      { maintainEvery: 7, restartEvery: 130 },
      // The head's open samples lie in eights.
      { limits: { CHUNK_SAMPLES_MAX: 40, LATE_SAMPLES_MAX: 9 }, maintainEvery: 40 },
      { limits: { BLOCK_CHUNK_SAMPLES_MAX: 17 }, maintainEvery: 40 },
    ];
    for (const variant of variants) expect(await answersOf(seed, variant), JSON.stringify(variant)).toEqual(plain);
  }, 120_000);
}
