import { ManualClock, waitFor } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { GIVE_WAY_MS } from '../limits.ts';
import { Precedence } from './precedence.ts';

function setUp() {
  const clock = new ManualClock();
  const precedence = new Precedence(clock);
  const work = { finish: () => {} };
  const ahead = precedence.ahead(
    () =>
      new Promise<string>((resolve) => {
        work.finish = () => resolve('done');
      }),
  );
  const waiting = { over: false };
  const giving = precedence.giveWay().then(() => {
    waiting.over = true;
  });
  return { clock, precedence, work, ahead, waiting, giving };
}

const rounds = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('a query waits while something is ahead', async () => {
  const { work, ahead, waiting, giving } = setUp();
  await rounds(20);
  expect(waiting.over).toBe(false);
  work.finish();
  expect(await ahead).toBe('done');
  await giving;
});

test('and not for ever', async () => {
  const { clock, work, waiting } = setUp();
  await rounds(5);
  clock.advance(GIVE_WAY_MS);
  await waitFor('its turn', () => waiting.over);
  work.finish();
});

test('many queries get one slice together, not one each', async () => {
  const { clock, precedence, work, giving } = setUp();
  const turns: number[] = [];
  const others = [1, 2, 3].map((query) => precedence.giveWay().then(() => turns.push(query)));
  await rounds(5);
  clock.advance(GIVE_WAY_MS);
  await giving;
  await rounds(5);
  expect(turns).toEqual([]);
  work.finish();
  await Promise.all(others);
  expect(turns).toHaveLength(3);
});

test('what fails is ahead no longer', async () => {
  const precedence = new Precedence(new ManualClock());
  await expect(precedence.ahead(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await precedence.giveWay();
});
