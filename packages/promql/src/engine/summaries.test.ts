import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { openEngine, type Queryable, QueryBudget } from '@tidemark/tsdb';
import { Labels, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../syntax/parser.ts';
import { evaluateInstant, evaluateRange } from './evaluate.ts';

const START_MS = 1_700_006_400_000;
const SECONDS = 3 * 7200;
const FUNCTIONS = ['count', 'min', 'max', 'sum', 'avg', 'present', 'last', 'absent'];
const KINDS = 7;

/** By series: a counter, a gauge of whole numbers, of hundredths, sums that round, all alike, negative ones, and what no summary is made of. */
function nextValue(kind: number, before: number, random: ReturnType<typeof prng>): number {
  switch (kind) {
    case 0:
      return before + random.int(0, 9);
    case 1:
      return random.int(-500, 500);
    case 2:
      return random.int(0, 10_000) / 100;
    case 3:
      return before + random.next();
    case 4:
      return 17;
    case 5:
      return -random.int(1, 2 ** 40);
    default:
      return random.chance(0.001) ? random.pick([-0, Number.NaN, Number.POSITIVE_INFINITY]) : random.int(0, 3);
  }
}

/** A long window over blocks takes summaries of chunks; a queryable that does not know the request's reduction gives all samples. */
test('whole chunks are answered from their summaries as from their samples, bit for bit', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-summaries-'));
  const clock = new ManualClock(START_MS);
  const random = prng(3);
  const labels = Array.from({ length: 2 * KINDS }, (_, i) => Labels.from({ __name__: 'x', i: String(i) }));
  const numbers = Uint32Array.from(labels, (_, i) => i);
  const values = new Float64Array(labels.length);
  const table = NamedSeries.of(labels);
  let engine = await openEngine({ dir, clock });
  for (let second = 0; second < SECONDS; second++) {
    for (let i = 0; i < values.length; i++) {
      values[i] = nextValue(i % KINDS, Number.isNaN(values[i]) ? 0 : values[i], random);
      if (i >= KINDS && random.chance(0.002)) writeStaleAt(values, i);
    }
    const group = { timeMs: clock.now(), numbers, values: values.slice() };
    engine.append(
      { tenant: 'default', acceptedAtMs: clock.now(), table, groups: [group], metadata: [] },
      { offset: second, epochOffset: 0 },
    );
    clock.advance(1000);
    if (second !== SECONDS - 2000) continue;
    await engine.drain();
    engine = await openEngine({ dir, clock });
  }
  let fewer = 0;
  const ask = async (queryable: Queryable, text: string, atMs: number) => {
    const budget = new QueryBudget({ deadlineMs: 1e9, samplesMax: 1e9, seriesMax: 1e9 }, new ManualClock(0));
    const request = { tenant: 'default', queryable, budget, expr: parse(text) };
    // All steps of a pinned selector see the same window.
    const { value } = text.includes('@')
      ? await evaluateRange({ ...request, startMs: START_MS, endMs: START_MS + 9000, stepMs: 1000 })
      : await evaluateInstant({ ...request, atMs });
    const bits = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0].toString(16);
    const lines: string[] = [];
    if (value.kind === 'vector') for (const sample of value.samples) lines.push(`${sample.labels} ${bits(sample.value)}`);
    if (value.kind === 'matrix') for (const { labels, values } of value.series) lines.push(`${labels} ${[...values].map(bits)}`);
    return { lines: lines.sort(), loaded: budget.samples };
  };
  const plain: Queryable = {
    select: ({ reduction: _, ...request }, budget) => engine.select(request, budget),
    series: async () => [],
    labelNames: async () => [],
    labelValues: async () => [],
    metadata: async () => [],
  };
  for (let round = 0; round < 80; round++) {
    const atMs = START_MS + random.int(0, SECONDS) * 1000;
    const pin = random.chance(0.2) ? ` @ ${atMs / 1000}` : '';
    const text = `${random.pick(FUNCTIONS)}_over_time(x[${random.int(1, SECONDS)}s]${pin})`;
    const summarized = await ask(engine, text, atMs);
    const all = await ask(plain, text, atMs);
    expect(summarized.lines, `${text} at ${atMs}`).toEqual(all.lines);
    if (summarized.loaded < all.loaded / 3) fewer++;
  }
  expect(fewer).toBeGreaterThan(10);
  await engine.drain();
  await rm(dir, { recursive: true });
});
