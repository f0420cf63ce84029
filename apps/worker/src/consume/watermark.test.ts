import { ManualClock, waitFor } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { SETTLE_MS } from '../limits.ts';
import { Watermark } from './watermark.ts';

const T = 1_700_000_000_000;

function partition(consumedToMs = Number.NEGATIVE_INFINITY) {
  const state = {
    consumedToMs,
    replayed: true,
    probes: 0,
    notReady: () => (state.replayed ? null : 'replaying partition 0: 43 %'),
    probe: async () => {
      state.probes++;
    },
  };
  return state;
}

test('it is the least of the partitions, and ticks at whole seconds that rise', () => {
  const [a, b] = [partition(T + 1_500), partition(T + 2_700)];
  const watermark = new Watermark(new ManualClock(T), [a, b]);
  const ticks: number[] = [];
  watermark.subscribe((atMs) => ticks.push(atMs));
  watermark.advance();
  a.consumedToMs = T + 1_900;
  watermark.advance();
  expect(watermark.watermarkMs).toBe(T + 1_900);
  a.consumedToMs = T + 6_000;
  watermark.advance();
  expect(watermark.watermarkMs).toBe(T + 2_700);
  b.consumedToMs = T + 5_999;
  watermark.advance();
  expect(ticks).toEqual([T + 1_000, T + 2_000, T + 5_000]);
});

test('there is no tick before every partition has replayed', () => {
  const [a, b] = [partition(T + 1_500), partition(T + 1_500)];
  b.replayed = false;
  const watermark = new Watermark(new ManualClock(T), [a, b]);
  const ticks: number[] = [];
  watermark.subscribe((atMs) => ticks.push(atMs));
  watermark.advance();
  expect(ticks).toEqual([]);
  expect(watermark.notReady()).toBe('replaying partition 0: 43 %');
  b.replayed = true;
  watermark.advance();
  expect(ticks).toEqual([T + 1_000]);
  expect(watermark.notReady()).toBe(null);
});

test('a worker that is far behind after its replay is not ready yet, and stays ready once it was', () => {
  const clock = new ManualClock(T);
  const only = partition(T - 60_000);
  const watermark = new Watermark(clock, [only]);
  watermark.advance();
  expect(watermark.notReady()).toBe('catching up with what arrived during the replay');
  only.consumedToMs = T - SETTLE_MS;
  watermark.advance();
  expect(watermark.notReady()).toBe(null);
  clock.advance(60_000);
  expect(watermark.notReady()).toBe(null);
});

test('each second the partitions are asked for their end, just after the second is over', async () => {
  const clock = new ManualClock(T);
  const only = partition();
  only.probe = async () => {
    only.consumedToMs = clock.now() - SETTLE_MS;
  };
  const watermark = new Watermark(clock, [only]);
  const ticks: number[] = [];
  const unsubscribe = watermark.subscribe((atMs) => ticks.push(atMs));
  const stop = new AbortController();
  const running = watermark.run(stop.signal);
  for (const atMs of [T, T + 1_000, T + 2_000]) {
    await waitFor('the tick', () => {
      if (!ticks.includes(atMs) && clock.now() < atMs + SETTLE_MS) clock.advance(SETTLE_MS);
      return ticks.includes(atMs);
    });
  }
  expect(ticks).toEqual([T, T + 1_000, T + 2_000]);
  unsubscribe();
  stop.abort();
  await running;
});
