/** What may go wrong at the ends of windows, each by itself: asked of windows, once the samples that they were made of have gone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { evaluateRange, parse } from '@tidemark/promql';
import { DEFAULT_LIMITS, type Engine, openEngine, QueryBudget } from '@tidemark/tsdb';
import { Labels, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The first of January 2025. */
const BASE_MS = 20_089 * DAY_MS;
const HOURS = 52;
const RAW_MS = 8 * HOUR_MS;
const RETENTION = { ...DEFAULT_LIMITS.retention, ages: { 0: RAW_MS, [DAY_MS]: 365 * DAY_MS }, slowRawMs: RAW_MS };

interface Sent {
  /** After the beginning. */
  readonly atMs: number;
  readonly value: number | 'stale';
  readonly arrivesMs?: number;
}

/** One sample each minute, at its end, for all hours, unless `valueAt` gives none. */
function eachMinute(valueAt: (minute: number) => Sent['value'] | null): Sent[] {
  return Array.from({ length: HOURS * 60 }, (_, i) => ({ atMs: (i + 1) * MINUTE_MS, value: valueAt(i + 1) })).filter(
    (sample): sample is Sent => sample.value !== null,
  );
}

type Points = readonly (readonly [hour: number, value: number])[];

interface Lived {
  readonly engine: Engine;
  /** At hours after the beginning, from windows of that width. */
  ask(text: string, widthMs: number, fromHour: number, toHour: number, stepMs?: number): Promise<Points>;
}

async function lived(name: string, samples: readonly Sent[], ask: (lived: Lived) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-edges-'));
  const clock = new ManualClock(BASE_MS);
  const engine = await openEngine({ dir, clock, limits: { rollups: true, retention: RETENTION } });
  const table = NamedSeries.of([Labels.from({ __name__: name })]);
  const arriving = samples.toSorted((a, b) => (a.arrivesMs ?? a.atMs) - (b.arrivesMs ?? b.atMs));
  let next = 0;
  for (let hour = 1; hour <= HOURS; hour++) {
    clock.advance(HOUR_MS);
    const groups = [];
    for (; next < arriving.length && (arriving[next].arrivesMs ?? arriving[next].atMs) <= hour * HOUR_MS; next++) {
      const { atMs, value } = arriving[next];
      const values = Float64Array.of(value === 'stale' ? 0 : value);
      if (value === 'stale') writeStaleAt(values, 0);
      groups.push({ timeMs: BASE_MS + atMs, numbers: Uint32Array.of(0), values });
    }
    const batch = { tenant: 'default', acceptedAtMs: clock.now(), table, groups, metadata: [] };
    expect(engine.append(batch, { offset: hour, epochOffset: hour }).refused).toEqual([]);
    await engine.maintain(clock.now(), new AbortController().signal);
  }
  expect(Math.min(...engine.stats().blocks.flatMap(({ resolutionMs, toMs }) => (resolutionMs === 0 ? [toMs] : [])))).toBeGreaterThan(
    clock.now() - RAW_MS - HOUR_MS,
  );
  const question: Lived['ask'] = async (text, widthMs, fromHour, toHour, stepMs = HOUR_MS) => {
    const { value, stretches } = await evaluateRange({
      ...{ expr: parse(text), text, tenant: 'default', queryable: engine, stepMs, resolution: widthMs },
      startMs: BASE_MS + fromHour * HOUR_MS,
      endMs: BASE_MS + toHour * HOUR_MS,
      budget: new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock),
    });
    expect(stretches.map((stretch) => [stretch.resolutionMs, stretch.class])).toEqual([[widthMs, 'exact']]);
    const [series] = value.kind === 'matrix' ? value.series : [];
    return series === undefined ? [] : Array.from(series.times, (at, i) => [(at - BASE_MS) / HOUR_MS, series.values[i]] as const);
  };
  await ask({ engine, ask: question });
  await engine.drain();
  await rm(dir, { recursive: true });
}

const WIDTHS_MS = [5 * MINUTE_MS, HOUR_MS, DAY_MS];

test('a sample that comes hours late is in the windows of its time', async () => {
  const late = { atMs: 10.5 * HOUR_MS, value: 1000, arrivesMs: 15 * HOUR_MS };
  const others = eachMinute((minute) => (minute === 630 ? null : 1));
  await lived('y', [...others, late], async ({ engine, ask }) => {
    for (const widthMs of WIDTHS_MS) {
      const endHour = (Math.ceil(late.atMs / widthMs) * widthMs) / HOUR_MS;
      const range = `[${widthMs / 1000}s]`;
      const minutes = widthMs / MINUTE_MS;
      expect(await ask(`max_over_time(y${range})`, widthMs, endHour, endHour)).toEqual([[endHour, 1000]]);
      expect(await ask(`count_over_time(y${range})`, widthMs, endHour, endHour)).toEqual([[endHour, minutes]]);
      expect(await ask(`sum_over_time(y${range})`, widthMs, endHour, endHour)).toEqual([[endHour, minutes - 1 + 1000]]);
    }
    expect(engine.stats().leftOut).toBe(0);
  });
});

