import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@tidemark/base/testing';
import { BYTES, ProtobufCursor, VARINT } from '@tidemark/base/wire';
import { Labels } from '@tidemark/tsdb/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandFailure } from '../failure.ts';
import { REQUEST_SAMPLES } from '../limits.ts';
import { noProgress } from '../testing/no-progress.ts';
import { importHistory } from './import-history.ts';
import type { IntakeStatus } from './intake.ts';
import { ImportNotes, type ImportSource, type SeriesPart } from './source.ts';
import { StateFile } from './state-file.ts';

const HOUR_MS = 3_600_000;
const T = 1_700_006_400_000;
const WINDOWS = 5;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-import-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A series of a sample each second, and one with few. */
class TwoSeries implements ImportSource {
  readonly fingerprint = 'two';
  readonly title = 'two series';
  readonly fromMs = null;
  readonly toMs = null;
  readonly metadata = new Map([['busy', { family: 'busy', type: 'gauge', help: 'Help', unit: '' }]] as const);
  readonly notes = new ImportNotes();

  async windows() {
    return Array.from({ length: WINDOWS }, (_, i) => T + 2 * i * HOUR_MS);
  }

  async *read(windowMs: number): AsyncIterable<SeriesPart> {
    const busy = Float64Array.from({ length: 7200 }, (_, i) => windowMs + 1000 * i);
    yield { labels: Labels.from({ __name__: 'busy' }), times: busy, values: busy.map((timeMs) => timeMs / 1000) };
    const few = Float64Array.of(windowMs, windowMs + HOUR_MS);
    yield { labels: Labels.from({ __name__: 'few_total', a: 'b' }), times: few, values: Float64Array.of(1, 2) };
  }

  async close() {}
}

/** Takes what it is sent, as ingest would, until it is told to fail. */
class Receiver {
  readonly stored = new Map<string, number>();
  requests = 0;
  samples = 0;
  failAfter = Number.POSITIVE_INFINITY;

  async write(request: Uint8Array) {
    if (this.requests++ >= this.failAfter) throw new CommandFailure('the sender is killed');
    let samples = 0;
    for (const { labels, points } of decode(Buffer.from(request))) {
      for (const [timeMs, value] of points) this.stored.set(`${labels} ${timeMs}`, value);
      samples += points.length;
    }
    expect(samples).toBeLessThanOrEqual(REQUEST_SAMPLES);
    this.samples += samples;
    return { samples, refused: null };
  }
}

function decode(bytes: Buffer): { labels: string; points: [number, number][] }[] {
  const symbols: string[] = [];
  const series: { labels: string; points: [number, number][] }[] = [];
  const cursor = new ProtobufCursor(bytes);
  while (cursor.next()) {
    const end = cursor.lengthEnd();
    if (cursor.field === 4) symbols.push(bytes.toString('utf8', cursor.at, end));
    else series.push(decodeSeries(bytes, cursor.at, end, symbols));
    cursor.at = end;
  }
  return series;
}

function decodeSeries(bytes: Buffer, from: number, to: number, symbols: readonly string[]) {
  const cursor = new ProtobufCursor(bytes, from, to);
  const names: string[] = [];
  const points: [number, number][] = [];
  while (cursor.next()) {
    expect(cursor.wire).toBe(BYTES);
    const end = cursor.lengthEnd();
    if (cursor.field === 1) while (cursor.at < end) names.push(symbols[cursor.varint()]);
    else if (cursor.field === 2) {
      const value = bytes.readDoubleLE(cursor.at + 1);
      cursor.at += 9;
      const sample = new ProtobufCursor(bytes, cursor.at, end);
      sample.next();
      sample.expect(VARINT);
      points.push([sample.int64(), value]);
    }
    cursor.at = end;
  }
  return { labels: names.join(' '), points };
}

const roomy: IntakeStatus = { takenFromMs: 0, waitingRecords: 0, memoryPart: 0, refused: [] };
const identity = { source: 'two', ingest: 'http://there', tenant: 'default', fromMs: null };

function run(receiver: Receiver, { status = [roomy], signal = new AbortController().signal, withState = true } = {}) {
  let asked = 0;
  return importHistory({
    source: new TwoSeries(),
    ingest: receiver,
    pace: { status: async () => status[Math.min(asked++, status.length - 1)], sent: async () => {}, caughtUp: async () => {} },
    state: withState ? StateFile.open(join(dir, 'state.json'), identity) : null,
    progress: noProgress(),
    clock: new ManualClock(T + 100 * HOUR_MS),
    signal,
  });
}

test('killed at any request and run again, the same is there, and what was done is not sent again', async () => {
  const whole = new Receiver();
  await run(whole, { withState: false });
  expect(whole.samples).toBe(WINDOWS * 7202);
  for (let killAt = 0; killAt < whole.requests; killAt++) {
    rmSync(join(dir, 'state.json'), { force: true });
    const receiver = new Receiver();
    receiver.failAfter = killAt;
    await expect(run(receiver)).rejects.toThrow('killed');
    receiver.failAfter = Number.POSITIVE_INFINITY;
    const result = await run(receiver);
    expect(receiver.stored).toEqual(whole.stored);
    expect(result.samples).toBe(whole.samples);
    expect(receiver.requests).toBeLessThanOrEqual(whole.requests + 2);
    expect(await run(receiver)).toMatchObject({ wasDone: true, samples: whole.samples });
  }
});

test('what is older than what is kept, or of the future, is not sent, but named; so is what the worker refuses', async () => {
  const receiver = new Receiver();
  const before = { ...roomy, takenFromMs: T + 3 * HOUR_MS, refused: [{ reason: 'too_old', samples: 5, example: 'before' }] };
  const after = { ...before, refused: [{ reason: 'too_old', samples: 12, example: 'up' }] };
  const result = await run(receiver, { status: [before, after] });
  expect(result.left).toEqual([
    { kind: 'windows of two hours before what is kept', count: 1, first: new Date(T).toISOString() },
    { kind: 'samples older than what is kept', count: 3601, first: 'busy' },
    { kind: 'samples that the worker refused meanwhile: too_old', count: 7, first: 'up' },
  ]);
  expect(result.samples).toBe(4 * 7202 - 3601);
});

test('Ctrl-C ends it between two requests', async () => {
  const stop = new AbortController();
  const receiver = new Receiver();
  receiver.write = async () => {
    stop.abort();
    return { samples: 7202, refused: null };
  };
  await expect(run(receiver, { signal: stop.signal })).rejects.toThrow();
  expect(JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8'))).toMatchObject({ isDone: false, doneBeforeMs: T + 2 * HOUR_MS });
});

test('a state file of another import is not taken', () => {
  const path = join(dir, 'state.json');
  StateFile.open(path, identity);
  expect(() => StateFile.open(path, { ...identity, tenant: 'other' })).toThrow('of another import');
  expect(() => StateFile.open(join(dir, 'missing', 'state.json'), identity)).toThrow('choose another with --state');
  // Of a range that began earlier it is a part.
  const ranged = join(dir, 'ranged.json');
  StateFile.open(ranged, { ...identity, fromMs: 1000 });
  expect(StateFile.open(ranged, { ...identity, fromMs: 2000 }).state.fromMs).toBe(1000);
  expect(() => StateFile.open(ranged, { ...identity, fromMs: 500 })).toThrow('of another import');
});
