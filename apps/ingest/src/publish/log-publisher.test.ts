import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { type AppendResult, type LogWriter, RecordDecoder } from '@tidemark/log';
import { MemoryLog } from '@tidemark/log/memory';
import { Labels, NamedSeries } from '@tidemark/tsdb/model';
import { Placement } from '@tidemark/tsdb/shard';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { GATHER_MS_MAX } from '../limits.ts';
import { LogPublisher } from './log-publisher.ts';
import { createPublishMetrics } from './metrics.ts';
import type { IncomingBatch } from './publisher.ts';
import { WaitingRoom } from './waiting-room.ts';

const clock = new ManualClock();

/** A log whose commits wait for `commit`, so that a test decides what is under way. */
class HeldLog implements LogWriter {
  readonly partitions: number;
  readonly records: { readonly partition: number; readonly bytes: Uint8Array }[] = [];
  readonly #held: ((isRefused: boolean) => void)[] = [];

  constructor(partitions = 1) {
    this.partitions = partitions;
  }

  append(partition: number, bytes: Uint8Array): Promise<AppendResult> {
    return new Promise((resolve) => {
      this.#held.push((isRefused) => {
        if (isRefused) return resolve({ kind: 'refused', reason: 'full', retryAfterMs: 1000 });
        this.records.push({ partition, bytes: bytes.slice() });
        resolve({ kind: 'appended', offset: this.records.length - 1 });
      });
    });
  }

  async close(): Promise<void> {}

  get held(): number {
    return this.#held.length;
  }

  commit(isRefused = false): void {
    this.commitEach(() => isRefused);
  }

  commitEach(isRefused: (at: number) => boolean): void {
    this.#held.splice(0).forEach((settle, at) => void settle(isRefused(at)));
  }
}

function publisherOf(log: LogWriter, room?: WaitingRoom): LogPublisher {
  return new LogPublisher({
    log,
    clock,
    producer: new Uint8Array(8),
    metrics: createPublishMetrics(new Registry()),
    ...(room && { room }),
  });
}

const roomFor = (samplesMax: number) => new WaitingRoom(undefined, samplesMax);

function batch(names: readonly string[], tenant = 'default'): IncomingBatch {
  return {
    tenant,
    table: NamedSeries.of(names.map((name) => Labels.from({ __name__: name }))),
    numbers: Uint32Array.from(names, (_, i) => i),
    timesMs: new Float64Array(names.length).fill(clock.now()),
    values: Float64Array.from(names, (_, i) => i),
    metadata: [],
  };
}

/** Lets everything that can go on without a commit do so: a flush waits for a turn, and for who might come again. */
async function settled(): Promise<void> {
  await clock.turn();
  await clock.turn();
  clock.advance(GATHER_MS_MAX);
  await clock.turn();
  await clock.turn();
}

/** Commits until all of `answers` have come. */
async function commitUntil(log: HeldLog, answers: readonly Promise<unknown>[]): Promise<void> {
  let isDone = false;
  void Promise.all(answers).then(() => {
    isDone = true;
  });
  while (!isDone) {
    log.commit();
    await settled();
  }
}

function decodeAll(records: readonly Uint8Array[]): { lines: string[]; unknown: number } {
  const decoder = new RecordDecoder('test');
  let unknown = 0;
  const lines = records.flatMap((bytes, offset) => {
    const decoded = decoder.decode(bytes, offset);
    if (decoded.kind !== 'batch') throw new Error(decoded.kind);
    unknown += decoded.unknownSamples;
    const { tenant, table, groups } = decoded.batch;
    return groups.flatMap(({ numbers }) => Array.from(numbers, (number) => `${tenant} ${table.labels(number)}`));
  });
  return { lines, unknown };
}

test('what arrives while a commit is under way becomes one record for each tenant', async () => {
  const log = new HeldLog();
  const publisher = publisherOf(log);
  const answers = [publisher.publish(batch(['first']))];
  await settled();
  expect(log.held).toBe(1);
  for (let i = 0; i < 10; i++) answers.push(publisher.publish(batch([`s${i}`], i % 2 === 0 ? 'team-a' : 'team-b')));
  await settled();
  expect(log.held).toBe(1);
  log.commit();
  await settled();
  expect(log.held).toBe(2);
  log.commit();
  expect(await Promise.all(answers)).toEqual(answers.map(() => ({ kind: 'durable' })));
  expect(log.records).toHaveLength(3);
  expect(decodeAll(log.records.map(({ bytes }) => bytes)).lines.sort()).toEqual(
    ['default first', ...Array.from({ length: 10 }, (_, i) => `${i % 2 === 0 ? 'team-a' : 'team-b'} s${i}`)].sort(),
  );
});

