import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { ColumnBuffer, wordsOf } from './columns.ts';

test('what is merged is what a map by time would have, the first value counting', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = prng(seed);
    const buffer = new ColumnBuffer(4);
    const expected = new Map<number, number>();
    let conflicts = 0;
    for (let part = 0; part < 4; part++) {
      const from = random.int(0, 20);
      const times = Float64Array.from({ length: random.int(1, 20) }, (_, i) => from + i * random.pick([1, 1, 2])).sort();
      const rising = times.filter((time, i) => i === 0 || time > times[i - 1]);
      // Most say the same of a time, whoever says it.
      const odd = random.chance(0.2);
      const values = rising.map((time) => (odd && random.chance(0.1) ? -time : time % 7 === 0 ? Number.NaN : time));
      for (const [i, time] of rising.entries()) {
        if (!expected.has(time)) expected.set(time, values[i]);
        else if (!Object.is(expected.get(time), values[i])) conflicts++;
      }
      buffer.merge(rising, values);
    }
    const sorted = [...expected].sort(([a], [b]) => a - b);
    const { times, values } = buffer.columns();
    expect([...times]).toEqual(sorted.map(([time]) => time));
    expect([...wordsOf(values)]).toEqual([...wordsOf(Float64Array.from(sorted, ([, value]) => value))]);
    expect(buffer.conflicts).toBe(conflicts);
  }
});
