import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { DEFAULT_LIMITS, type Engine, openEngine, QueryBudget } from '@tidemark/tsdb';
import { Labels, Matcher, NamedSeries } from '@tidemark/tsdb/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { evaluateRange } from '../evaluate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = 1_700_006_400_000;
const HOURS = 14;
const TABLE = NamedSeries.of([
  Labels.from({ __name__: 'x', severity: 'critical' }),
  Labels.from({ __name__: 'x', severity: 'warning' }),
  Labels.from({ __name__: 'debug_info' }),
]);

let dir: string;
let engine: Engine;

function open(clock: ManualClock): Promise<Engine> {
  const series = [
    { matchers: [new Matcher('severity', '=', 'critical')], ages: { 0: 24 * HOUR_MS } },
    { matchers: [new Matcher('__name__', '=', 'debug_info')], ages: { 0: 2 * HOUR_MS } },
  ];
  const retention = { ...DEFAULT_LIMITS.retention, ages: { 0: 7 * HOUR_MS }, slowRawMs: 0, series };
  return openEngine({ dir, clock, limits: { rollups: true, retention } });
}

/** Of critical series samples are kept for a day, of one with a name of its own for two hours, of others for seven. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-thinned-'));
  const clock = new ManualClock(START_MS);
  engine = await open(clock);
  for (let tick = 1; tick <= HOURS * 120; tick++) {
    clock.advance(MINUTE_MS / 2);
    const groups = [{ timeMs: clock.now(), numbers: Uint32Array.of(0, 1, 2), values: Float64Array.of(tick, tick, tick) }];
    const batch = { tenant: 'default', acceptedAtMs: clock.now(), table: TABLE, groups, metadata: [] };
    engine.append(batch, { offset: tick, epochOffset: tick });
    if (tick % 120 === 0) await engine.maintain(clock.now(), new AbortController().signal);
  }
  // What has gone is known in the next life.
  await engine.drain();
  engine = await open(clock);
});

afterAll(async () => {
  await engine.drain();
  await rm(dir, { recursive: true });
});

/** Between hours of the test; 90 seconds fit no window. */
async function told(text: string, from: number, to: number) {
  const { value, stretches, annotations } = await evaluateRange({
    ...{ expr: parse(text), text, tenant: 'default', queryable: engine },
    budget: new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock),
    ...{ startMs: START_MS + from * HOUR_MS, endMs: START_MS + to * HOUR_MS, stepMs: MINUTE_MS },
  });
  const series = value.kind === 'matrix' ? value.series : [];
  return {
    values: series.map(({ values }) => values[0]),
    told: stretches.map(({ resolutionMs, class: how }) => `${resolutionMs / MINUTE_MS}m ${how}`),
    warnings: annotations.warnings.length,
  };
}

const EXACT = { told: ['0m exact'], warnings: 0 };

test('samples that a rule has kept for longer answer', async () => {
  expect(await told('sum_over_time(x{severity="critical"}[90s])', 1, 2)).toEqual({ values: [119 + 120 + 118], ...EXACT });
  expect(await told('rate(x{severity=~"critical",severity!=""}[90s])', 1, 2)).toMatchObject(EXACT);
});

test('where samples of some that are selected may have gone, windows answer for all', async () => {
  for (const text of [
    'rate(x[90s])',
    'rate(x{severity!="critical"}[90s])',
    'rate(x{severity="critical"}[90s]) / on() group_left() rate(debug_info[90s])',
  ]) {
    const answer = await told(text, 1, 2);
    expect(answer.told, text).not.toContain('0m exact');
    expect(answer.warnings, text).toBe(1);
  }
});

test('samples that a rule takes earlier take no others with them', async () => {
  expect(await told('sum_over_time(x[90s])', 9, 9.5)).toEqual({ values: [1080 + 1079 + 1078, 1080 + 1079 + 1078], ...EXACT });
  expect((await told('rate(debug_info[90s])', 9, 9.5)).told).not.toContain('0m exact');
  // It has no name that says which.
  expect((await told('rate({__name__=~".+"}[90s])', 9, 9.5)).told).not.toContain('0m exact');
});
