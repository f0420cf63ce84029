import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng, systemClock } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { ManualClock } from '@tidemark/base/testing';
import { afterEach, expect, test } from 'vitest';
import { logConformance } from '../conformance.ts';
import type { LogEntry } from '../log.ts';
import { LogFormatError, LogGrownError } from './layout.ts';
import { LogLockedError } from './lock.ts';
import { openFileLogSource } from './source.ts';
import { type FileLogEvent, type FileLogOptions, openFileLogWriter } from './writer.ts';

const dirs: string[] = [];

async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
  dirs.push(dir);
  return dir;
}

afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true });
});

for (const segmentBytesMax of [64 * 1024 * 1024, 200]) {
  logConformance(`file log, segments of ${segmentBytesMax} bytes`, async (settings) => {
    const dir = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
    return {
      writer: () => openFileLogWriter({ dir, ...settings, segments: { segmentBytesMax, segmentMsMax: 3_600_000 } }),
      source: () => openFileLogSource({ dir, clock: systemClock }),
      destroy: () => rm(dir, { recursive: true }),
    };
  });
}

function open(dir: string, options: Partial<FileLogOptions> = {}) {
  return openFileLogWriter({ dir, partitions: 1, clock: new ManualClock(), ...options });
}

async function write(dir: string, texts: readonly string[], options: Partial<FileLogOptions> = {}): Promise<void> {
  const writer = await open(dir, options);
  for (const text of texts) await writer.append(0, Buffer.from(text));
  await writer.close();
}

/** Everything in partition 0 as text, damage as `damage <offset>`. */
async function readAll(dir: string): Promise<{ texts: string[]; entries: LogEntry[] }> {
  const source = await openFileLogSource({ dir, clock: systemClock });
  const { end } = await source.extent(0);
  const reader = source.reader(0, 0);
  const entries: LogEntry[] = [];
  while (reader.position < end) {
    for (const entry of (await reader.read(AbortSignal.timeout(5000))).entries)
      entries.push(entry.kind === 'record' ? { ...entry, bytes: Uint8Array.from(entry.bytes) } : entry);
  }
  await source.close();
  return {
    entries,
    texts: entries.map((entry) => (entry.kind === 'record' ? Buffer.from(entry.bytes).toString() : `damage ${entry.offset}`)),
  };
}

async function segmentsOf(dir: string): Promise<string[]> {
  return (await readdir(join(dir, '0'))).sort().map((name) => join(dir, '0', name));
}

const RECORDS = ['first', 'the second one', '', 'x'.repeat(60), 'last'];

/** A machine that crashes loses what was never vouched for: the file `durable` may be old or gone. */
async function forgetDurable(dir: string): Promise<void> {
  await rm(join(dir, 'durable'));
}

test('a tail torn at any byte is cut, and what is before it stays', async () => {
  const dir = await tempDir();
  await write(dir, RECORDS);
  const [segment] = await segmentsOf(dir);
  const whole = await readFile(segment);
  const ends: number[] = [];
  RECORDS.reduce((at, record) => {
    ends.push(at + 32 + record.length);
    return at + 32 + record.length;
  }, 0);
  for (let bytes = whole.length; bytes >= 0; bytes -= bytes % 7 === 0 ? 1 : 3) {
    await forgetDurable(dir);
    await writeFile(segment, whole.subarray(0, bytes));
    const events: FileLogEvent[] = [];
    const good = ends.filter((end) => end <= bytes).length;
    await write(dir, ['after'], { report: (event) => events.push(event) });
    expect((await readAll(dir)).texts).toEqual([...RECORDS.slice(0, good), 'after']);
    const lostBytes = bytes - (ends[good - 1] ?? 0);
    expect(events.filter((event) => event.kind === 'torn_tail')).toEqual(
      lostBytes > 0 ? [{ kind: 'torn_tail', file: segment, at: ends[good - 1] ?? 0, lostBytes }] : [],
    );
  }
});

test('bytes written and never vouched for are not read, and a writer takes them over', async () => {
  const dir = await tempDir();
  await write(dir, ['a']);
  const durable = await readFile(join(dir, 'durable'));
  await write(dir, ['b']);
  await writeFile(join(dir, 'durable'), durable);
  expect((await readAll(dir)).texts).toEqual(['a']);
  await write(dir, ['c']);
  expect((await readAll(dir)).texts).toEqual(['a', 'b', 'c']);
});

