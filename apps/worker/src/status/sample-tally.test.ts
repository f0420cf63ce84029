import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { SampleTally } from './sample-tally.ts';

test('the rate is that of the last ten whole seconds', () => {
  const clock = new ManualClock(1_000_000);
  const tally = new SampleTally(clock);
  for (let second = 0; second < 30; second++) {
    tally.appended(second < 15 ? 1_000 : 200);
    clock.advance(1_000);
  }
  tally.refused('too_old', 3);
  tally.refused('too_old', 4);
  expect(tally.ingestion).toEqual({
    samplesPerSecond: 200,
    samplesTotal: 18_000,
    refused: [{ reason: 'too_old', samples: 7 }],
  });
  clock.advance(20_000);
  expect(tally.ingestion.samplesPerSecond).toBe(0);
});
