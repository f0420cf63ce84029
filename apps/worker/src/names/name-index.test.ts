import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameIndex, rankOf } from './name-index.ts';

const index = new NameIndex(
  ['go_cpu', 'node_cpu', 'node_cpu_seconds_total', 'node_load1', 'cpu', 'cpu_seconds', 'recpu', 'node_c_p_u', 'Cpu_idle'].sort(),
);

test('best first: equal, prefix, word, part, letters in order', () => {
  expect(index.best('CPU', 100)).toEqual([
    'cpu',
    'Cpu_idle',
    'cpu_seconds',
    'go_cpu',
    'node_cpu',
    'node_cpu_seconds_total',
    'recpu',
    'node_c_p_u',
  ]);
  expect(index.best('ncst', 100)).toEqual(['node_cpu_seconds_total']);
  expect(index.best('xyz', 100)).toEqual([]);
});

test('never more than asked for', () => {
  expect(index.best('cpu', 2)).toEqual(['cpu', 'Cpu_idle']);
  expect(index.best('', 3)).toEqual(['Cpu_idle', 'cpu', 'cpu_seconds']);
});

test('a name is there as it is written', () => {
  expect([index.has('cpu'), index.has('Cpu_idle'), index.has('CPU'), index.has('cpu_'), index.has('')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(new NameIndex([]).has('a')).toBe(false);
  expect(new NameIndex([]).best('a', 5)).toEqual([]);
});

test('what is found is what a look at every name finds', () => {
  const name = fc.array(fc.constantFrom(...'aAbc_:. é'), { maxLength: 7 }).map((letters) => letters.join(''));
  const typed = fc.array(fc.constantFrom(...'abc_é'), { minLength: 1, maxLength: 3 }).map((letters) => letters.join(''));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 60 }), typed, fc.integer({ min: 1, max: 20 }), (names, wanted, max) => {
      const sorted = names.sort();
      const ranked = sorted
        .map((each, i) => ({ each, i, rank: rankOf(each, wanted) ?? 9 }))
        .filter(({ rank }) => rank < 9)
        .sort((a, b) => a.rank - b.rank || a.each.length - b.each.length || a.i - b.i);
      expect(new NameIndex(sorted).best(wanted, max)).toEqual(ranked.slice(0, max).map(({ each }) => each));
      for (const each of sorted) expect(new NameIndex(sorted).has(each)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
