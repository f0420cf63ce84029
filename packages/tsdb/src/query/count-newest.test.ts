import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { NamedSeries } from '../model/named-series.ts';
import { isStaleAt, writeStaleAt } from '../model/sample.ts';
import { openEngine } from '../open-engine.ts';
import { QueryBudget } from './budget.ts';
import type { CountRequest, Queryable } from './queryable.ts';

const START_MS = 1_700_006_400_000;
const LIMITS = { deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 };
const MATCHERS = [
  [new Matcher('__name__', '!=', '')],
  [new Matcher('__name__', '=', 'm1')],
  [new Matcher('__name__', '=~', 'm.'), new Matcher('zone', '!=', 'a')],
];

/** The same by selecting. */
async function countedOf(queryable: Queryable, { label, ...request }: CountRequest): Promise<unknown> {
  const counts = new Map<string, number>();
  let newestMs: number | null = null;
  for (const { labels, samples } of await queryable.select({ ...request, newestOnly: true }, new QueryBudget(LIMITS, systemClock))) {
    const last = samples.times.length - 1;
    if (isStaleAt(samples.values, last)) continue;
    const value = label === null ? '' : labels.get(label);
    counts.set(value, (counts.get(value) ?? 0) + 1);
    newestMs = Math.max(newestMs ?? 0, samples.times[last]);
  }
  return { counts, newestMs };
}

test('series are counted as if their newest samples were looked at, in memory and in a block', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-count-'));
  const random = prng(11);
  const clock = new ManualClock(START_MS);
  const labels = Array.from({ length: 60 }, (_, i) =>
    Labels.from({ __name__: `m${i % 4}`, i: String(i), ...(i % 3 > 0 && { zone: random.pick(['a', 'b']) }) }),
  );
  const table = NamedSeries.of(labels);
  let engine = await openEngine({ dir, clock });
  for (let second = 0; second < 600; second += 5) {
    const numbers = Uint32Array.from(labels, (_, i) => i).filter((i) => random.chance(0.9) && (i % 7 > 0 || second < 300));
    const values = Float64Array.from(numbers, (i) => (i % 5 === 0 ? 1 : second * i));
    numbers.forEach((number, at) => {
      if (number % 11 === 0 && random.chance(0.3)) writeStaleAt(values, at);
    });
    const timeMs = clock.now();
    engine.append(
      { tenant: 'default', acceptedAtMs: timeMs, table, groups: [{ timeMs, numbers, values }], metadata: [] },
      { offset: second, epochOffset: 0 },
    );
    clock.advance(5000);
  }
  let counted = 0;
  for (const place of ['memory', 'block']) {
    for (let i = 0; i < 60; i++) {
      const toMs = START_MS + random.int(0, 700) * 1000;
      const range = { fromMs: toMs - random.int(0, 300) * 1000, toMs };
      const request = { tenant: 'default', matchers: random.pick(MATCHERS), range, label: random.pick(['__name__', 'zone', null]) };
      const found = await engine.countNewest?.(request, new QueryBudget(LIMITS, systemClock));
      expect(found, `${place} ${i}`).toEqual(await countedOf(engine, request));
      counted += found?.counts.size ?? 0;
    }
    await engine.drain();
    engine = await openEngine({ dir, clock });
  }
  expect(counted).toBeGreaterThan(100);
  await rm(dir, { recursive: true });
});
