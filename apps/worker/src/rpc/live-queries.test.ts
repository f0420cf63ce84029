import type { LiveTick, RangeResult } from '@tidemark/rpc';
import { afterEach, expect, test } from 'vitest';
import { RANGE_POINTS_MAX } from '../limits.ts';
import type { Grid } from './encode-matrix.ts';
import { due, LiveQueries, StoppingError } from './live-queries.ts';

/** Ticks by hand; each evaluation gives its grid back in its notes. */
class HandTicks {
  watermarkMs = Number.NEGATIVE_INFINITY;
  readonly listeners = new Set<(atMs: number) => void>();

  subscribe(listener: (atMs: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tick(atMs: number): void {
    this.watermarkMs = atMs;
    for (const listener of [...this.listeners]) listener(atMs);
  }
}

const cost = { elapsedMs: 0, series: 0, samples: 0 };
const stop = { controller: new AbortController() };

afterEach(() => {
  stop.controller.abort();
  stop.controller = new AbortController();
});

function setUp(answer: (expr: string, grid: Grid) => RangeResult = (_expr, grid) => pointsOf(grid)) {
  const ticks = new HandTicks();
  const asked: string[] = [];
  const live = new LiveQueries(ticks, async (tenant, expr, grid) => {
    asked.push(`${tenant} ${expr} ${grid.startMs}..${grid.endMs}`);
    return answer(expr, grid);
  });
  const watch = (queries: { expr: string; fromMs: number; stepMs?: number }[], tenant = 'default') =>
    live.watch(
      tenant,
      queries.map((query, i) => ({ stepMs: 1_000, ...query, id: String(i) })),
      stop.controller.signal,
    );
  return { ticks, asked, live, watch };
}

function pointsOf({ startMs, endMs, stepMs }: Grid): RangeResult {
  return { kind: 'matrix', matrix: { startMs, stepMs, count: (endMs - startMs) / stepMs + 1, series: [] }, notes: [], cost, stretches: [] };
}

async function next(stream: AsyncGenerator<LiveTick>): Promise<LiveTick> {
  const { value, done } = await stream.next();
  expect(done).toBe(false);
  return value;
}

/** `id: start..end` of each result. */
function stretches(tick: LiveTick): string[] {
  return tick.results.map(({ id, result }) => {
    if (result.kind === 'problem') return `${id}: ${result.problem.kind}`;
    const { startMs, stepMs, count } = result.matrix;
    return `${id}: ${startMs}..${startMs + (count - 1) * stepMs}`;
  });
}

test('the first tick comes at once, and each brings only what is new', async () => {
  const { ticks, watch } = setUp();
  ticks.tick(10_000);
  const stream = watch([
    { expr: 'a', fromMs: 8_000 },
    { expr: 'b', fromMs: 5_000, stepMs: 5_000 },
  ]);
  const first = await next(stream);
  expect(first.watermarkMs).toBe(10_000);
  expect(stretches(first)).toEqual(['0: 8000..10000', '1: 5000..10000']);
  for (const [atMs, expected] of [
    [11_000, ['0: 11000..11000']],
    [13_000, ['0: 12000..13000']],
    [15_000, ['0: 14000..15000', '1: 15000..15000']],
  ] as const) {
    const coming = next(stream);
    ticks.tick(atMs);
    expect(stretches(await coming)).toEqual(expected);
  }
});

test('what lies between two steps begins at the next one', async () => {
  const { ticks, watch } = setUp();
  ticks.tick(10_000);
  const stream = watch([{ expr: 'a', fromMs: 7_001 }]);
  expect(stretches(await next(stream))).toEqual(['0: 8000..10000']);
});

test('a slow subscriber skips ticks and loses no points', async () => {
  const { ticks, watch } = setUp();
  ticks.tick(10_000);
  const stream = watch([{ expr: 'a', fromMs: 10_000 }]);
  await next(stream);
  for (let atMs = 11_000; atMs <= 20_000; atMs += 1_000) ticks.tick(atMs);
  expect(stretches(await next(stream))).toEqual(['0: 11000..20000']);
});

test('who asks the same shares one evaluation, and tenants share nothing', async () => {
  const { ticks, asked, watch } = setUp();
  ticks.tick(10_000);
  const streams = [
    watch([{ expr: 'a', fromMs: 10_000 }]),
    watch([{ expr: 'a', fromMs: 10_000 }]),
    watch([{ expr: 'a', fromMs: 10_000 }], 'other'),
  ];
  for (const atMs of [10_000, 11_000]) {
    const coming = streams.map(next);
    if (atMs > 10_000) ticks.tick(atMs);
    await Promise.all(coming);
  }
  expect(asked).toEqual(['default a 10000..10000', 'other a 10000..10000', 'default a 11000..11000', 'other a 11000..11000']);
});

test('what could not be evaluated in time is asked for again; a wrong expression is not', async () => {
  let broken = true;
  const { ticks, watch } = setUp((expr, grid) => {
    if (!broken) return pointsOf(grid);
    return { kind: 'problem', problem: { kind: expr === 'slow' ? 'timeout' : 'execution', message: 'no' } };
  });
  ticks.tick(10_000);
  const stream = watch([
    { expr: 'slow', fromMs: 10_000 },
    { expr: 'wrong', fromMs: 10_000 },
  ]);
  expect(stretches(await next(stream))).toEqual(['0: timeout', '1: execution']);
  broken = false;
  const coming = next(stream);
  ticks.tick(11_000);
  expect(stretches(await coming)).toEqual(['0: 10000..11000', '1: 11000..11000']);
});

test('it ends with its client, and leaves nothing behind', async () => {
  const { ticks, live, watch } = setUp();
  ticks.tick(10_000);
  const stream = watch([{ expr: 'a', fromMs: 10_000 }]);
  await next(stream);
  expect(live.subscribers).toBe(1);
  const ending = stream.next();
  stop.controller.abort();
  expect((await ending).done).toBe(true);
  expect([live.subscribers, ticks.listeners.size]).toEqual([0, 0]);
});

test('when the worker stops, streams end by an error that tells clients to come back', async () => {
  const { ticks, live, watch } = setUp();
  ticks.tick(10_000);
  const stream = watch([{ expr: 'a', fromMs: 10_000 }]);
  await next(stream);
  const ending = stream.next();
  await live.drain();
  await expect(ending).rejects.toThrow(StoppingError);
});

test.each([
  [1_000, 5_000, 7_999, { startMs: 5_000, endMs: 7_000, stepMs: 1_000 }],
  [1_000, 8_000, 7_999, null],
  [15_000, 15_000, 29_000, { startMs: 15_000, endMs: 15_000, stepMs: 15_000 }],
  [1_000, 0, 100_000_000, { startMs: 100_000_000 - (RANGE_POINTS_MAX - 1) * 1_000, endMs: 100_000_000, stepMs: 1_000 }],
])('step %d from %d is due at %d', (stepMs, nextMs, tickMs, grid) => {
  expect(due(stepMs, nextMs, tickMs)).toEqual(grid);
});
