import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { DEFAULT_LIMITS, type EngineLimits, openEngine, QueryBudget } from '@tidemark/tsdb';
import { encodeHistogram, Labels, markHigh, markLow, NamedSeries } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { evaluateRange } from '../evaluate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = 1_700_006_400_000;
const HOURS = 30;
const TABLE = NamedSeries.of(['latency', 'load'].map((name) => Labels.from({ __name__: name })));

/** A histogram and a number each minute for more than a day, rolled up. */
async function lived(limits: Partial<EngineLimits>, ask: (query: (text: string) => ReturnType<typeof evaluateRange>) => Promise<void>) {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-histogram-tiers-'));
  const clock = new ManualClock(START_MS);
  const engine = await openEngine({ dir, clock, limits: { rollups: true, ...limits } });
  for (let minute = 0; minute < HOURS * 60; minute++) {
    const timeMs = START_MS + minute * MINUTE_MS;
    const count = minute + 1;
    const rest = { schema: 0, bounds: [], zeroThreshold: 0, zeroCount: 0, negative: new Map(), hint: 'unknown' } as const;
    const histograms = [encodeHistogram({ ...rest, count, sum: count, positive: new Map([[1, count]]) })];
    const values = Float64Array.of(0, minute);
    new Uint32Array(values.buffer).set([markLow(0), markHigh(0)]);
    const groups = [{ timeMs, numbers: Uint32Array.of(0, 1), values }];
    const batch = { tenant: 'default', acceptedAtMs: timeMs, table: TABLE, groups, metadata: [], histograms };
    engine.append(batch, { offset: minute, epochOffset: minute });
    clock.advance(MINUTE_MS);
    if (minute % 60 === 59) await engine.maintain(clock.now(), new AbortController().signal);
  }
  await ask((text) =>
    evaluateRange({
      expr: parse(text),
      text,
      tenant: 'default',
      queryable: engine,
      budget: new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock),
      startMs: START_MS + HOUR_MS,
      endMs: START_MS + 20 * HOUR_MS,
      stepMs: HOUR_MS,
    }),
  );
  await engine.drain();
  await rm(dir, { recursive: true });
}

test('what windows do not say of histograms raw samples do', async () => {
  await lived({}, async (query) => {
    const numbers = await query('max_over_time(load[1h])');
    expect(numbers.stretches.map(({ resolutionMs }) => resolutionMs)).toEqual([HOUR_MS]);
    for (const text of ['histogram_count(latency)', 'histogram_count(increase(latency[1h]))', 'count_over_time(latency[1h])']) {
      const { value, stretches } = await query(text);
      expect(
        stretches.map(({ resolutionMs }) => resolutionMs),
        text,
      ).toEqual([0]);
      expect(value.kind === 'matrix' && value.series[0].times.length, text).toBe(20);
    }
    const { value } = await query('histogram_count(latency)');
    expect(value.kind === 'matrix' && [...value.series[0].values.slice(0, 3)]).toEqual([61, 121, 181]);
  });
});

test('raw samples of histograms are kept as long as those of slow series', async () => {
  const retention = { ...DEFAULT_LIMITS.retention, ages: { 0: 2 * HOUR_MS }, slowRawMs: 48 * HOUR_MS };
  await lived({ retention }, async (query) => {
    const { value } = await query('histogram_count(latency)');
    expect(value.kind === 'matrix' && value.series[0].times.length).toBe(20);
  });
});

test('where raw samples have gone a histogram is left out, and it is said; numbers go on', async () => {
  const retention = { ...DEFAULT_LIMITS.retention, ages: { 0: 2 * HOUR_MS }, slowRawMs: 2 * HOUR_MS };
  await lived({ retention }, async (query) => {
    const { annotations } = await query('count_over_time({__name__=~"latency|load"}[1h])');
    expect(annotations.warnings.join()).toContain('1 series are left out: their windows of');
    const { value } = await query('count_over_time(load[1h])');
    expect(value.kind === 'matrix' && value.series[0].values[0]).toBe(60);
  });
});
