import { prng, systemClock } from '@tidemark/base';
import { expect, test } from 'vitest';
import { ColumnBuffer } from '../codec/columns.ts';
import { DEFAULT_LIMITS, WINDOW_MS, windowOf } from '../limits.ts';
import { Labels } from '../model/labels.ts';
import { NamedSeries } from '../model/named-series.ts';
import { Pacer } from '../pacer.ts';
import { groupsBatch } from '../testing/batches.ts';
import { Head } from './head.ts';

const START_MS = windowOf(1_700_000_000_000);

test('tables of producers stay right while series leave and others take their places', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = prng(seed);
    const head = new Head(DEFAULT_LIMITS, 0);
    const pool = Array.from({ length: 60 }, (_, i) => Labels.from({ __name__: `m${i}` }));
    const tables = Array.from({ length: 4 }, () => NamedSeries.of(Array.from({ length: 30 }, () => random.pick(pool))));
    /** By series: times with the values that were put there first. */
    const model = new Map<string, Map<number, number>>();
    for (let round = 0; round < 200; round++) {
      const timeMs = START_MS + round * 1000;
      const table = random.pick(tables);
      const numbers = Uint32Array.from({ length: random.int(1, 12) }, () => random.int(0, 30));
      const values = Float64Array.from(numbers, () => random.int(0, 1000));
      head.append(groupsBatch(table, [{ timeMs, numbers, values }]), { offset: 0, epochOffset: 0 }, timeMs, () => 0);
      numbers.forEach((number, i) => {
        const { key } = table.labels(number);
        const samples = model.get(key) ?? new Map();
        model.set(key, samples);
        if (!samples.has(timeMs)) samples.set(timeMs, values[i]);
      });
      const { series, columns } = head.tenant('default')!;
      if (random.chance(0.1)) {
        // What a flush does: chunks leave, and then the series that are empty.
        const gone = [...series.places()].filter(() => random.chance(0.5));
        for (const place of gone) {
          columns.seal(place, START_MS + WINDOW_MS);
          columns.drop(place, columns.newestChunk(place), START_MS);
          model.delete(series.labels(place).key);
        }
        for (const place of gone) {
          series.remove(place);
          columns.leave(place);
        }
        if (random.chance(0.7)) await series.forgetRemoved(new Pacer(systemClock));
      }
    }
    const { series, columns } = head.tenant('default')!;
    const places = [...series.places()];
    expect(places.map((place) => series.labels(place).key).sort()).toEqual([...model.keys()].sort());
    for (const place of places) {
      expect(series.placeOf(series.idOf(place))).toBe(place);
      const found = new ColumnBuffer();
      columns.read(place, { fromMs: START_MS, toMs: START_MS + WINDOW_MS }, found);
      const { times, values } = found.columns();
      const expected = [...model.get(series.labels(place).key)!].sort(([a], [b]) => a - b);
      expect([...times].map((time, i) => [time, values[i]])).toEqual(expected);
    }
  }
});

test('samples that are there already open their window: a saved head may hold more than it has heard of', () => {
  const head = new Head(DEFAULT_LIMITS, 0);
  const table = NamedSeries.of([Labels.from({ __name__: 'up' })]);
  const batch = groupsBatch(table, [{ timeMs: START_MS, numbers: Uint32Array.of(0), values: Float64Array.of(1) }]);
  const append = () => head.append(batch, { offset: 7, epochOffset: 3 }, START_MS, () => 0);
  append();
  const { windows } = head.tenant('default')!;
  windows.detach(START_MS);
  windows.written(START_MS);
  expect(append().appended).toBe(0);
  expect(windows.starts()).toEqual([START_MS]);
  expect(windows.replayFrom()).toBe(3);
});
