import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { DEFAULT_LIMITS, type Engine, openEngine, QueryBudget } from '@tidemark/tsdb';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { evaluateRange } from '../evaluate.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = 1_700_006_400_000;
const HOURS = 9;
/** By its series: a fast counter, a fast gauge, a slow counter, and one that is fast for the first half and slow for the second. */
const EVERY_MS = { fast_total: [5, 5], fast: [5, 5], slow_total: [15, 15], turning_total: [5, 20] };
const NAMES = Object.keys(EVERY_MS) as (keyof typeof EVERY_MS)[];
const TABLE = NamedSeries.of(NAMES.map((name) => Labels.from({ __name__: name, is: name })));

let dir: string;
let engine: Engine;

/** Samples are kept for four hours, of slow series for a day. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-slow-'));
  const clock = new ManualClock(START_MS);
  const retention = { ...DEFAULT_LIMITS.retention, ages: { 0: 4 * HOUR_MS }, slowRawMs: 24 * HOUR_MS };
  engine = await openEngine({ dir, clock, limits: { rollups: true, retention } });
  for (let second = 5; second <= HOURS * 3600; second += 5) {
    clock.advance(5 * SECOND_MS);
    const half = second <= (HOURS * 3600) / 2 ? 0 : 1;
    const there = NAMES.flatMap((name, i) => (second % EVERY_MS[name][half] === 0 ? [i] : []));
    const values = Float64Array.from(there, (i) => (NAMES[i] === 'fast' ? second % 11 : second * (i + 1)));
    const groups = [{ timeMs: clock.now(), numbers: Uint32Array.from(there), values }];
    const batch = { tenant: 'default', acceptedAtMs: clock.now(), table: TABLE, groups, metadata: [] };
    engine.append(batch, { offset: second, epochOffset: second });
    if (second % 3600 === 0) await engine.maintain(clock.now(), new AbortController().signal);
  }
});

afterAll(async () => {
  await engine.drain();
  await rm(dir, { recursive: true });
});

async function ask(text: string, { from, to, resolution }: { from: number; to: number; resolution?: number }) {
  const { value, stretches, annotations } = await evaluateRange({
    ...{ expr: parse(text), text, tenant: 'default', queryable: engine, resolution },
    budget: new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock),
    ...{ startMs: START_MS + from * HOUR_MS, endMs: START_MS + to * HOUR_MS, stepMs: MINUTE_MS },
  });
  const series = value.kind === 'matrix' ? value.series : [];
  const told = stretches.map(({ resolutionMs, class: how, seriesFromRaw = 0 }) => `${resolutionMs / MINUTE_MS}m ${how} ${seriesFromRaw}`);
  return { counts: series.map(({ times }) => times.length), values: series.map(({ values }) => values[0]), told, ...annotations };
}

test('series with windows of a minute are answered by them, slow ones by their samples', async () => {
  const answer = await ask('increase({__name__=~"fast_total|slow_total"}[5m])', { from: 1, to: 3 });
  expect(answer).toMatchObject({ counts: [121, 121], values: [300, 900], told: ['1m exact 1'], warnings: [] });
});

test('where all are slow, raw samples answer and nothing else', async () => {
  for (const text of ['rate(slow_total[5m])', 'slow_total', 'count_over_time(slow_total[5m] offset 1m)']) {
    expect(await ask(text, { from: 1, to: 3 }), text).toMatchObject({ counts: [121], told: ['0m exact 0'], warnings: [] });
  }
});

test('windows that are stored go before raw samples that are there, as far as they answer', async () => {
  expect(await ask('rate(fast_total[5m])', { from: 5, to: 9 })).toMatchObject({ counts: [241], told: ['1m exact 0', '0m exact 0'] });
  const { told } = await ask('changes({__name__=~"fast|fast_total"}[5m])', { from: 4.5, to: 5.5 });
  expect(told).toEqual(['1m exact 1']);
});

test('a series that becomes slow is answered as a whole', async () => {
  const turning = await ask('increase(turning_total[30m])', { from: 1, to: 8 });
  expect(turning).toMatchObject({ counts: [421], warnings: [] });
  const both = await ask('sum(increase({__name__=~"turning_total|slow_total"}[1h]))', { from: 4, to: 5 });
  expect(both).toMatchObject({ counts: [61], warnings: [] });
});

test('a resolution that is asked for is made for slow series, too', async () => {
  const answer = await ask('increase({__name__=~"fast_total|slow_total"}[5m])', { from: 1, to: 3, resolution: MINUTE_MS });
  expect(answer).toMatchObject({ counts: [121, 121], values: [300, 900], told: ['1m exact 0'] });
});
