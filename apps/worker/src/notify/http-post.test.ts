import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';
import { postJson, retryAfterMs } from './http-post.ts';
import { startHttpReceiver } from './testing/http-receiver.ts';

const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5));

test('Retry-After is seconds or a date; anything else says nothing', () => {
  expect(retryAfterMs('120', clock)).toBe(120_000);
  expect(retryAfterMs('Fri, 02 Jan 2026 03:05:05 GMT', clock)).toBe(60_000);
  expect(retryAfterMs('Fri, 02 Jan 2026 03:00:00 GMT', clock)).toBe(0);
  expect(retryAfterMs('soon', clock)).toBeNull();
  expect(retryAfterMs(null, clock)).toBeNull();
});

const startServer = () =>
  startHttpReceiver<object>({
    path: '/',
    check: () => [],
    accepted: () => ({ status: 204, body: '' }),
    refused: () => ({ status: 400, body: '' }),
  });

test('which answers are final, and what is kept of them', async () => {
  const server = await startServer();
  const post = () => postJson(server.url, { a: 1 }, { Authorization: 'Bearer x' }, clock);
  expect(await post()).toEqual({ kind: 'accepted', answer: '204' });
  expect(server.received[0].headers.authorization).toBe('Bearer x');

  server.fail(
    { status: 408, body: '' },
    { status: 429, body: 'later', headers: { 'Retry-After': '7' } },
    { status: 500, body: 'oops' },
    'hang up',
  );
  expect(await post()).toEqual({ kind: 'again', error: '408', afterMs: null });
  expect(await post()).toEqual({ kind: 'again', error: '429 later', afterMs: 7000 });
  expect(await post()).toEqual({ kind: 'again', error: '500 oops', afterMs: null });
  expect(await post()).toMatchObject({ kind: 'again', afterMs: null });

  server.fail({ status: 400, body: 'x'.repeat(1_000_000) }, { status: 302, body: '', headers: { Location: 'http://127.0.0.1:1/' } });
  const refused = await post();
  expect(refused).toMatchObject({ kind: 'refused' });
  expect(refused.kind === 'refused' && refused.error.length).toBe(500);
  expect(await post()).toEqual({ kind: 'refused', error: '302' });
  await server.stop();

  const gone = await startServer();
  await gone.stop();
  expect(await postJson(gone.url, {}, {}, clock)).toMatchObject({ kind: 'again', error: expect.stringContaining('ECONNREFUSED') });
});

test('waits double, stay jittered and bounded, and are never shorter than the receiver asked for', () => {
  const random = prng(1);
  for (let attempts = 1; attempts <= 40; attempts++) {
    const full = Math.min(300_000, 1000 * 2 ** (attempts - 1));
    const wait = backOffMs(attempts, null, random);
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThanOrEqual(full);
  }
  expect(backOffMs(1, 90_000, random)).toBe(90_000);
  expect(backOffMs(1, 86_400_000, random)).toBe(3_600_000);
});
