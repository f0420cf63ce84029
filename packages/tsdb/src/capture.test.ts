import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { Matcher } from './model/matcher.ts';
import { NamedSeries } from './model/named-series.ts';
import { sameBits } from './model/sample.ts';
import { openEngine } from './open-engine.ts';
import { QueryBudget } from './query/budget.ts';
import { groupsBatch } from './testing/batches.ts';
import { readCapture } from './testing/capture.ts';

test('the captured scrapes come back bit for bit from a block', async () => {
  const series = readCapture();
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-capture-'));
  const clock = new ManualClock(Math.max(...series.map(({ times }) => times[times.length - 1])));
  const engine = await openEngine({ dir, clock });
  const table = NamedSeries.of(series.map(({ labels }) => labels));
  const byTime = new Map<number, { numbers: number[]; from: number[] }>();
  for (const [number, { times }] of series.entries()) {
    times.forEach((time, i) => {
      const group = byTime.get(time) ?? { numbers: [], from: [] };
      byTime.set(time, group);
      group.numbers.push(number);
      group.from.push(i);
    });
  }
  let offset = 0;
  for (const [timeMs, { numbers, from }] of [...byTime].sort(([a], [b]) => a - b)) {
    const values = Float64Array.from(numbers, (number, i) => series[number].values[from[i]]);
    const { appended } = engine.append(groupsBatch(table, [{ timeMs, numbers: Uint32Array.from(numbers), values }]), {
      offset: offset++,
      epochOffset: 0,
    });
    expect(appended).toBe(numbers.length);
  }
  await engine.drain();

  const again = await openEngine({ dir, clock });
  const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e9 }, clock);
  const found = await again.select(
    { tenant: 'default', matchers: [new Matcher('job', '!=', '')], range: { fromMs: 0, toMs: clock.now() } },
    budget,
  );
  const byKey = new Map(found.map((each) => [each.labels.key, each.samples]));
  expect(found.length).toBe(series.length);
  for (const { labels, times, values } of series) {
    const samples = byKey.get(labels.key);
    expect(samples !== undefined && sameBits(samples.times, times) && sameBits(samples.values, values), String(labels)).toBe(true);
  }

  const blocks = again.stats().blocks;
  const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
  const samples = blocks.reduce((sum, block) => sum + block.samples, 0);
  console.log(`captured data: ${samples} samples, ${(bytes / samples).toFixed(3)} bytes per sample in blocks`);
  await rm(dir, { recursive: true });
});
