import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Prng, prng, systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { DEFAULT_LIMITS, type EngineLimits, openEngine, type Queryable, QueryBudget } from '@tidemark/tsdb';
import { bucketsOf, CUSTOM_SCHEMA, encodeHistogram, Labels, markHigh, markLow, NamedSeries } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { MemoryQueryable } from '../../testing/memory-queryable.ts';
import { rolledQueryable } from '../../testing/rolled-queryable.ts';
import { evaluateRange } from '../evaluate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = 1_700_006_400_000;
const HOURS = 30;
const TABLE = NamedSeries.of(['latency', 'load'].map((name) => Labels.from({ __name__: name })));

function budget(): QueryBudget {
  return new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
}

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
      budget: budget(),
      startMs: START_MS + HOUR_MS,
      endMs: START_MS + 20 * HOUR_MS,
      stepMs: HOUR_MS,
    }),
  );
  await engine.drain();
  await rm(dir, { recursive: true });
}

test('windows answer for histograms as they do for numbers', async () => {
  await lived({}, async (query) => {
    for (const text of [
      'max_over_time(load[1h])',
      'histogram_count(latency)',
      'histogram_count(increase(latency[1h]))',
      'count_over_time(latency[1h])',
    ]) {
      const { value, stretches, annotations } = await query(text);
      expect(
        stretches.map(({ resolutionMs, class: how }) => [resolutionMs, how]),
        text,
      ).toEqual([[HOUR_MS, 'exact']]);
      expect(value.kind === 'matrix' && value.series[0].times.length, text).toBe(20);
      expect(annotations.warnings, text).toEqual([]);
    }
    const { value } = await query('histogram_count(latency)');
    expect(value.kind === 'matrix' && [...value.series[0].values.slice(0, 3)]).toEqual([61, 121, 181]);
  });
});

test('raw samples of histograms are kept as long as those of slow series', async () => {
  const retention = { ...DEFAULT_LIMITS.retention, ages: { 0: 2 * HOUR_MS }, slowRawMs: 48 * HOUR_MS };
  await lived({ retention }, async (query) => {
    const { value } = await query('histogram_count(latency offset 30s)');
    expect(value.kind === 'matrix' && value.series[0].times.length).toBe(20);
  });
});

test('where raw samples have gone windows answer, or it is said that they do not', async () => {
  const retention = { ...DEFAULT_LIMITS.retention, ages: { 0: 2 * HOUR_MS }, slowRawMs: 2 * HOUR_MS };
  await lived({ retention }, async (query) => {
    const { value } = await query('histogram_quantile(0.5, rate(latency[1h]))');
    expect(value.kind === 'matrix' && value.series[0].values[0]).toBeCloseTo(Math.SQRT2);
    const { annotations } = await query('sum_over_time({__name__=~"latency|load"}[1h])');
    expect(annotations.warnings.join()).toContain('1 series are left out: their windows of');
  });
});

/** Counters that begin anew, gauges, buckets that become coarser, custom bounds, stale markers and numbers among them. */
function randomTable(random: Prng): MemoryQueryable {
  const table = new MemoryQueryable();
  for (let series = 0; series < 4; series++) {
    const isGauge = series === 3;
    const isCustom = series === 2;
    const labels = Labels.from({ __name__: 'h', i: String(series) });
    const stepMs = random.pick([30_000, 60_000, 150_000, HOUR_MS / 2, HOUR_MS]);
    let counts = [0, 0, 0, 0];
    let schema = 3;
    for (let timeMs = random.int(0, stepMs); timeMs < 48 * HOUR_MS; timeMs += stepMs) {
      if (random.chance(0.02)) schema = random.int(0, 4);
      if (random.chance(0.03)) timeMs += random.int(0, 2 * HOUR_MS);
      const begins = isGauge || random.chance(0.03);
      counts = counts.map((count) => (begins ? 0 : count) + random.int(0, 5));
      const count = counts.reduce((a, b) => a + b);
      const positive = bucketsOf(counts.map((each, i) => [i, each] as const));
      const rest = { zeroThreshold: 0, zeroCount: 0, negative: new Map(), hint: isGauge ? 'gauge' : 'unknown' } as const;
      const own = isCustom ? { schema: CUSTOM_SCHEMA, bounds: schema > 1 ? [1, 2, 4] : [1, 2, 3, 4] } : { schema, bounds: [] };
      const histogram = { ...rest, ...own, count, sum: 2 * count, positive };
      table.append(labels, timeMs, random.chance(0.004) ? 'stale' : random.chance(0.002) ? count : histogram);
    }
  }
  return table;
}

const FUNCTIONS = ['rate', 'increase', 'delta', 'resets', 'changes', 'sum_over_time', 'avg_over_time', 'count_over_time', 'last_over_time'];

test('an answer from windows of histograms is that from the histograms', async () => {
  let compared = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const random = prng(seed);
    const raw = randomTable(random);
    const whole = { fromMs: 0, toMs: 48 * HOUR_MS };
    const rolled = rolledQueryable(
      raw,
      [5 * MINUTE_MS, HOUR_MS].map((widthMs) => ({ widthMs, ranges: [whole] })),
    );
    for (const name of FUNCTIONS) {
      const text = `${name}(h[${random.pick(['1h', '2h', '7h'])}])`;
      const ask = async (queryable: Queryable) => {
        const steps = { startMs: 7 * HOUR_MS, endMs: 47 * HOUR_MS, stepMs: HOUR_MS };
        const asked = { expr: parse(text), text, tenant: 'default', queryable, budget: budget() };
        const { value } = await evaluateRange({ ...asked, ...steps });
        const points =
          value.kind !== 'matrix'
            ? []
            : value.series.flatMap(({ labels, times, values, histograms }) =>
                Array.from(times, (timeMs, i) => [`${labels} ${timeMs}`, histograms?.[i] ?? values[i]] as const),
              );
        return new Map(points);
      };
      const expected = await ask(raw);
      for (const [at, sample] of await ask(rolled)) {
        expect(sample, `seed ${seed}: ${text} ${at}`).toEqual(expected.get(at));
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(8000);
});
