import type { LiveQuery } from '@tidemark/rpc';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveColumns } from './live-columns.ts';
import { LiveHub } from './live-hub.ts';
import type { LiveStreamHandlers } from './live-stream.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function fixture() {
  const opened: { queries: readonly LiveQuery[]; handlers: LiveStreamHandlers; closed: boolean }[] = [];
  const hub = new LiveHub((queries, handlers) => {
    const stream = { queries, handlers, closed: false };
    opened.push(stream);
    return () => {
      stream.closed = true;
    };
  });
  return { hub, opened };
}

const point = (atMs: number, value: number) => ({
  kind: 'matrix' as const,
  matrix: {
    startMs: atMs,
    stepMs: 1000,
    count: 1,
    series: [{ labels: {}, values: Buffer.from(new Float64Array([value]).buffer).toString('base64') }],
  },
  notes: [],
  stretches: [],
  cost: { elapsedMs: 1, series: 1, samples: 1 },
});

test('all queries share one stream, and a later one goes on where the first stopped', () => {
  const { hub, opened } = fixture();
  const columns = new LiveColumns(1000, 10);
  const ticks: number[] = [];
  hub.add('a', columns, 5000, { onTick: (watermarkMs) => ticks.push(watermarkMs) });
  const removeB = hub.add('b', new LiveColumns(1000, 10), 5000, { onTick: () => {} });
  vi.runAllTimers();
  expect(opened.map(({ queries }) => queries.map(({ expr, fromMs }) => [expr, fromMs]))).toEqual([
    [
      ['a', 5000],
      ['b', 5000],
    ],
  ]);

  opened[0].handlers.onTick({ watermarkMs: 5100, results: [{ id: opened[0].queries[0].id, result: point(5000, 7) }] });
  expect(ticks).toEqual([5100]);
  expect([...columns.frame(0, 6000).series[0].values]).toEqual([7]);

  removeB();
  vi.runAllTimers();
  expect(opened[0].closed).toBe(true);
  expect(opened[1].queries.map(({ expr, fromMs }) => [expr, fromMs])).toEqual([['a', 6000]]);
});

test('a hidden page and an empty page hold no stream', () => {
  const { hub, opened } = fixture();
  const remove = hub.add('a', new LiveColumns(1000, 10), 0, { onTick: () => {} });
  vi.runAllTimers();
  hub.setHidden(true);
  vi.runAllTimers();
  expect(opened.map(({ closed }) => closed)).toEqual([true]);
  hub.setHidden(false);
  vi.runAllTimers();
  remove();
  vi.runAllTimers();
  expect(opened.map(({ closed }) => closed)).toEqual([true, true]);
});

test('a query that fails tells its own listener only', () => {
  const { hub, opened } = fixture();
  const heard: (string | null)[] = [];
  for (const expr of ['a', 'b'])
    hub.add(expr, new LiveColumns(1000, 10), 0, { onTick: (_, problem) => heard.push(problem?.message ?? null) });
  vi.runAllTimers();
  const problem = { kind: 'execution' as const, message: 'many-to-many' };
  opened[0].handlers.onTick({ watermarkMs: 1, results: [{ id: opened[0].queries[0].id, result: { kind: 'problem', problem } }] });
  expect(heard).toEqual(['many-to-many', null]);
});
