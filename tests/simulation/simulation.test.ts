import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

/** The first seeds of many: `npm run simulate -- --from 1 --seeds 5000` goes on. */
const SEEDS = 80;
const SEEDS_PER_TEST = 10;

for (let from = 1; from <= SEEDS; from += SEEDS_PER_TEST) {
  test(`log and engine keep what they acknowledged, seeds ${from} to ${from + SEEDS_PER_TEST - 1}`, async () => {
    for (let seed = from; seed < from + SEEDS_PER_TEST; seed++) await simulate(seed);
  }, 120_000);
}

test('the same seed takes the same steps', async () => {
  for (const seed of [3, 11]) expect((await simulate(seed)).traceHash).toBe((await simulate(seed)).traceHash);
});
