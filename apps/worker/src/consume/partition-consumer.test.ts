import { createLogger } from '@tidemark/base/service';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { RecordDecoder } from '@tidemark/log';
import { MemoryLog } from '@tidemark/log/memory';
import { afterEach, expect, test } from 'vitest';
import { LOG_END_PATIENCE_MS, SETTLE_MS } from '../limits.ts';
import { Feed } from '../testing/feed.ts';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { ForeignLogError, PartitionConsumer } from './partition-consumer.ts';

const clock = new ManualClock();
const stop = { controller: new AbortController() };

afterEach(() => {
  stop.controller.abort();
  stop.controller = new AbortController();
});

function setUp() {
  const log = new MemoryLog({ partitions: 1, clock });
  const writer = log.writer();
  const engine = new MemoryEngine();
  const told = { appended: 0, refused: {} as Record<string, number>, damaged: 0 };
  const consumer = new PartitionConsumer({
    partition: 0,
    source: log.source(),
    engine,
    decoder: new RecordDecoder('partition 0'),
    clock,
    logger: createLogger('test', 'silent'),
    listener: {
      appended: (_partition, samples) => {
        told.appended += samples;
      },
      refused: (_partition, reason, samples) => {
        told.refused[reason] = (told.refused[reason] ?? 0) + samples;
      },
      damaged: () => {
        told.damaged++;
      },
      progressed: () => {},
    },
  });
  return { log, writer, feed: new Feed(writer, clock), engine, consumer, told };
}

/** In steps, so that who sleeps comes to sleep again. */
async function passTime(ms: number): Promise<void> {
  for (let passed = 0; passed <= ms; passed += 100) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const sample = (value: number, atMs = clock.now()) => ({ labels: { __name__: 'm' }, atMs, value });

test('what the log holds is appended, and what comes later too', async () => {
  const { feed, engine, consumer, told } = setUp();
  await feed.send([sample(1)]);
  clock.advance(10);
  await feed.send([sample(2)]);
  expect(consumer.notReady()).toBe('opening partition 0 of the log');
  const running = consumer.run(stop.controller.signal);
  await waitFor('the replay', () => consumer.replayed);
  expect(consumer.notReady()).toBe(null);
  clock.advance(10);
  await feed.send([sample(3)]);
  await waitFor('the third sample', () => told.appended === 3);
  expect(engine.appends.map(({ offset }) => offset)).toEqual([0, 1, 2]);
  expect(consumer.status).toMatchObject({ first: 0, position: 3, end: 3, lagMs: 0, damaged: 0 });
  await consumer.drain();
  await running;
  expect(engine.drained).toBe(true);
});

test('it begins where the engine says', async () => {
  const { feed, engine, consumer, told } = setUp();
  for (let i = 0; i < 5; i++) {
    clock.advance(1);
    await feed.send([sample(i)]);
  }
  engine.replayOffset = 2;
  const running = consumer.run(stop.controller.signal);
  await waitFor('the replay', () => consumer.replayed);
  // Records 2 to 4 lean on the announcement in record 0, so that they cannot be read from 2 on.
  expect(told).toMatchObject({ appended: 0, refused: { unreadable_record: 0 } });
  await consumer.drain();
  await running;
});

test('a log that ends before the engine stands belongs to somebody else', async () => {
  const { engine, consumer } = setUp();
  engine.replayOffset = 7;
  const running = expect(consumer.run(stop.controller.signal)).rejects.toThrow(ForeignLogError);
  await passTime(LOG_END_PATIENCE_MS);
  await running;
});

test('after a crash it waits until the writer has said how far the log is', async () => {
  const { feed, engine, consumer } = setUp();
  engine.replayOffset = 2;
  const running = consumer.run(stop.controller.signal);
  await passTime(1_000);
  expect(consumer.notReady()).toContain('opening');
  for (let i = 0; i < 3; i++) await feed.send([sample(i)]);
  await passTime(1_000);
  await waitFor('the replay', () => consumer.replayed);
  await consumer.drain();
  await running;
});

test('damage costs its record, and refused samples are counted', async () => {
  const { writer, feed, consumer, told } = setUp();
  await feed.send([sample(1)]);
  await writer.append(0, new Uint8Array([1, 2, 3]));
  await feed.send([sample(1)]);
  clock.advance(1);
  await feed.send([sample(4)]);
  const running = consumer.run(stop.controller.signal);
  await waitFor('the replay', () => consumer.replayed);
  expect(told).toEqual({ appended: 2, refused: { too_old: 1 }, damaged: 1 });
  expect(consumer.status.damaged).toBe(1);
  await consumer.drain();
  await running;
});

test('an idle log is consumed until now, once its end has been asked for', async () => {
  const { feed, consumer } = setUp();
  const acceptedAtMs = clock.now();
  await feed.send([sample(1)]);
  const running = consumer.run(stop.controller.signal);
  await waitFor('the replay', () => consumer.replayed);
  expect(consumer.consumedToMs).toBe(acceptedAtMs - SETTLE_MS);
  clock.advance(5_000);
  expect(consumer.consumedToMs).toBe(acceptedAtMs - SETTLE_MS);
  await consumer.probe();
  expect(consumer.consumedToMs).toBe(acceptedAtMs + 5_000 - SETTLE_MS);
  await consumer.drain();
  await running;
});
