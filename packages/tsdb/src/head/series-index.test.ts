import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { compareLabels, Labels } from '../model/labels.ts';
import { NamedSeries } from '../model/named-series.ts';
import { Pacer } from '../pacer.ts';
import { SeriesIndex } from './series-index.ts';
import { SoughtSeries } from './sought-series.ts';
import { TextPairs } from './text-pairs.ts';

const ROOM = { seriesMax: 1e6, metricSeriesMax: 1e6, isFull: false };
const FULL = { ...ROOM, isFull: true };
const SMALL = { ...ROOM, metricSeriesMax: 9 };
/** Of the pool's labels, by their key. */
const metricOf = (key: string) => /m\d/.exec(key)?.[0];

test('series are found by labels, id and place while others come and go, and an id never means another series', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = prng(seed);
    const index = new SeriesIndex();
    const pacer = new Pacer(new ManualClock());
    const pairs = new TextPairs();
    const sought = new SoughtSeries();
    const placeOf = new Map<string, number>();
    /** Every id that there ever was. */
    const labelsOf = new Map<number, string>();
    const pool = Array.from({ length: 300 }, (_, i) => {
      return Labels.from({ __name__: `m${i % 7}`, host: i % 3 === 0 ? '' : `h${i % 11}`, unique: `u${i}` });
    });
    const table = NamedSeries.of(pool);
    for (let round = 0; round < 25; round++) {
      for (let i = random.int(0, 12); i > 0; i--) {
        // Together as far as their pairs are known, as a record's are; the next one is new then.
        const asked = Array.from({ length: random.int(1, 8) }, () => random.int(0, pool.length));
        const room = random.pick([ROOM, ROOM, ROOM, FULL, SMALL]);
        const isMet = asked.map((number) => placeOf.has(pool[number].key));
        sought.clear();
        const end = asked.findIndex((number) => !pairs.find(table, number, index.postings, sought));
        const { count, refusal } = index.resolveAll(sought, room);
        const together = end < 0 ? asked.length : end;
        expect(refusal === null ? together : count, `seed ${seed}`).toBe(count);
        if (refusal !== null) expect([refusal, isMet[count]]).toEqual([room === FULL ? 'memory_limit' : 'metric_series_limit', false]);
        const met = asked.slice(0, count).map((number, at) => [number, sought.places[at]]);
        if (refusal === null && end >= 0) {
          const place = index.add(pool[asked[end]], room);
          if (typeof place === 'string') expect(room).not.toBe(ROOM);
          else met.push([asked[end], place]);
        }
        for (const [number, place] of met) {
          const { key } = pool[number];
          const known = placeOf.get(key);
          if (known !== undefined) {
            expect(place).toBe(known);
            continue;
          }
          if (room === SMALL)
            expect([...placeOf.keys()].filter((other) => metricOf(other) === metricOf(key)).length).toBeLessThan(SMALL.metricSeriesMax);
          placeOf.set(key, place);
          expect(labelsOf.has(index.idOf(place)), `seed ${seed}`).toBe(false);
          labelsOf.set(index.idOf(place), key);
        }
      }
      if (random.chance(0.3)) {
        const gone = [...placeOf].filter(() => random.chance(0.4));
        for (const [key, place] of gone) {
          index.remove(place);
          placeOf.delete(key);
        }
        // Sometimes others come before those are out of all lists.
        if (random.chance(0.5)) await index.forgetRemoved(pacer);
      }
      expect(index.size).toBe(placeOf.size);
      expect([...index.places()].sort()).toEqual([...placeOf.values()].sort());
      for (const [id, key] of labelsOf) {
        const place = index.placeOf(id);
        if (place >= 0) expect([place, index.labels(place).key], `seed ${seed}`).toEqual([placeOf.get(key), key]);
      }
      for (const place of index.places()) expect(index.placeOf(index.idOf(place))).toBe(place);
    }
    await index.forgetRemoved(pacer);
    const ids = [...index.places()].map((place) => index.idOf(place));
    expect([...index.postings.all()]).toEqual(ids);
    for (const labels of pool) {
      for (const [name, value] of labels) {
        const carrying = ids.filter((id) => index.labels(index.placeOf(id)).get(name) === value);
        expect([...index.postings.ids(name, value)], `seed ${seed}`).toEqual(carrying);
      }
    }
    const order = await index.labelOrder(pacer);
    const places = [...index.places()];
    const sorted = [...places].sort((a, b) => compareLabels(index.labels(a), index.labels(b)));
    expect(places.sort(order)).toEqual(sorted);
  }
});
