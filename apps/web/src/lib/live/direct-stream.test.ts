import type { LiveTick } from '@tidemark/rpc';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LIVE_SILENCE_MS } from '../limits.ts';
import { directStream } from './direct-stream.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

interface Asked {
  readonly body: unknown;
  readonly lastEventId: string | null;
  readonly signal: AbortSignal;
  readonly send: (text: string) => void;
  readonly end: () => void;
}

/** A server that keeps each answer open until the test ends it. */
function server(status = 200) {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    const pipe = new TransformStream<Uint8Array, Uint8Array>();
    const writer = pipe.writable.getWriter();
    init.signal?.addEventListener('abort', () => void writer.abort(new Error('aborted')).catch(() => {}));
    asked.push({
      body: JSON.parse(init.body as string),
      lastEventId: new Headers(init.headers).get('last-event-id'),
      signal: init.signal as AbortSignal,
      send: (text) => void writer.write(new TextEncoder().encode(text)).catch(() => {}),
      end: () => void writer.close().catch(() => {}),
    });
    return new Response(status === 200 ? pipe.readable : 'no', { status });
  });
  return asked;
}

const QUERIES = [{ id: '0', expr: 'x'.repeat(90_000), fromMs: 0, stepMs: 1000 }];
const tick = (watermarkMs: number): LiveTick => ({ watermarkMs, results: [] });
const event = (watermarkMs: number) => `id: ${watermarkMs}\ndata: ${JSON.stringify(tick(watermarkMs))}\n\n`;

test('long queries travel in the body; after a lost connection it goes on behind the last event', async () => {
  const asked = server();
  const ticks: LiveTick[] = [];
  const close = directStream('/live')(QUERIES, { onTick: (each) => ticks.push(each), onError: () => {} });
  await vi.advanceTimersByTimeAsync(10);
  asked[0].send(`event: connected\ndata: {}\n\n${event(1000)}`);
  await vi.advanceTimersByTimeAsync(10);
  asked[0].end();
  await vi.advanceTimersByTimeAsync(5_000);
  asked[1].send(event(2000));
  await vi.advanceTimersByTimeAsync(10);
  expect(ticks).toEqual([tick(1000), tick(2000)]);
  expect(asked.map(({ body, lastEventId }) => [body, lastEventId])).toEqual([
    [{ queries: QUERIES }, null],
    [{ queries: QUERIES }, '1000'],
  ]);
  close();
  expect(asked[1].signal.aborted).toBe(true);
});

test('a connection without a word is opened anew', async () => {
  const asked = server();
  const close = directStream('/live')(QUERIES, { onTick: () => {}, onError: () => {} });
  await vi.advanceTimersByTimeAsync(LIVE_SILENCE_MS * 1.5);
  expect(asked).toHaveLength(2);
  close();
});

test.each([
  ['an answer that is no stream', 400, ''],
  ['an error in the stream', 200, 'event: serialized-error\ndata: {}\n\n'],
])('%s ends it', async (_, status, text) => {
  const asked = server(status);
  let errors = 0;
  directStream('/live')(QUERIES, { onTick: () => {}, onError: () => errors++ });
  await vi.advanceTimersByTimeAsync(10);
  if (text !== '') asked[0].send(text);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([errors, asked.length]).toEqual([1, 1]);
});