test('a record was accepted when the first of its batches arrived, however long it waited', async () => {
  const log = new HeldLog();
  const publisher = publisherOf(log);
  const beganMs = clock.now();
  const answers = [publisher.publish(batch(['under way']))];
  await settled();
  const firstMs = clock.now() + 10;
  for (const name of ['first', 'second']) {
    clock.advance(10);
    answers.push(publisher.publish(batch([name])));
  }
  clock.advance(1000);
  await commitUntil(log, answers);
  const decoder = new RecordDecoder('test');
  const acceptedMs = log.records.map(({ bytes }, offset) => {
    const decoded = decoder.decode(bytes, offset);
    return decoded.kind === 'batch' && decoded.batch.acceptedAtMs;
  });
  expect(acceptedMs).toEqual([beganMs, firstMs]);
});

test('after a refusal the series are announced again', async () => {
  const log = new HeldLog();
  const publisher = publisherOf(log);
  const publish = async (names: string[], isRefused: boolean) => {
    const answer = publisher.publish(batch(names));
    await settled();
    log.commit(isRefused);
    return answer;
  };
  expect(await publish(['a'], false)).toEqual({ kind: 'durable' });
  expect(await publish(['b'], true)).toEqual({ kind: 'refused', status: 503, reason: 'full', retryAfterMs: 1000 });
  expect(await publish(['b', 'a'], false)).toEqual({ kind: 'durable' });
  const { lines, unknown } = decodeAll(log.records.map(({ bytes }) => bytes));
  expect(lines).toEqual(['default a', 'default b', 'default a']);
  expect(unknown).toBe(0);
});

test('when the record that begins an epoch is refused, so is what another tenant sent with it', async () => {
  const log = new HeldLog();
  const publisher = publisherOf(log);
  const answers = ['team-a', 'team-b'].map((tenant) => publisher.publish(batch(['a'], tenant)));
  await settled();
  log.commitEach((at) => at === 0);
  expect(await Promise.all(answers)).toMatchObject([{ kind: 'refused' }, { kind: 'refused' }]);
});

test('random refusals: every acknowledged sample is in the log with its labels', async () => {
  const random = prng(6);
  const log = new HeldLog(3);
  const publisher = publisherOf(log);
  const acknowledged: string[] = [];
  for (let round = 0; round < 200; round++) {
    const tenant = random.pick(['team-a', 'team-b']);
    const names = Array.from({ length: random.int(1, 6) }, () => `s${random.int(0, 400)}`);
    void publisher.publish(batch([...new Set(names)], tenant)).then((answer) => {
      if (answer.kind === 'durable') acknowledged.push(...new Set(names.map((name) => `${tenant} ${name}`)));
    });
    if (random.chance(0.4)) {
      await settled();
      log.commit(random.chance(0.3));
    }
  }
  while (log.held > 0) {
    log.commit();
    await settled();
  }
  const stored: string[] = [];
  for (const partition of [0, 1, 2]) {
    const { lines, unknown } = decodeAll(log.records.filter((record) => record.partition === partition).map(({ bytes }) => bytes));
    expect(unknown).toBe(0);
    stored.push(...lines);
  }
  const counts = (lines: readonly string[]) => Map.groupBy(lines, (line) => line);
  for (const [line, times] of counts(acknowledged)) expect(counts(stored).get(line)?.length ?? 0).toBeGreaterThanOrEqual(times.length);
  expect(acknowledged.length).toBeGreaterThan(200);
});

test('a series is always in the same partition', async () => {
  const log = new HeldLog(4);
  const publisher = publisherOf(log);
  const names = Array.from({ length: 100 }, (_, i) => `s${i}`);
  for (let round = 0; round < 2; round++) {
    const answer = publisher.publish(batch(names));
    await settled();
    log.commit();
    await answer;
  }
  const places = new Map<string, Set<number>>();
  for (const partition of [0, 1, 2, 3]) {
    const { lines } = decodeAll(log.records.filter((record) => record.partition === partition).map(({ bytes }) => bytes));
    for (const line of lines) places.set(line, (places.get(line) ?? new Set()).add(partition));
  }
  expect(places.size).toBe(100);
  for (const partitions of places.values()) expect(partitions.size).toBe(1);
});

test('too many waiting samples are refused, and none of them is written', async () => {
  const log = new HeldLog();
  const publisher = publisherOf(log, roomFor(3));
  const first = publisher.publish(batch(['a', 'b']));
  expect(await publisher.publish(batch(['c', 'd']))).toMatchObject({ kind: 'refused', status: 503 });
  const second = publisher.publish(batch(['e']));
  await commitUntil(log, [first, second]);
  expect(await Promise.all([first, second])).toEqual([{ kind: 'durable' }, { kind: 'durable' }]);
  expect(decodeAll(log.records.map(({ bytes }) => bytes)).lines).toEqual(['default a', 'default b', 'default e']);
});

