import { ManualClock, waitFor } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { MAINTAIN_EVERY_MS } from '../limits.ts';
import { Maintainer } from './maintainer.ts';

test('groups are kept up at the same time, each round begins when all are done, and draining waits for the one at work', async () => {
  const clock = new ManualClock();
  const done: string[] = [];
  const work = { begun: false, finish: () => {} };
  const slow = {
    maintain: async () => {
      work.begun = true;
      await new Promise<void>((resolve) => {
        work.finish = resolve;
      });
      done.push('slow');
    },
  };
  const quick = { maintain: async () => void done.push('quick') };
  const maintainer = new Maintainer(clock, [slow, quick], { low: null });
  const running = maintainer.run(new AbortController().signal);
  clock.advance(MAINTAIN_EVERY_MS);
  await waitFor('the round', () => work.begun && done.length === 1);
  expect(done).toEqual(['quick']);
  work.begun = false;
  work.finish();
  await waitFor('the next round', () => {
    clock.advance(MAINTAIN_EVERY_MS);
    return work.begun;
  });
  const drained = maintainer.drain();
  work.finish();
  await drained;
  await running;
  expect(done).toEqual(['quick', 'slow', 'quick', 'slow']);
});

test('while the disk is low nothing is written', async () => {
  const clock = new ManualClock();
  const disk: { low: string | null } = { low: 'no room' };
  const extents: string[] = [];
  const maintainer = new Maintainer(clock, [{ maintain: async (extent) => void extents.push(extent) }], disk);
  const running = maintainer.run(new AbortController().signal);
  clock.advance(MAINTAIN_EVERY_MS);
  await waitFor('a round', () => extents.length === 1);
  disk.low = null;
  await waitFor('the next round', () => {
    clock.advance(MAINTAIN_EVERY_MS);
    return extents.length > 1;
  });
  expect(extents.slice(0, 2)).toEqual(['drop only', 'all']);
  await maintainer.drain();
  await running;
});
