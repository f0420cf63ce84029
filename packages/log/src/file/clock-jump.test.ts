import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { type FileLogOptions, openFileLogWriter } from './writer.ts';

const HOUR_MS = 3_600_000;

test('no record is dropped for its age while the clock has jumped, in one life of the writer and from one to the next', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  const manual = new ManualClock();
  let aheadMs = 0;
  const clock = {
    now: () => manual.now() + aheadMs,
    monotonicMs: () => manual.monotonicMs(),
    sleep: (ms: number, signal?: AbortSignal) => manual.sleep(ms, signal),
    turn: () => manual.turn(),
  };
  const dropped: number[] = [];
  const options: FileLogOptions = {
    dir,
    partitions: 1,
    clock,
    retention: { ageMs: 24 * HOUR_MS, bytes: Number.POSITIVE_INFINITY },
    segments: { segmentBytesMax: 1e6, segmentMsMax: HOUR_MS },
    report: (event) => event.kind === 'dropped' && dropped.push(event.first),
  };
  const hours = async (count: number) => {
    for (let hour = 0; hour < count; hour++) {
      await writer.append(0, new Uint8Array(100));
      manual.advance(HOUR_MS);
    }
  };
  let writer = await openFileLogWriter(options);
  await hours(15);
  aheadMs = 8760 * HOUR_MS;
  await hours(2);
  await writer.close();
  writer = await openFileLogWriter(options);
  await hours(1);
  aheadMs = 0;
  await writer.close();
  writer = await openFileLogWriter(options);
  await hours(4);
  expect(dropped).toEqual([]);
  // It goes as before.
  await hours(16);
  expect(dropped.length).toBeGreaterThan(10);
  await writer.close();
  await rm(dir, { recursive: true });
});
