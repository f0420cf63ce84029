import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { SpreadMap } from './spread-map.ts';

test('it is a map, few keys or many, whatever their ends', () => {
  const random = prng(1);
  const map = new SpreadMap();
  const plain = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const key = random.pick([`uid-${random.int(0, 30_000)}`, `${random.int(0, 30_000)}-same-end`, 'x'.repeat(random.int(0, 9))]);
    expect(map.get(key)).toBe(plain.get(key));
    if (plain.has(key)) continue;
    plain.set(key, i);
    map.add(key, i);
  }
  expect(map.size).toBe(plain.size);
  expect([...map.keys()].sort()).toEqual([...plain.keys()].sort());
});
