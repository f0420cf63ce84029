import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { GATHER_MS_MAX } from '../limits.ts';
import { Crowd } from './crowd.ts';

const clock = new ManualClock();

async function turns(): Promise<void> {
  for (let i = 0; i < 3; i++) await clock.turn();
}

/** Whether the next flush has begun, looked at after some turns. */
function nextFlush(crowd: Crowd): { hasBegun: boolean } {
  const flush = { hasBegun: false };
  void crowd.gathered().then(() => {
    flush.hasBegun = true;
  });
  return flush;
}

test('who is alone waits for a turn', async () => {
  const crowd = new Crowd(clock);
  for (let i = 0; i < 3; i++) {
    crowd.enter();
    const flush = nextFlush(crowd);
    await turns();
    expect(flush.hasBegun).toBe(true);
    crowd.leave();
  }
});

test('where several waited, as many are waited for', async () => {
  const crowd = new Crowd(clock);
  crowd.enter();
  await crowd.gathered();
  crowd.enter(); // While the flush is under way.
  crowd.enter();
  crowd.leave(); // The one that is answered.
  const flush = nextFlush(crowd);
  await turns();
  expect(flush.hasBegun).toBe(false);
  crowd.enter();
  await turns();
  expect(flush.hasBegun).toBe(true);
});

test('who does not come again is waited for once, and not long', async () => {
  const crowd = new Crowd(clock);
  for (let i = 0; i < 4; i++) crowd.enter();
  await crowd.gathered();
  for (let i = 0; i < 4; i++) crowd.leave();
  crowd.enter();
  const flush = nextFlush(crowd);
  await turns();
  expect(flush.hasBegun).toBe(false);
  clock.advance(GATHER_MS_MAX);
  await turns();
  expect(flush.hasBegun).toBe(true);
  const next = nextFlush(crowd);
  await turns();
  expect(next.hasBegun).toBe(true);
});
