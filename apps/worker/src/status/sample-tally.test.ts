import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { SampleTally, sumTallies } from './sample-tally.ts';

test('the rate is that of the last ten whole seconds, without replays', () => {
  const clock = new ManualClock(1_000_000);
  const tally = new SampleTally(clock);
  for (let second = 0; second < 30; second++) {
    tally.appended(second < 15 ? 1_000 : 200, false);
    clock.advance(1_000);
  }
  tally.appended(1_000_000, true);
  tally.refused('too_old', 3, 'a');
  tally.refused('too_old', 4, 'b');
  expect(tally.tally).toEqual({
    samplesPerSecond: 200,
    samplesTotal: 1_018_000,
    refused: [{ reason: 'too_old', samples: 7, example: 'b' }],
  });
  clock.advance(20_000);
  expect(tally.tally.samplesPerSecond).toBe(0);
});

test('tallies of threads add up', () => {
  const one = { samplesPerSecond: 1, samplesTotal: 10, refused: [{ reason: 'a', samples: 1, example: 'x' }] };
  const other = { ...one, refused: [...one.refused, { reason: 'b', samples: 2, example: 'y' }] };
  expect(sumTallies([one, other])).toEqual({
    samplesPerSecond: 2,
    samplesTotal: 20,
    refused: [
      { reason: 'a', samples: 2, example: 'x' },
      { reason: 'b', samples: 2, example: 'y' },
    ],
  });
});
