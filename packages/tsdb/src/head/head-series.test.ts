import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { ColumnBuffer } from '../codec/columns.ts';
import { WINDOW_MS, windowOf } from '../limits.ts';
import { Labels } from '../model/labels.ts';
import { ChunkArena } from './chunk-arena.ts';
import { HeadSeries } from './head-series.ts';
import { OpenColumns } from './open-columns.ts';

const START_MS = windowOf(1_700_000_000_000);

test('a series takes samples in any order, sealed at any moment, and answers as a sorted map does', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = prng(seed);
    const memory = { open: new OpenColumns(), arena: new ChunkArena() };
    const series = new HeadSeries(0, random.bits(), Labels.EMPTY, memory);
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
      expect(series.append(timeMs, windowOf(timeMs), value, 7), `seed ${seed}`).toBe(expected);
      if (random.chance(0.01)) series.seal(now + random.int(-100 * step, 100 * step));
      if (random.chance(0.01)) {
        // What a flush does: the window's chunks leave.
        const windowMs = windowOf(now - random.int(0, 200 * step));
        series.seal(windowMs + WINDOW_MS);
        series.drop(series.chunksOf(windowMs));
        for (const time of model.keys()) if (windowOf(time) === windowMs) model.delete(time);
        // Nothing comes later for a window that has left.
        now = Math.max(now, windowMs + WINDOW_MS + 200 * step);
      }
      if (random.chance(0.05))
        compare(series, model, { fromMs: now - random.int(0, 300 * step), toMs: now - random.int(-2, 150 * step) }, seed);
    }
    compare(series, model, { fromMs: 0, toMs: now }, seed);
    expect(series.empty).toBe(model.size === 0);
  }
});

function compare(series: HeadSeries, model: Map<number, number>, range: { fromMs: number; toMs: number }, seed: number): void {
  const expected = [...model].filter(([time]) => time >= range.fromMs && time <= range.toMs).sort(([a], [b]) => a - b);
  const read = (fill: (into: ColumnBuffer) => void) => {
    const into = new ColumnBuffer(1);
    fill(into);
    return Array.from({ length: into.length }, (_, i) => [into.times[i], into.words[2 * i + 1]]);
  };
  expect(
    read((into) => series.read(range, into)),
    `seed ${seed}`,
  ).toEqual(expected);
  expect(
    read((into) => series.readNewest(range, into)),
    `seed ${seed}`,
  ).toEqual(expected.slice(-1));
  expect(series.hasSamples(range), `seed ${seed}`).toBe(expected.length > 0);
}
