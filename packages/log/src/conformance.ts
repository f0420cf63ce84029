/**
 * What every log must do, whatever holds it: run against the file log and the memory log, and later against Kafka.
 */
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { describe, expect, test } from 'vitest';
import type { LogEntry, LogReader, LogSource, LogWriter, Offset } from './log.ts';

/** A log that can be opened again and again; what was appended stays. */
export interface LogUnderTest {
  writer(): Promise<LogWriter>;
  source(): Promise<LogSource>;
  destroy(): Promise<void>;
}

export interface LogSettings {
  readonly partitions: number;
  readonly clock: ManualClock;
  readonly queueBytesMax: number;
  readonly retention: { readonly ageMs: number; readonly bytes: number };
}

const SETTINGS = { partitions: 3, queueBytesMax: 1_000_000, retention: { ageMs: 3_600_000, bytes: Number.POSITIVE_INFINITY } };

export function logConformance(name: string, makeLog: (settings: LogSettings) => Promise<LogUnderTest>): void {
  const run = async (body: (log: LogUnderTest, clock: ManualClock) => Promise<void>, settings: Partial<LogSettings> = {}) => {
    const clock = new ManualClock();
    const log = await makeLog({ ...SETTINGS, clock, ...settings });
    try {
      await body(log, clock);
    } finally {
      await log.destroy();
    }
  };

  describe(name, () => {
    test('offsets count up from 0 in each partition', () =>
      run(async (log) => {
        const writer = await log.writer();
        expect(writer.partitions).toBe(3);
        const results = [];
        for (const partition of [0, 0, 2, 0, 2]) results.push(await append(writer, partition, 'x'));
        expect(results).toEqual([0, 1, 0, 2, 1]);
        const source = await log.source();
        expect(source.partitions).toBe(3);
        expect(await Promise.all([0, 1, 2].map((partition) => source.extent(partition)))).toEqual([
          { first: 0, end: 3 },
          { first: 0, end: 0 },
          { first: 0, end: 2 },
        ]);
        await source.close();
        await writer.close();
      }));

    test('concurrent appends keep the order of their calls', () =>
      run(async (log) => {
        const writer = await log.writer();
        const offsets: Offset[][] = [[], [], []];
        for (let round = 0; round < 5; round++) {
          const appends = Array.from({ length: 60 }, (_, i) => append(writer, i % 3, `${i % 3}:${round * 20 + Math.floor(i / 3)}`));
          (await Promise.all(appends)).forEach((offset, i) => void offsets[i % 3].push(offset));
        }
        const source = await log.source();
        for (const partition of [0, 1, 2]) {
          expect(offsets[partition]).toEqual(Array.from({ length: 100 }, (_, i) => i));
          expect(await texts(source.reader(partition, 0), 100)).toEqual(Array.from({ length: 100 }, (_, i) => `${partition}:${i}`));
        }
        await source.close();
        await writer.close();
      }));

    test('a record is the bytes that were appended, empty and large ones too', () =>
      run(
        async (log) => {
          const writer = await log.writer();
          const sizes = [0, 1, 31, 32, 33, 1_000_000, 3_000_000, 5];
          const records = sizes.map((size, seed) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed) & 0xff));
          for (const record of records) expect((await writer.append(1, record)).kind).toBe('appended');
          const source = await log.source();
          const read = await entries(source.reader(1, 0), records.length);
          read.forEach((entry, i) => {
            expect(entry).toMatchObject({ kind: 'record', offset: i });
            expect(Buffer.compare((entry as LogEntry & { kind: 'record' }).bytes, records[i])).toBe(0);
          });
          await source.close();
          await writer.close();
        },
        { queueBytesMax: 10_000_000 },
      ));

    test('a reader begins anywhere, waits at the end, and sees what comes', () =>
      run(async (log) => {
        const writer = await log.writer();
        for (const text of ['a', 'b', 'c']) await append(writer, 0, text);
        const source = await log.source();
        const reader = source.reader(0, 1);
        expect(reader.position).toBe(1);
        expect(await texts(reader, 2)).toEqual(['b', 'c']);
        expect(reader.position).toBe(3);
        const next = reader.read(new AbortController().signal);
        const elsewhere = await append(writer, 1, 'not here');
        expect(elsewhere).toBe(0);
        await append(writer, 0, 'd');
        const { entries: read, end } = await next;
        expect(read.map(text)).toEqual(['d']);
        expect(end).toBe(4);
        expect(reader.position).toBe(4);
        await reader.close();
        await source.close();
        await writer.close();
      }));

    test('a waiting reader is freed by its signal', () =>
      run(async (log) => {
        const writer = await log.writer();
        const source = await log.source();
        const reader = source.reader(0, 0);
        const stop = new AbortController();
        const waiting = reader.read(stop.signal);
        stop.abort();
        expect(await waiting).toEqual({ entries: [], end: 0 });
        expect(await reader.read(stop.signal)).toEqual({ entries: [], end: 0 });
        await source.close();
        await writer.close();
      }));

    test('what was appended is there when the log is opened again', () =>
      run(async (log) => {
        for (let round = 0; round < 3; round++) {
          const writer = await log.writer();
          expect(await append(writer, 0, `round ${round}`)).toBe(round);
          await writer.close();
        }
        const source = await log.source();
        expect(await texts(source.reader(0, 0), 3)).toEqual(['round 0', 'round 1', 'round 2']);
        await source.close();
      }));

    test('closing waits for what was accepted, and refuses what comes later', () =>
      run(async (log) => {
        const writer = await log.writer();
        const appends = ['a', 'b'].map((text) => append(writer, 0, text));
        await writer.close();
        expect(await Promise.all(appends)).toEqual([0, 1]);
        expect(await writer.append(0, Buffer.from('late'))).toMatchObject({ kind: 'refused' });
      }));

    test('beyond the queue appends are refused, and nothing of them appears', () =>
      run(
        async (log) => {
          const writer = await log.writer();
          const results = await Promise.all(Array.from({ length: 10 }, (_, i) => writer.append(0, Buffer.alloc(400, i))));
          const accepted = results.flatMap((result, i) => (result.kind === 'appended' ? [i] : []));
          expect(accepted).toEqual([0, 1]);
          for (const result of results) if (result.kind === 'refused') expect(result.retryAfterMs).toBeGreaterThan(0);
          expect((await writer.append(0, Buffer.alloc(400, 99))).kind).toBe('appended');
          const source = await log.source();
          const read = await entries(source.reader(0, 0), 3);
          expect(read.map((entry) => (entry as LogEntry & { kind: 'record' }).bytes[0])).toEqual([0, 1, 99]);
          await source.close();
          await writer.close();
        },
        { queueBytesMax: 1000 },
      ));

    test('retention drops old records and never young ones; readers go on behind them', () =>
      run(async (log, clock) => {
        const writer = await log.writer();
        const source = await log.source();
        const slow = source.reader(0, 0);
        for (let hour = 0; hour < 6; hour++) {
          for (let i = 0; i < 4; i++) await append(writer, 0, `hour ${hour}`);
          clock.advance(3_600_000);
        }
        await append(writer, 0, 'now');
        const { first, end } = await waitFor('old records to be dropped', async () => {
          const extent = await source.extent(0);
          return extent.first > 0 && extent;
        });
        expect(end).toBe(25);
        expect(first).toBeLessThanOrEqual(24);
        for (const reader of [slow, source.reader(0, 0)]) {
          const read = await texts(reader, end - first);
          expect(read.at(-1)).toBe('now');
        }
        await source.close();
        await writer.close();
      }));
  });
}

async function append(writer: LogWriter, partition: number, text: string): Promise<Offset> {
  const result = await writer.append(partition, Buffer.from(text));
  expect(result.kind).toBe('appended');
  return (result as typeof result & { kind: 'appended' }).offset;
}

/** The next `count` entries: copies. */
async function entries(reader: LogReader, count: number): Promise<LogEntry[]> {
  const read: LogEntry[] = [];
  while (read.length < count) {
    for (const entry of (await reader.read(AbortSignal.timeout(10_000))).entries)
      read.push(entry.kind === 'record' ? { ...entry, bytes: entry.bytes.slice() } : entry);
  }
  return read;
}

async function texts(reader: LogReader, count: number): Promise<string[]> {
  return (await entries(reader, count)).map(text);
}

function text(entry: LogEntry): string {
  expect(entry.kind).toBe('record');
  return Buffer.from((entry as LogEntry & { kind: 'record' }).bytes).toString();
}