test('a sample that comes when raw samples of its time have gone is left out where there are windows, and counted', async () => {
  const late = { atMs: 10.5 * HOUR_MS, value: 1000, arrivesMs: 40 * HOUR_MS };
  await lived('y', [...eachMinute((minute) => (minute === 630 ? null : 1)), late], async ({ engine, ask }) => {
    expect(await ask('max_over_time(y[1h])', HOUR_MS, 10, 12)).toEqual([
      [10, 1],
      [11, 1],
      [12, 1],
    ]);
    expect(await ask('count_over_time(y[1h])', HOUR_MS, 10, 12)).toEqual([
      [10, 60],
      [11, 59],
      [12, 60],
    ]);
    expect(engine.stats().leftOut).toBe(1);
  });
});

test('a counter that begins again at the seam of two windows, or as the last of one, loses nothing and gains nothing', async () => {
  // From 0 at hours 6 and a minute (the first of its window), 12 (the last of its window), and at day 1 and a minute.
  const beginsAgain = [6 * 60 + 1, 12 * 60, 24 * 60 + 1];
  const valueAt = (minute: number) => 3 * (minute - (beginsAgain.findLast((start) => start <= minute) ?? 0));
  await lived('x_total', eachMinute(valueAt), async ({ ask }) => {
    // 120 samples: 119 steps over 119 minutes, stretched to 120; where one of them is a reset to 0, 118 steps count.
    const ofTwoHours = (hour: number) => ask('increase(x_total[2h])', HOUR_MS, hour, hour);
    expect(await ofTwoHours(4)).toEqual([[4, 360]]);
    expect((await ofTwoHours(7))[0][1]).toBeCloseTo((118 * 3 * 120) / 119, 9);
    expect((await ofTwoHours(13))[0][1]).toBeCloseTo((118 * 3 * 120) / 119, 9);
    expect((await ofTwoHours(25))[0][1]).toBeCloseTo((118 * 3 * 120) / 119, 9);
    for (const [widthMs, from, to] of [
      [HOUR_MS, 5, 14],
      [HOUR_MS, 23, 26],
    ] as const) {
      const resets = await ask('resets(x_total[2h])', widthMs, from, to);
      expect(resets).toEqual(Array.from({ length: to - from + 1 }, (_, i) => [from + i, isSeen(from + i) ? 1 : 0]));
    }
    // The two days that are over: resets within them, and the one at their seam.
    expect(await ask('resets(x_total[1d])', DAY_MS, 24, 48, DAY_MS)).toEqual([
      [24, 2],
      [48, 0],
    ]);
    expect(await ask('resets(x_total[2d])', DAY_MS, 48, 48)).toEqual([[48, 3]]);
  });
  /** In (hour - 2, hour], and not the first sample of it, which is lower than none. */
  function isSeen(hour: number): boolean {
    return beginsAgain.some((minute) => minute > (hour - 2) * 60 + 1 && minute <= hour * 60);
  }
});

test('where nothing came for hours there is nothing, and what is around it is whole', async () => {
  const isGap = (minute: number) => minute > 6 * 60 + 30 && minute <= 9 * 60;
  await lived(
    'y',
    eachMinute((minute) => (isGap(minute) ? null : minute)),
    async ({ ask }) => {
      expect(await ask('count_over_time(y[1h])', HOUR_MS, 6, 11)).toEqual([
        [6, 60],
        [7, 30],
        [10, 60],
        [11, 60],
      ]);
      expect(await ask('y', 5 * MINUTE_MS, 6.25, 7, HOUR_MS / 12)).toEqual([
        [6.25, 375],
        [6.25 + 1 / 12, 380],
        [6.25 + 2 / 12, 385],
        [6.5, 390],
      ]);
      expect(await ask('changes(y[6h])', HOUR_MS, 12, 12)).toEqual([[12, 6 * 60 - 150 - 1]]);
      expect(await ask('absent_over_time(y[1h])', HOUR_MS, 6, 10)).toEqual([
        [8, 1],
        [9, 1],
      ]);
      expect(await ask('count_over_time(y[1d])', DAY_MS, 24, 24)).toEqual([[24, 1440 - 150]]);
    },
  );
});

test('a series that ended is gone from its marker on, and its windows are none the less', async () => {
  // Ends within a window of five minutes at 6:02, at the seam of hours at 12:00, and each time comes back half an hour later.
  const valueAt = (minute: number) => {
    if (minute === 6 * 60 + 2 || minute === 12 * 60) return 'stale';
    return (minute > 6 * 60 + 2 && minute < 6 * 60 + 32) || (minute > 12 * 60 && minute < 12 * 60 + 30) ? null : minute;
  };
  await lived('y', eachMinute(valueAt), async ({ ask }) => {
    const step = HOUR_MS / 12;
    const five = (hour: number, i: number) => hour + i / 12;
    expect(await ask('y', 5 * MINUTE_MS, 6, five(6, 3), step)).toEqual([[6, 360]]);
    expect(await ask('last_over_time(y[5m])', 5 * MINUTE_MS, 6, five(6, 3), step)).toEqual([
      [6, 360],
      [five(6, 1), 361],
    ]);
    expect(await ask('y', HOUR_MS, 11, 13)).toEqual([
      [11, 660],
      [13, 780],
    ]);
    expect(await ask('last_over_time(y[1h])', HOUR_MS, 12, 12)).toEqual([[12, 719]]);
    expect(await ask('count_over_time(y[1h])', HOUR_MS, 12, 13)).toEqual([
      [12, 59],
      [13, 31],
    ]);
    expect(await ask('count_over_time(y[1d])', DAY_MS, 24, 24)).toEqual([[24, 1440 - 30 - 30]]);
  });
});
