import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { IdLists } from './id-lists.ts';

test('lists of ids are what was pushed, whatever their lengths, and a view stays as it was', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = prng(seed);
    const lists = new IdLists();
    const model: number[][] = Array.from({ length: 200 }, () => []);
    const views: { readonly view: Uint32Array; readonly then: number[] }[] = [];
    for (let id = 0, to = 0; id < 12_000; id = to) {
      // A few lists hold most ids, most hold few.
      const list = Math.floor(model.length * random.next() ** random.pick([1, 6, 40]));
      to = id + (random.chance(0.01) ? random.int(1, 700) : 1);
      if (to === id + 1) lists.push(list, id);
      else lists.pushRun(list, id, to);
      for (let next = id; next < to; next++) model[list].push(next);
      const asked = random.int(0, model.length);
      expect(lists.length(asked)).toBe(model[asked].length);
      if (random.chance(0.02)) {
        const then = [...model[asked]];
        const view = lists.view(asked);
        expect([...view], `seed ${seed}`).toEqual(then);
        views.push({ view, then });
      }
      if (random.chance(0.01)) {
        model[asked] = model[asked].filter(() => random.chance(0.5));
        lists.replace(asked, Uint32Array.from(model[asked]));
      }
    }
    for (const [list, ids] of model.entries()) expect([...lists.view(list)], `seed ${seed}`).toEqual(ids);
    for (const { view, then } of views) expect([...view], `seed ${seed}`).toEqual(then);
  }
});
