import { prng, systemClock } from '@tidemark/base';
import { QueryBudget } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import type { Aggregation } from '../syntax/ast.ts';
import { parse } from '../syntax/parser.ts';
import { Notes } from './notes.ts';
import { pick } from './pick.ts';
import { RunningPick } from './running-pick.ts';

const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);

test('topk and bottomk pick what sorting all of a step would, the first labels of equals', async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = prng(seed);
    const steps = 4;
    const series = Array.from({ length: random.int(1, 200) }, (_, i) => ({
      labels: Labels.from({ i: String(i).padStart(3, '0') }),
      values: Float64Array.from({ length: steps }, () => (random.chance(0.05) ? Number.NaN : random.int(-20, random.pick([21, 2000])))),
      present: Uint8Array.from({ length: steps }, () => Number(random.chance(0.9))),
    }));
    const operator = random.pick(['topk', 'bottomk']);
    const limits = Float64Array.from({ length: steps }, () => random.int(0, random.pick([30, 150])));
    const shuffled = [...series].sort(() => random.next() - 0.5);
    const expr = parse(`${operator}(1, x)`) as Aggregation;
    const running = RunningPick.of(expr, limits, new Notes());
    for (const one of shuffled) running?.add(one);
    const picked = running?.finish() ?? (await pick(expr, shuffled, steps, limits, { notes: new Notes(), budget }));
    for (let step = 0; step < steps; step++) {
      const sign = operator === 'topk' ? -1 : 1;
      const order = (a: number, b: number) => Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || sign * (a - b) || 0;
      const expected = series
        .filter(({ present }) => present[step] === 1)
        .sort((a, b) => order(a.values[step], b.values[step]))
        .slice(0, limits[step]);
      const found = picked.filter(({ present }) => present[step] === 1).map(({ labels }) => labels.get('i'));
      expect(found.sort(), `seed ${seed}`).toEqual(expected.map(({ labels }) => labels.get('i')).sort());
    }
  }
});
