import type { LiveTick } from '@tidemark/rpc';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FromTab, ToTab } from './live-messages.ts';
import { type ExchangePort, sharedStream } from './shared-stream.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const QUERIES = [{ id: '0', expr: 'up', fromMs: 0, stepMs: 1000 }];
const TICK: LiveTick = { watermarkMs: 1, results: [] };

function fixture(connectable = true) {
  const said: FromTab[] = [];
  const port: ExchangePort = { postMessage: (message) => said.push(message), onmessage: null };
  const alone: boolean[] = [];
  const ticks: LiveTick[] = [];
  const open = sharedStream(
    () => {
      if (!connectable) throw new Error('no shared workers here');
      return port;
    },
    () => {
      alone.push(true);
      return () => alone.push(false);
    },
  );
  return {
    said,
    alone,
    ticks,
    tell: (data: ToTab) => port.onmessage?.({ data } as MessageEvent<ToTab>),
    open: () => open(QUERIES, { onTick: (tick) => ticks.push(tick), onError: () => {} }),
  };
}

test('queries go to the exchange, its ticks are acknowledged and delivered until the stream is closed', async () => {
  const { open, tell, said, ticks, alone } = fixture();
  const close = open();
  tell({ kind: 'welcome' });
  await vi.runAllTimersAsync();
  tell({ kind: 'tick', tick: TICK });
  close();
  tell({ kind: 'tick', tick: TICK });
  expect(ticks).toEqual([TICK]);
  expect(said).toEqual([{ kind: 'watch', queries: QUERIES }, { kind: 'heard' }, { kind: 'unwatch' }, { kind: 'heard' }]);
  expect(alone).toEqual([]);
});

test.each([
  ['there are no shared workers', false],
  ['the worker does not answer', true],
])('a tab has a stream of its own when %s', async (_, connectable) => {
  const { open, alone } = fixture(connectable);
  const close = open();
  await vi.runAllTimersAsync();
  close();
  expect(alone).toEqual([true, false]);
});

test('a stream that is closed before the exchange has answered is never opened', async () => {
  const { open, said, alone } = fixture(false);
  open()();
  await vi.runAllTimersAsync();
  expect([said, alone]).toEqual([[], []]);
});
