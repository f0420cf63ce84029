/** Native histograms in an engine, where they are not as numbers are. What they have in common `engine.model.test.ts` looks at. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import type { SampleBatch } from './model/batch.ts';
import { encodeHistogram } from './model/histogram-bytes.ts';
import { markHigh, markLow } from './model/histogram-mark.ts';
import { Labels } from './model/labels.ts';
import { Matcher } from './model/matcher.ts';
import { NamedSeries } from './model/named-series.ts';
import type { NativeHistogram } from './model/native-histogram.ts';
import { histogramsOf } from './model/sample.ts';
import { openEngine } from './open-engine.ts';
import { QueryBudget } from './query/budget.ts';
import { copyWindows } from './rollup/copy-windows.ts';
import type { RolledColumns } from './rollup/rolled-columns.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = 1_700_006_400_000;
const idle = new AbortController().signal;
const TABLE = NamedSeries.of([Labels.from({ __name__: 'latency' })]);
const MATCHERS = [new Matcher('__name__', '=', 'latency')];

let dir: string;
let clock: ManualClock;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-histograms-'));
  clock = new ManualClock(START_MS);
});
afterEach(() => rm(dir, { recursive: true }));

const open = (limits = {}) => openEngine({ dir, clock, limits, prng: prng(1) });
const budget = (samplesMax = 1e6) => new QueryBudget({ deadlineMs: 60_000, samplesMax, seriesMax: 1e6 }, clock);

function counted(count: number): NativeHistogram {
  const positive = new Map([
    [1, count],
    [4, 1],
  ]);
  return {
    schema: 2,
    bounds: [],
    zeroThreshold: 0,
    zeroCount: 0,
    count: count + 1,
    sum: count,
    positive,
    negative: new Map(),
    hint: 'unknown',
  };
}

/** One sample. */
function batchOf(timeMs: number, sample: number | NativeHistogram): SampleBatch {
  const isNumber = typeof sample === 'number';
  const values = isNumber ? Float64Array.of(sample) : new Float64Array(Uint32Array.of(markLow(0), markHigh(0)).buffer);
  const histograms = isNumber ? undefined : [encodeHistogram(sample)];
  return {
    tenant: 'default',
    acceptedAtMs: timeMs,
    table: TABLE,
    groups: [{ timeMs, numbers: Uint32Array.of(0), values }],
    metadata: [],
    histograms,
  };
}

async function samplesOf(engine: Engine): Promise<(number | NativeHistogram)[]> {
  const found = await engine.select({ tenant: 'default', matchers: MATCHERS, range: { fromMs: 0, toMs: 1e15 } }, budget());
  return found.flatMap(({ samples }) => {
    const histograms = histogramsOf(samples);
    return Array.from(samples.values, (value, i) => histograms?.[i] ?? value);
  });
}

test('the same histogram of a time is known, another one conflicts, as a number does', async () => {
  const engine = await open();
  const conflict = { appended: 0, refused: [{ reason: 'conflicting_value', samples: 1, firstSeries: 'latency' }] };
  const append = (sample: number | NativeHistogram, offset: number) => engine.append(batchOf(START_MS, sample), { offset, epochOffset: 0 });
  expect(append(counted(1), 0)).toEqual({ appended: 1, refused: [] });
  expect(append(counted(1), 1)).toEqual({ appended: 0, refused: [] });
  expect(append(counted(2), 2)).toEqual(conflict);
  expect(append(7, 3)).toEqual(conflict);
  expect(await samplesOf(engine)).toEqual([counted(1)]);
});

test('memory of histograms is counted, and given back when they are in a block', async () => {
  const engine = await open();
  const { headBytes } = engine.stats();
  const all: (number | NativeHistogram)[] = [];
  for (let i = 0; i < 2000; i++) {
    const sample = i % 10 === 9 ? i : { ...counted(i), bounds: [], positive: new Map(Array.from({ length: 40 }, (_, at) => [at, i + 1])) };
    all.push(sample);
    engine.append(batchOf(START_MS + i * 1000, sample), { offset: i, epochOffset: i });
  }
  expect(engine.stats().headBytes - headBytes).toBeGreaterThan(2000 * 50);
  expect(await samplesOf(engine)).toEqual(all);
  clock.advance(5 * HOUR_MS);
  await engine.maintain(clock.now(), idle);
  const { headSamples, blocks } = engine.stats();
  expect([headSamples, blocks.length]).toEqual([0, 1]);
  expect(engine.stats().headBytes - headBytes).toBeLessThan(2000 * 50);
  expect(await samplesOf(engine)).toEqual(all);
});

test('a query is charged for buckets, in memory and in a block', async () => {
  const engine = await open();
  for (let i = 0; i < 100; i++) engine.append(batchOf(START_MS + i * 1000, counted(i + 1)), { offset: i, epochOffset: i });
  const request = { tenant: 'default', matchers: MATCHERS, range: { fromMs: 0, toMs: 1e15 } };
  for (const place of ['memory', 'block']) {
    await expect(engine.select(request, budget(299)), place).rejects.toThrow('more than 299 samples');
    expect(await engine.select(request, budget(300))).toHaveLength(1);
    clock.advance(5 * HOUR_MS);
    await engine.maintain(clock.now(), idle);
  }
});

test('windows of histograms have them, and those of both kinds say nothing', async () => {
  const engine = await open({ rollups: true });
  for (let i = 0; i < 1200; i++) {
    const sample = i <= 600 || i === 1000 ? i : counted(i);
    engine.append(batchOf(START_MS + i * 6000, sample), { offset: i, epochOffset: i });
  }
  clock.advance(30 * HOUR_MS);
  await engine.maintain(clock.now(), idle);
  const found: RolledColumns[] = [];
  const range = { fromMs: START_MS, toMs: START_MS + 2 * HOUR_MS };
  await engine.visitRolled?.({ tenant: 'default', matchers: MATCHERS, range, widthMs: 5 * MINUTE_MS }, budget(), (_, windows) => {
    found.push(copyWindows(windows));
  });
  const at = (minutes: number) => minutes / 5 - 1;
  const [{ count, histograms }] = found;
  expect([60, 65, 100, 105].map((minutes) => count[at(minutes)])).toEqual([50, 50, 0, 50]);
  expect([60, 65, 100, 105].map((minutes) => histograms?.[at(minutes)]?.last.count)).toEqual([undefined, 651, undefined, 1051]);
});
