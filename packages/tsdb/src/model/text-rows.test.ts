import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { TextRows } from './text-rows.ts';

test('rows are read as they were added, in any order and while more come', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = prng(seed);
    const rows = new TextRows();
    const model: number[][] = [];
    const emptyShare = random.pick([0, 0, 0.3]);
    const longest = random.pick([2, 16, 70, 300]);
    for (let i = 0; i < 400; i++) {
      const before = model.findLast((row) => row.length > 0) ?? [];
      const length = random.chance(emptyShare) ? 0 : random.chance(0.8) && before.length > 0 ? before.length : random.int(1, longest);
      const largest = random.pick([100, 2 ** 20, 2 ** 32]);
      const row = Array.from({ length }, (_, at) => (random.chance(0.8) && at < before.length ? before[at] : random.int(0, largest)));
      rows.add([7, ...row, 9], 1, length);
      model.push(row);
      const asked = random.chance(0.5) ? i : random.int(0, model.length);
      for (let next = asked; next < Math.min(model.length, asked + random.int(1, 4)); next++)
        for (let again = random.int(1, 3); again > 0; again--)
          expect([...rows.row(next)], `seed ${seed}, row ${next} of ${i}`).toEqual(model[next]);
    }
    expect(rows.size).toBe(model.length);
    expect(model.map((_, i) => [...rows.row(i)])).toEqual(model);
  }
});
