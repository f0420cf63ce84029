import type { LiveQuery, RangeResult } from '@tidemark/rpc';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LIVE_UNHEARD_TICKS_MAX } from '../limits.ts';
import { LiveExchange } from './live-exchange.ts';
import type { FromTab, ToTab } from './live-messages.ts';
import type { LiveStreamHandlers } from './live-stream.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function fixture() {
  const opened: { queries: readonly LiveQuery[]; handlers: LiveStreamHandlers; closed: boolean }[] = [];
  const exchange = new LiveExchange((queries, handlers) => {
    const stream = { queries, handlers, closed: false };
    opened.push(stream);
    return () => {
      stream.closed = true;
    };
  });
  const tab = () => {
    const heard: ToTab[] = [];
    const say: (message: FromTab) => void = exchange.join((message) => heard.push(message));
    return { heard, say, watch: (...exprs: string[]) => say({ kind: 'watch', queries: exprs.map(queryOf) }) };
  };
  return { opened, tab, streams: () => opened.filter(({ closed }) => !closed) };
}

const queryOf = (expr: string): LiveQuery => ({ id: `id-${expr}`, expr, fromMs: 5000, stepMs: 1000 });
const points = (startMs: number, count: number): RangeResult => ({
  kind: 'matrix',
  matrix: { startMs, stepMs: 1000, count, series: [] },
  notes: [],
  stretches: [],
  cost: { elapsedMs: 1, series: 0, samples: 0 },
});

test('two tabs share one stream, and each hears of its own queries alone', () => {
  const { opened, streams, tab } = fixture();
  const [one, two] = [tab(), tab()];
  one.watch('a', 'b');
  two.watch('a');
  vi.runAllTimers();
  expect(streams().map(({ queries }) => queries.map(({ expr }) => expr))).toEqual([['a', 'b', 'a']]);

  const [a1, , a2] = opened[0].queries.map(({ id }) => id);
  opened[0].handlers.onTick({
    watermarkMs: 6000,
    results: [
      { id: a1, result: points(5000, 1) },
      { id: a2, result: points(5000, 2) },
    ],
  });
  expect(one.heard.at(-1)).toEqual({ kind: 'tick', tick: { watermarkMs: 6000, results: [{ id: 'id-a', result: points(5000, 1) }] } });
  expect(two.heard.at(-1)).toEqual({ kind: 'tick', tick: { watermarkMs: 6000, results: [{ id: 'id-a', result: points(5000, 2) }] } });
});

test('when a tab comes or goes, the others lose no point and get none twice', () => {
  const { opened, streams, tab } = fixture();
  const one = tab();
  one.watch('a');
  vi.runAllTimers();
  opened[0].handlers.onTick({ watermarkMs: 8000, results: [{ id: opened[0].queries[0].id, result: points(5000, 3) }] });
  const two = tab();
  two.watch('b');
  vi.runAllTimers();
  expect(streams().map(({ queries }) => queries.map(({ expr, fromMs }) => [expr, fromMs]))).toEqual([
    [
      ['a', 8000],
      ['b', 5000],
    ],
  ]);
  two.say({ kind: 'unwatch' });
  one.say({ kind: 'unwatch' });
  vi.runAllTimers();
  expect(streams()).toEqual([]);
});

test('a tab that answers no tick any more is left out', () => {
  const { streams, tab } = fixture();
  const [alive, crashed] = [tab(), tab()];
  alive.watch('a');
  crashed.watch('b');
  vi.runAllTimers();
  for (let i = 0; i <= LIVE_UNHEARD_TICKS_MAX; i++) {
    streams()[0].handlers.onTick({ watermarkMs: i, results: [] });
    alive.say({ kind: 'heard' });
  }
  vi.runAllTimers();
  expect(streams().map(({ queries }) => queries.map(({ expr }) => expr))).toEqual([['a']]);
});

test('a lost stream is told to all tabs, which watch again', () => {
  const { opened, streams, tab } = fixture();
  const one = tab();
  one.watch('a');
  vi.runAllTimers();
  opened[0].handlers.onError();
  expect(one.heard.at(-1)).toEqual({ kind: 'lost' });
  one.watch('a');
  vi.runAllTimers();
  expect(streams()).toHaveLength(2);
});
