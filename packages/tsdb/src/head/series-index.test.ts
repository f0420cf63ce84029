import { prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { expect, test } from 'vitest';
import { compareLabels, Labels } from '../model/labels.ts';
import { Pacer } from '../pacer.ts';
import { SeriesIndex } from './series-index.ts';

test('series are found by labels, id and place while others come and go, and an id never means another series', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = prng(seed);
    const index = new SeriesIndex();
    const placeOf = new Map<string, number>();
    /** Every id that there ever was. */
    const labelsOf = new Map<number, string>();
    const pool = Array.from({ length: 300 }, (_, i) => {
      return Labels.from({ __name__: `m${i % 7}`, host: i % 3 === 0 ? '' : `h${i % 11}`, unique: `u${i}` });
    });
    for (let round = 0; round < 40; round++) {
      for (let i = random.int(0, 60); i > 0; i--) {
        const labels = random.pick(pool);
        const isRefused = random.chance(0.1);
        const place = index.resolve(labels, () => (isRefused ? 'series_limit' : null));
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
        index.remove(gone.map(([, place]) => place));
        for (const [key] of gone) placeOf.delete(key);
      }
      expect(index.size).toBe(placeOf.size);
      expect([...index.places()].sort()).toEqual([...placeOf.values()].sort());
      for (const [id, key] of labelsOf) {
        const place = index.placeOf(id);
        if (place >= 0) expect([place, index.labels(place).key], `seed ${seed}`).toEqual([placeOf.get(key), key]);
      }
      for (const place of index.places()) expect(index.placeOf(index.idOf(place))).toBe(place);
    }
    const order = await index.labelOrder(new Pacer(new ManualClock()));
    const places = [...index.places()];
    const sorted = [...places].sort((a, b) => compareLabels(index.labels(a), index.labels(b)));
    expect(places.sort(order)).toEqual(sorted);
  }
});
