import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { compareLabels, Labels } from '../model/labels.ts';
import { NamedSeries } from '../model/named-series.ts';
import { Pacer } from '../pacer.ts';
import { SeriesIndex } from './series-index.ts';
import { TextPairs } from './text-pairs.ts';

test('series are found by labels, id and place while others come and go, and an id never means another series', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = prng(seed);
    const index = new SeriesIndex();
    const pacer = new Pacer(new ManualClock());
    const pairs = new TextPairs();
    const placeOf = new Map<string, number>();
    /** Every id that there ever was. */
    const labelsOf = new Map<number, string>();
    const pool = Array.from({ length: 300 }, (_, i) => {
      return Labels.from({ __name__: `m${i % 7}`, host: i % 3 === 0 ? '' : `h${i % 11}`, unique: `u${i}` });
    });
    const table = NamedSeries.of(pool);
    for (let round = 0; round < 25; round++) {
      for (let i = random.int(0, 60); i > 0; i--) {
        const number = random.int(0, pool.length);
        const labels = pool[number];
        const isRefused = random.chance(0.1);
        const place = index.resolve(
          pairs.find(table, number, index.postings),
          () => labels,
          () => (isRefused ? 'series_limit' : null),
        );
        const known = placeOf.get(labels.key);
        if (known !== undefined || !isRefused) expect(place).toBe(known ?? place);
        else expect(place).toBe('series_limit');
        if (known !== undefined || typeof place === 'string') continue;
        placeOf.set(labels.key, place);
        expect(labelsOf.has(index.idOf(place)), `seed ${seed}`).toBe(false);
        labelsOf.set(index.idOf(place), labels.key);
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