test('a tenant that holds half of the room is too fast where others wait, and may fill it where it is alone', async () => {
  const log = new HeldLog();
  const publisher = publisherOf(log, roomFor(4));
  const alone = publisher.publish(batch(['a', 'b', 'c'], 'fast'));
  const other = publisher.publish(batch(['d'], 'slow'));
  expect(await publisher.publish(batch(['e'], 'fast'))).toMatchObject({ kind: 'refused', status: 429, retryAfterMs: 1000 });
  expect(await publisher.publish(batch(['f'], 'slow'))).toMatchObject({ kind: 'refused', status: 503 });
  expect(await publisher.publish(batch(['g'], 'third'))).toMatchObject({ kind: 'refused', status: 503 });
  await commitUntil(log, [alone, other]);
  expect(await Promise.all([alone, other])).toEqual([{ kind: 'durable' }, { kind: 'durable' }]);
  const again = publisher.publish(batch(['e', 'f'], 'fast'));
  while (log.records.length < 3) {
    await settled();
    log.commit();
  }
  expect(await again).toEqual({ kind: 'durable' });
});

test('a tenant has one part of the room, whichever thread its samples come to', async () => {
  const logs = [new HeldLog(), new HeldLog()];
  const room = roomFor(4);
  const [first, second] = [publisherOf(logs[0], room), publisherOf(logs[1], new WaitingRoom(room.memory, 4))];
  const waiting = [first.publish(batch(['a', 'b'], 'fast')), second.publish(batch(['c'], 'slow'))];
  expect(await second.publish(batch(['d'], 'fast'))).toMatchObject({ kind: 'refused', status: 429 });
  expect(await first.publish(batch(['e', 'f'], 'slow'))).toMatchObject({ kind: 'refused', status: 429 });
  expect(await first.publish(batch(['g', 'h'], 'third'))).toMatchObject({ kind: 'refused', status: 503 });
  for (const log of logs) {
    while (log.held > 0 || log.records.length < 1) {
      await settled();
      log.commit();
    }
  }
  expect(await Promise.all(waiting)).toEqual([{ kind: 'durable' }, { kind: 'durable' }]);
  for (const tenant of ['fast', 'slow', 'third']) expect(room.refusal(tenant, 4)).toBeNull();
});

test('samples, metadata and exemplars that fill several records each go all', async () => {
  const log = new MemoryLog({ partitions: 3, clock });
  const publisher = publisherOf(log.writer());
  const names = Array.from({ length: 100 }, (_, i) => `m${i}`);
  const metadata = Array.from({ length: 1500 }, (_, i) => ({ family: `m${i}`, type: 'gauge', help: '', unit: '' }) as const);
  const exemplars = Array.from({ length: 3000 }, (_, i) => ({
    series: Labels.from({ __name__: `m${i % 100}`, path: `${i % 7}`.repeat(1000) }),
    labels: Labels.from({ trace_id: `${i}` }),
    timeMs: clock.now() + i,
    value: i,
  }));
  expect(await publisher.publish({ ...batch(names), metadata, exemplars })).toEqual({ kind: 'durable' });
  await publisher.drain();
  const read = log.partitions.map(({ records }) => {
    const decoder = new RecordDecoder('test');
    return records.map(({ bytes }, offset) => {
      const decoded = decoder.decode(bytes, offset);
      if (decoded.kind !== 'batch') throw new Error(decoded.kind);
      return decoded.batch;
    });
  });
  expect(read.flat().reduce((sum, { groups }) => sum + groups.reduce((count, { numbers }) => count + numbers.length, 0), 0)).toBe(100);
  expect(read[0].flatMap((each) => each.metadata)).toEqual(metadata);
  const told = read.map((batches) => batches.flatMap((each) => each.exemplars ?? []));
  expect(told.flat().sort((a, b) => a.value - b.value)).toEqual(exemplars);
  const placement = new Placement(3);
  for (const [partition, own] of told.entries()) {
    expect(own.length).toBeGreaterThan(0);
    for (const { series } of own) expect(placement.partitionOf('default', series)).toBe(partition);
  }
  expect(Math.max(...read.map((batches) => batches.length))).toBeGreaterThan(2);
});

test('metadata without samples, and more of it than fits one record', async () => {
  const log = new MemoryLog({ partitions: 2, clock });
  const publisher = publisherOf(log.writer());
  const metadata = Array.from({ length: 2500 }, (_, i) => ({ family: `m${i}`, type: 'gauge', help: 'x'.repeat(500), unit: '' }) as const);
  expect(await publisher.publish({ ...batch([]), metadata })).toEqual({ kind: 'durable' });
  await publisher.drain();
  const decoder = new RecordDecoder('test');
  const read = log.partitions[0].records.flatMap(({ bytes }, offset) => {
    const decoded = decoder.decode(bytes, offset);
    return decoded.kind === 'batch' ? decoded.batch.metadata : [];
  });
  expect(read).toEqual(metadata);
});
