import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { ManualClock, waitFor } from '../testing/index.ts';
import { DISK_LOOK_EVERY_MS, DiskWatch } from './disk-watch.ts';

const GIB = 2 ** 30;

test('a disk is low below the floor, and enough again a tenth above it', async () => {
  const clock = new ManualClock();
  let freeBytes = 3 * GIB;
  let looks = 0;
  const measure = async () => {
    looks++;
    if (freeBytes < 0) throw new Error('it does not answer');
    return { freeBytes, totalBytes: 1000 * GIB };
  };
  const watch = await DiskWatch.open({ path: '/data', holds: 'log', floorBytes: 2 * GIB, clock, measure });
  const running = watch.run(new AbortController().signal);
  const seen: boolean[] = [];
  for (const gib of [2, 1.99, 2.1, -1, 2.2, 2.1, 0]) {
    freeBytes = gib * GIB;
    const before = looks;
    clock.advance(DISK_LOOK_EVERY_MS);
    await waitFor('the next look', () => looks > before);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(watch.low !== null);
  }
  expect(seen).toEqual([false, true, true, true, false, false, true]);
  expect(watch.low).toBe('the disk that holds the log, /data, has 0 MiB free, below the floor of 2,048 MiB: free space on it');
  await watch.drain();
  await running;
});

test.each([
  { totalGib: 1, floorMib: 128 },
  { totalGib: 20, floorMib: 409.6 },
  { totalGib: 500, floorMib: 1024 },
])('the floor of a disk of $totalGib GiB is $floorMib MiB', async ({ totalGib, floorMib }) => {
  const measure = async () => ({ freeBytes: 0, totalBytes: totalGib * GIB });
  const watch = await DiskWatch.open({ path: '/', holds: 'log', floorBytes: 'default', clock: new ManualClock(), measure });
  expect(watch.floorBytes / 2 ** 20).toBeCloseTo(floorMib);
});

test('a real disk is measured, and a floor of 0 is never reached', async () => {
  const watch = await DiskWatch.open({ path: tmpdir(), holds: 'log', floorBytes: 0, clock: new ManualClock() });
  expect(watch.freeBytes).toBeGreaterThan(0);
  expect(watch.low).toBeNull();
});