test('a flipped bit costs its record and is reported with its place', async () => {
  const dir = await tempDir();
  await write(dir, RECORDS);
  const [segment] = await segmentsOf(dir);
  const whole = await readFile(segment);
  const random = prng(17);
  for (let bit = 0; bit < whole.length * 8; bit += random.int(1, 12)) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3] ^= 1 << (bit & 7);
    await writeFile(segment, flipped);
    const { texts, entries } = await readAll(dir);
    const lost = texts.findIndex((text) => text.startsWith('damage'));
    expect(texts).toEqual(RECORDS.map((record, i) => (i === lost ? `damage ${i}` : record)));
    expect(lost).toBeGreaterThanOrEqual(0);
    const damage = entries[lost] as LogEntry & { kind: 'damage' };
    expect(damage.error.file).toBe(segment);
    expect(damage.error.offset).toBeLessThanOrEqual(bit >> 3);
  }
});

test('whatever is overwritten, the records around it are read, and every gap is damage once', async () => {
  const random = prng(23);
  const dir = await tempDir();
  const records = Array.from({ length: 40 }, (_, i) => `${i} ${'TML1'.repeat(random.int(0, 20))}`);
  await write(dir, records, { segments: { segmentBytesMax: 500, segmentMsMax: 3_600_000 } });
  const segments = await segmentsOf(dir);
  const wholes = await Promise.all(segments.map((segment) => readFile(segment)));
  for (let round = 0; round < 60; round++) {
    const untouched = new Set(records);
    for (const [i, segment] of segments.entries()) {
      const bytes = Buffer.from(wholes[i]);
      if (random.chance(0.4)) {
        const from = random.int(0, bytes.length);
        const to = random.int(from, Math.min(bytes.length, from + random.pick([1, 20, 600])));
        for (let at = from; at < to; at++) bytes[at] = random.chance(0.5) ? random.bits() : 0;
        let at = 0;
        for (let offset = Number(segment.slice(-20, -4)); at < bytes.length; offset++) {
          const frameBytes = 32 + records[offset].length;
          if (from < at + frameBytes && at < to) untouched.delete(records[offset]);
          at += frameBytes;
        }
      }
      await writeFile(segment, bytes);
    }
    const { entries } = await readAll(dir);
    const found = entries.filter((entry) => entry.kind === 'record').map((entry) => Buffer.from(entry.bytes).toString());
    for (const record of untouched) expect(found).toContain(record);
    const offsets = entries.map((entry) => entry.offset);
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    for (const entry of entries) if (entry.kind === 'record') expect(Buffer.from(entry.bytes).toString()).toBe(records[entry.offset]);
  }
});

test('damage to what was acknowledged is kept and reported, and its offsets are not given again', async () => {
  const dir = await tempDir();
  await write(dir, RECORDS);
  const [segment] = await segmentsOf(dir);
  await truncate(segment, (await readFile(segment)).length - 2);
  const events: FileLogEvent[] = [];
  await write(dir, ['after'], { report: (event) => events.push(event) });
  expect(events).toMatchObject([{ kind: 'damage', error: { file: segment } }, { kind: 'committed' }]);
  expect((await readAll(dir)).texts).toEqual([...RECORDS.slice(0, -1), 'damage 4', 'after']);
});

test('a lost segment is damage, once', async () => {
  const dir = await tempDir();
  await write(dir, RECORDS, { segments: { segmentBytesMax: 1, segmentMsMax: 3_600_000 } });
  const segments = await segmentsOf(dir);
  expect(segments).toHaveLength(RECORDS.length);
  await rm(segments[1]);
  await rm(segments[2]);
  expect((await readAll(dir)).texts).toEqual(['first', 'damage 1', RECORDS[3], 'last']);
});

test('a payload that imitates a frame is not taken for one', async () => {
  const dir = await tempDir();
  await write(dir, ['first']);
  const [segment] = await segmentsOf(dir);
  const foreign = await tempDir();
  await write(foreign, ['0', '1', 'imitation']);
  const imitation = (await readFile((await segmentsOf(foreign))[0])).subarray(66);
  const writer = await open(dir);
  await writer.append(0, imitation);
  await writer.append(0, Buffer.from('last'));
  await writer.close();
  const bytes = await readFile(segment);
  bytes[37 + 6] ^= 0x40; // The length of the frame around it.
  await writeFile(segment, bytes);
  expect((await readAll(dir)).texts).toEqual(['first', 'damage 1', 'last']);
});

test('a second writer is told so, in the same process as well', async () => {
  const dir = await tempDir();
  const writer = await open(dir);
  await expect(open(dir)).rejects.toThrow(LogLockedError);
  await writer.close();
  await (await open(dir)).close();
});

