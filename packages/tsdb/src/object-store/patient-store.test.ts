import { prng } from '@tidemark/base';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { bodyOf } from './body.ts';
import { type ObjectStore, ObjectStoreError } from './object-store.ts';
import { PatientStore } from './patient-store.ts';

const PATIENCE = { tryMs: 1_000, pauseMs: 100, triesMs: 2_000, restMs: 10_000 };
const AWAY = new ObjectStoreError('away', 'nobody answers');

/** `answer` says what each request gets. */
function patient(answer: (request: number, signal?: AbortSignal) => Promise<Uint8Array>) {
  const clock = new ManualClock();
  const asked = { count: 0 };
  const store = {
    name: 'test',
    get: (_key: string, _at: number, _bytes: number, signal?: AbortSignal) => answer(asked.count++, signal),
    put: (_key: string, _body: unknown, { signal }: { signal?: AbortSignal }) =>
      answer(asked.count++, signal).then(() => 'stored' as const),
  } as unknown as ObjectStore;
  return { store: new PatientStore(store, clock, prng(1), PATIENCE), clock, asked };
}

/** Moves the clock until `work` is settled. */
async function ending<T>(clock: ManualClock, work: Promise<T>, stepMs = 50): Promise<{ outcome: T | Error; afterMs: number }> {
  const beganMs = clock.now();
  const settled: { outcome?: T | Error } = {};
  work.then(
    (value) => {
      settled.outcome = value;
    },
    (error) => {
      settled.outcome = error;
    },
  );
  await waitFor('the outcome', async () => {
    for (let i = 0; i < 5; i++) await clock.turn();
    if ('outcome' in settled) return true;
    clock.advance(stepMs);
    return false;
  });
  return { outcome: settled.outcome as T | Error, afterMs: clock.now() - beganMs };
}

test('what fails for a moment is tried again', async () => {
  const { store, clock, asked } = patient(async (request) => {
    if (request < 2) throw AWAY;
    return Uint8Array.of(7);
  });
  const { outcome } = await ending(clock, store.get('key', 0, 1));
  expect(outcome).toEqual(Uint8Array.of(7));
  expect(asked.count).toBe(3);
});

test('a store that is away is left alone, then tried by one, and is back for all', async () => {
  let isBack = false;
  const { store, clock, asked } = patient(async () => {
    if (!isBack) throw AWAY;
    return Uint8Array.of(7);
  });
  expect((await ending(clock, store.get('key', 0, 1))).outcome).toBe(AWAY);
  const before = asked.count;
  expect(before).toBeGreaterThan(2);
  for (let i = 0; i < 5; i++) expect(await ending(clock, store.get('key', 0, 1))).toEqual({ outcome: AWAY, afterMs: 0 });
  expect(asked.count).toBe(before);
  clock.advance(PATIENCE.restMs);
  await Promise.allSettled(Array.from({ length: 5 }, () => store.get('key', 0, 1)));
  expect(asked.count).toBe(before + 1);
  isBack = true;
  clock.advance(PATIENCE.restMs);
  await store.get('key', 0, 1);
  await Promise.all(Array.from({ length: 5 }, () => store.get('key', 0, 1)));
});

test('an answer that does not come is not waited for, whether the store heeds the signal or not', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const { store, clock } = patient((_, signal) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  const { outcome, afterMs } = await ending(clock, store.get('key', 0, 1));
  expect(outcome).toMatchObject({ kind: 'away', message: 'test has not answered within 1 s' });
  expect(afterMs).toBeLessThanOrEqual(PATIENCE.triesMs + PATIENCE.tryMs + 200);
  expect(signals.every((signal) => signal?.aborted)).toBe(true);
});

test('what is large is waited for longer', async () => {
  const { store, clock } = patient(() => new Promise(() => {}));
  const large = { ...bodyOf(new Uint8Array()), bytes: 2 ** 30 };
  expect((await ending(clock, store.put('key', large), 600_000)).afterMs).toBeGreaterThan(3_600_000);
});

test('a refusal is one, and says that the store is there', async () => {
  const refusal = new ObjectStoreError('denied', 'wrong key');
  const { store, clock, asked } = patient(async () => {
    throw refusal;
  });
  expect(await ending(clock, store.get('key', 0, 1))).toEqual({ outcome: refusal, afterMs: 0 });
  expect(asked.count).toBe(1);
  await ending(clock, store.get('key', 0, 1));
  expect(asked.count).toBe(2);
});

test('who has gone waits no longer, and says nothing of the store', async () => {
  const gone = new AbortController();
  const { store } = patient((request) => (request === 0 ? new Promise(() => {}) : Promise.resolve(Uint8Array.of(7))));
  const asked = store.get('key', 0, 1, gone.signal);
  gone.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
  expect(await store.get('key', 0, 1)).toEqual(Uint8Array.of(7));
});
