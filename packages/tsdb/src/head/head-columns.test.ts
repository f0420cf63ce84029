import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { ColumnBuffer } from '../codec/columns.ts';
import { WINDOW_MS, windowOf } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { HeadColumns, HeadMemory, type Placed } from './head-columns.ts';

const START_MS = windowOf(1_700_000_000_000);

test('a series takes samples in any order, sealed at any moment, and answers as a sorted map does', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = prng(seed);
    const columns = new HeadColumns(new HeadMemory());
    const place = random.int(0, 10_000);
    columns.enter(place);
    const model = new Map<number, number>();
    let now = START_MS;
    const lateShare = random.pick([0, 0.05, 0.5]);
    const step = random.pick([1, 1000, 30_000]);
    for (let i = 0; i < 600; i++) {
      now += random.int(0, step * 2);
      const timeMs = random.chance(lateShare) ? now - random.int(0, 200 * step) : now;
      const value = random.int(0, 3);
      const expected = !model.has(timeMs) ? 'appended' : model.get(timeMs) === value ? 'repeated' : 'conflicting_value';
      if (expected === 'appended') model.set(timeMs, value);
      expect(append(columns, place, timeMs, value), `seed ${seed}`).toBe(expected);
      if (random.chance(0.01)) columns.seal(place, now + random.int(-100 * step, 100 * step));
      if (random.chance(0.01)) {
        // What a flush does: the window's chunks leave.
        const windowMs = windowOf(now - random.int(0, 200 * step));
        columns.seal(place, windowMs + WINDOW_MS);
        const leaving = [...model.keys()].filter((time) => windowOf(time) === windowMs);
        expect(columns.hasChunksOf(place, windowMs)).toBe(leaving.length > 0);
        expect(columns.drop(place, columns.newestChunk(place), windowMs)).toBe(leaving.length);
        for (const time of leaving) model.delete(time);
        // Nothing comes later for a window that has left.
        now = Math.max(now, windowMs + WINDOW_MS + 200 * step);
      }
      if (random.chance(0.01)) {
        const range = { fromMs: now - random.int(0, 100 * step), toMs: now - random.int(0, 100 * step) };
        const erased = [...model.keys()].filter((time) => time >= range.fromMs && time <= range.toMs);
        expect(columns.erase(place, range), `seed ${seed}`).toBe(erased.length);
        for (const time of erased) model.delete(time);
      }
      if (random.chance(0.05))
        compare(columns, place, model, { fromMs: now - random.int(0, 300 * step), toMs: now - random.int(-2, 150 * step) }, seed);
    }
    compare(columns, place, model, { fromMs: 0, toMs: now }, seed);
    expect(columns.isEmpty(place)).toBe(model.size === 0);
  }
});

/** As a group of one sample. */
function append(columns: HeadColumns, place: number, timeMs: number, high: number): Placed {
  const words = Uint32Array.of(7, high);
  columns.take(Uint32Array.of(place + 1), Uint32Array.of(0), new Float64Array(words.buffer), 0);
  if (columns.appendNext(0, 1, timeMs, windowOf(timeMs)) === 1) return 'appended';
  return columns.appendOther(place, timeMs, windowOf(timeMs), high, 7);
}

function compare(columns: HeadColumns, place: number, model: Map<number, number>, range: TimeRange, seed: number): void {
  const expected = [...model].filter(([time]) => time >= range.fromMs && time <= range.toMs).sort(([a], [b]) => a - b);
  const read = (fill: (into: ColumnBuffer) => void) => {
    const into = new ColumnBuffer(1);
    fill(into);
    return Array.from({ length: into.length }, (_, i) => [into.times[i], into.words[2 * i + 1]]);
  };
  expect(
    read((into) => columns.read(place, range, into)),
    `seed ${seed}`,
  ).toEqual(expected);
  expect(
    read((into) => columns.readNewest(place, range, into)),
    `seed ${seed}`,
  ).toEqual(expected.slice(-1));
  const run = columns.readRun(place, range);
  const words = run === null ? null : new Uint32Array(run.values.buffer, run.values.byteOffset, 2 * run.values.length);
  if (run !== null) expect([...run.times].map((time, i) => [time, words![2 * i + 1]])).toEqual(expected);
  expect(columns.hasSamples(place, range), `seed ${seed}`).toBe(expected.length > 0);
}