test('fewer partitions, and a damaged log.json, are refused with words', async () => {
  const dir = await tempDir();
  await (await open(dir, { partitions: 2 })).close();
  await expect(open(dir, { partitions: 1 })).rejects.toThrow('has 2 partitions, not 1');
  await writeFile(join(dir, 'log.json'), '{');
  await expect(open(dir)).rejects.toThrow(LogFormatError);
  await expect(openFileLogSource({ dir, clock: systemClock })).rejects.toThrow(LogFormatError);
});

test('a log grows, keeps what it has, and tells readers that must open it again', async () => {
  const dir = await tempDir();
  const clock = new ManualClock(1_000);
  await write(dir, ['a']);
  const before = await openFileLogSource({ dir, clock: systemClock });
  expect([before.partitions, before.grownAtMs]).toEqual([1, null]);
  const waiting = expect(before.reader(0, 1).read(new AbortController().signal)).rejects.toThrow(LogGrownError);

  const grown = await open(dir, { partitions: 3, clock });
  await waiting;
  await expect(before.extent(0)).rejects.toThrow(LogGrownError);
  await before.close();
  for (const partition of [0, 2]) await grown.append(partition, Buffer.from('b'));
  await grown.close();

  const kept = await open(dir, { partitions: { whenNew: 8 } });
  expect(kept.partitions).toBe(3);
  const after = await openFileLogSource({ dir, clock: systemClock });
  expect([after.partitions, after.grownAtMs]).toEqual([3, 1_000]);
  expect(await Promise.all([0, 1, 2].map(async (partition) => (await after.extent(partition)).end))).toEqual([2, 0, 1]);
  await after.close();
  await kept.close();
});

test('a log whose writer died while it grew goes on', async () => {
  const dir = await tempDir();
  await write(dir, ['a']);
  const small = await readFile(join(dir, 'durable'));
  await (await open(dir, { partitions: 2 })).close();
  await writeFile(join(dir, 'durable'), small);
  const source = await openFileLogSource({ dir, clock: systemClock });
  expect([(await source.extent(0)).end, (await source.extent(1)).end]).toEqual([1, 0]);
  await source.close();
  await (await open(dir, { partitions: 2 })).close();
});

test('a source waits for a log that has not been made', async () => {
  const dir = join(await tempDir(), 'later');
  const opening = openFileLogSource({ dir, clock: systemClock });
  await write(dir, ['a']);
  const source = await opening;
  expect(await source.extent(0)).toEqual({ first: 0, end: 1 });
  await source.close();
  await expect(openFileLogSource({ dir: `${dir}-never`, clock: systemClock, signal: AbortSignal.timeout(20) })).rejects.toThrow();
});

test('waiting readers of several partitions all wake', async () => {
  const dir = await tempDir();
  const writer = await open(dir, { partitions: 3 });
  const source = await openFileLogSource({ dir, clock: systemClock });
  for (let round = 0; round < 20; round++) {
    const readers = [0, 1, 2].map((partition) => source.reader(partition, round));
    const reads = readers.map((reader) => reader.read(AbortSignal.timeout(5000)));
    for (const partition of [2, 0, 1]) await writer.append(partition, Buffer.from(`${partition} ${round}`));
    const texts = (await Promise.all(reads)).map(({ entries }) =>
      entries.map((entry) => entry.kind === 'record' && Buffer.from(entry.bytes).toString()),
    );
    expect(texts).toEqual([[`0 ${round}`], [`1 ${round}`], [`2 ${round}`]]);
  }
  await source.close();
  await writer.close();
});

test('where nothing can be watched, readers follow all the same', async () => {
  const dir = await tempDir();
  const writer = await open(dir);
  const watch = () => {
    throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' });
  };
  const source = await openFileLogSource({ dir, clock: systemClock, files: { ...nodeFiles, watch } });
  const reader = source.reader(0, 0);
  for (let i = 0; i < 5; i++) {
    const reading = reader.read(AbortSignal.timeout(5000));
    await writer.append(0, Buffer.from(`${i}`));
    expect((await reading).entries).toMatchObject([{ kind: 'record', offset: i }]);
  }
  await source.close();
  await writer.close();
});

test('a log can be copied while it is written: the copy ends at a record', async () => {
  const dir = await tempDir();
  const copy = await tempDir();
  await write(dir, RECORDS.slice(0, 3));
  await mkdir(join(copy, '0'));
  for (const name of ['log.json', 'durable']) await copyFile(join(dir, name), join(copy, name));
  await write(dir, RECORDS.slice(3));
  const [segment] = await segmentsOf(dir);
  await copyFile(segment, join(copy, '0', '0000000000000000.seg'));
  expect((await readAll(copy)).texts).toEqual(RECORDS.slice(0, 3));
});
