import { ManualClock } from '@tidemark/base/testing';
import { MemoryQueryable, rolledQueryable } from '@tidemark/promql/testing';
import { Labels } from '@tidemark/tsdb/model';
import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { QueryService } from '../query/query-service.ts';
import { Parameters } from './parameters.ts';
import { instantEndpoint, rangeEndpoint } from './query-endpoints.ts';

const HOUR_S = 3600;

/** A sample each minute for two days, of which the second is kept raw, and all but its last two hours as hours. */
function queries(): QueryService {
  const table = new MemoryQueryable();
  const labels = Labels.from({ __name__: 'x_total' });
  for (let minute = 1; minute <= 48 * 60; minute++) table.append(labels, minute * 60_000, minute);
  const range = (from: number, to: number) => [{ fromMs: from * HOUR_S * 1000, toMs: to * HOUR_S * 1000 }];
  const queryable = rolledQueryable(table, [
    { widthMs: 0, ranges: range(24, 48) },
    { widthMs: HOUR_S * 1000, ranges: range(0, 46) },
  ]);
  const limits = { deadlineMs: 30_000, samplesMax: 1e6, seriesMax: 100 };
  const duration = new Histogram({ name: 'd', help: 'd', labelNames: ['kind', 'outcome'] as const, registers: [new Registry()] });
  return new QueryService({ source: { queryable }, clock: new ManualClock(0), limits, duration });
}

async function range(parameters: Record<string, string>) {
  const asked = { start: String(10 * HOUR_S), end: String(48 * HOUR_S), step: String(HOUR_S), ...parameters };
  const answer = await rangeEndpoint(queries())({
    ...{ tenant: 'default', path: {}, origin: undefined, signal: new AbortController().signal },
    parameters: new Parameters(new URLSearchParams(asked)),
  });
  const data = JSON.parse([...(answer?.data ?? [])].join(''));
  return { points: data.result[0]?.values.length ?? 0, warnings: answer?.warnings, resolution: answer?.resolution };
}

test('an answer says which stretch is made of what', async () => {
  expect(await range({ query: 'rate(x_total[1h])' })).toEqual({
    points: 39,
    warnings: [],
    resolution: [
      { start: 10 * HOUR_S, end: 46 * HOUR_S, resolution: '1h', class: 'exact', error: 0 },
      { start: 47 * HOUR_S, end: 48 * HOUR_S, resolution: 'raw', class: 'exact', error: 0 },
    ],
  });
});

test('what is all made of raw samples needs no words', async () => {
  expect(await range({ query: 'rate(x_total[5m])', start: String(30 * HOUR_S) })).toEqual({ points: 19, warnings: [], resolution: [] });
});

test('a resolution can be asked for', async () => {
  expect(await range({ query: 'rate(x_total[1h])', start: String(30 * HOUR_S), resolution: 'raw' })).toMatchObject({
    points: 19,
    resolution: [],
  });
  expect(await range({ query: 'rate(x_total[1h])', start: String(40 * HOUR_S), resolution: '1h' })).toMatchObject({
    points: 9,
    resolution: [{ start: 40 * HOUR_S, end: 48 * HOUR_S, resolution: '1h' }],
  });
});

test('what it cannot answer is left out, with a word', async () => {
  expect(await range({ query: 'rate(x_total[1h])', resolution: 'raw' })).toMatchObject({
    points: 24,
    warnings: [expect.stringContaining('raw samples cannot answer it')],
    resolution: [{ class: 'impossible' }, { class: 'exact', resolution: 'raw' }],
  });
});

test('a resolution that there is not is refused', async () => {
  await expect(range({ query: 'x_total', resolution: '2h' })).rejects.toThrow(
    'invalid parameter "resolution": must be one of auto, raw, 1m, 5m, 1h, 1d',
  );
});

test('an instant query has its one stretch', async () => {
  const answer = await instantEndpoint(
    queries(),
    () => 0,
  )({
    ...{ tenant: 'default', path: {}, origin: undefined, signal: new AbortController().signal },
    parameters: new Parameters(new URLSearchParams({ query: 'increase(x_total[24h])', time: String(24 * HOUR_S) })),
  });
  expect(answer?.resolution).toEqual([{ start: 24 * HOUR_S, end: 24 * HOUR_S, resolution: '1h', class: 'exact', error: 0 }]);
});

test('of many warnings the first ten are told', async () => {
  const query = Array.from({ length: 12 }, () => 'sort(x_total)').join(' + ');
  const { warnings } = await range({ query, start: String(40 * HOUR_S) });
  expect(warnings).toHaveLength(11);
  expect(warnings?.[0]).toMatch(/^PromQL warning: sort is ineffective .* \(1:1\)$/);
  expect(warnings?.[10]).toBe('2 more warning annotations omitted');
});
