import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { type Engine, openEngine, QueryBudget } from '@tidemark/tsdb';
import { Labels, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { evaluateRange } from '../evaluate.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = 20_089 * DAY_MS;
const NAMES = ['seam_total', 'ended', 'ended_late'];
const TABLE = NamedSeries.of(NAMES.map((name) => Labels.from({ __name__: name })));
const ENDED_MS = START_MS + 4 * HOUR_MS;

let dir: string;
let engine: Engine;

/** What each has at a time, at most: a counter that begins anew with windows of each width, and two gauges that end beside the end of a unit. */
function samplesAt(atMs: number): (number | 'stale' | null)[] {
  const sinceMs = atMs - START_MS;
  // A sample at a window's end is its last one: those of 5 s later are the first of the next.
  const anew = [10 * MINUTE_MS, HOUR_MS + 20 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS, DAY_MS].findLast((each) => each < sinceMs) ?? 0;
  const before = atMs < ENDED_MS - 30 * SECOND_MS ? 1 : null;
  return [
    (sinceMs - anew) / SECOND_MS,
    before ?? (atMs === ENDED_MS - 20 * SECOND_MS ? 'stale' : null),
    atMs < ENDED_MS ? 1 : atMs === ENDED_MS + 5 * SECOND_MS ? 'stale' : null,
  ];
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-seams-'));
  const clock = new ManualClock(START_MS);
  engine = await openEngine({ dir, clock, limits: { rollups: true } });
  for (let offset = 0; clock.now() < START_MS + 26 * HOUR_MS; offset++) {
    clock.advance(5 * SECOND_MS);
    const samples = samplesAt(clock.now());
    const there = [...samples.keys()].filter((i) => samples[i] !== null);
    const values = Float64Array.from(there, (i) => Number(samples[i]));
    for (const [at, i] of there.entries()) if (samples[i] === 'stale') writeStaleAt(values, at);
    const groups = [{ timeMs: clock.now(), numbers: Uint32Array.from(there), values }];
    engine.append({ tenant: 'default', acceptedAtMs: clock.now(), table: TABLE, groups, metadata: [] }, { offset, epochOffset: offset });
    if ((clock.now() - START_MS) % HOUR_MS === 0) await engine.maintain(clock.now(), new AbortController().signal);
  }
  // The day is over, and so is the time for late samples.
  clock.advance(2 * HOUR_MS);
  await engine.maintain(clock.now(), new AbortController().signal);
});

afterAll(async () => {
  await engine.drain();
  await rm(dir, { recursive: true });
});

async function ask(text: string, [fromMs, toMs, stepMs]: readonly [number, number, number], resolution: number) {
  const { value, stretches } = await evaluateRange({
    ...{ expr: parse(text), text, tenant: 'default', queryable: engine, resolution },
    budget: new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock),
    ...{ startMs: START_MS + fromMs, endMs: START_MS + toMs, stepMs },
  });
  expect(stretches.every(({ resolutionMs, class: how }) => resolutionMs === resolution && how === 'exact')).toBe(true);
  return value.kind === 'matrix' ? value.series.map(({ times, values }) => ({ times: [...times], values: [...values] })) : [];
}

test.each([
  [MINUTE_MS, '5m'],
  [5 * MINUTE_MS, '15m'],
  [HOUR_MS, '3h'],
  [DAY_MS, '1d'],
])('a counter that begins anew between two windows, of %i ms, units and days too', async (widthMs, range) => {
  const at = [
    widthMs < DAY_MS ? Math.max(widthMs, 6 * MINUTE_MS - ((6 * MINUTE_MS) % widthMs)) : DAY_MS,
    25 * HOUR_MS - ((25 * HOUR_MS) % widthMs),
    widthMs,
  ] as const;
  for (const name of ['increase', 'rate', 'resets', 'delta']) {
    const text = `${name}(seam_total[${range}])`;
    expect(await ask(text, at, widthMs), text).toEqual(await ask(text, at, 0));
  }
});

test('a series that has ended within a unit is gone with its marker', async () => {
  const at = [4 * HOUR_MS - 5 * MINUTE_MS, 4 * HOUR_MS + 10 * MINUTE_MS, MINUTE_MS] as const;
  const [raw] = await ask('ended', at, 0);
  expect(raw.times.at(-1)).toBe(ENDED_MS - MINUTE_MS);
  expect(await ask('ended', at, MINUTE_MS)).toEqual([raw]);
});

test('one whose marker lies in a unit without samples is seen for the lookback more', async () => {
  const at = [4 * HOUR_MS - 5 * MINUTE_MS, 4 * HOUR_MS + 10 * MINUTE_MS, MINUTE_MS] as const;
  const lastOf = async (resolution: number) => (await ask('ended_late', at, resolution))[0].times.at(-1);
  expect(await lastOf(0)).toBe(ENDED_MS);
  expect(await lastOf(MINUTE_MS)).toBe(ENDED_MS + 4 * MINUTE_MS);
});
