import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { ValueNumbers } from './value-numbers.ts';

test('many values, of all kinds, have their numbers as in one map', () => {
  const random = prng(1);
  const numbers = new ValueNumbers();
  const oracle = new Map<string, number>();
  const next = [
    () => `uid-${random.int(0, 60_000)}`,
    () => random.bits().toString(16),
    () => `${'x'.repeat(random.int(0, 200))}${random.int(0, 500)}.example.com`,
    () => String.fromCharCode(random.int(1, 60_000)),
  ];
  for (let i = 0; i < 80_000; i++) {
    const value = random.pick(next)();
    if (oracle.has(value) && random.chance(0.3)) {
      numbers.delete(value);
      oracle.delete(value);
    } else if (!oracle.has(value)) {
      numbers.add(value, i);
      oracle.set(value, i);
    }
  }
  expect(oracle.size).toBeGreaterThan(20_000);
  expect(numbers.size).toBe(oracle.size);
  for (const [value, number] of oracle) if (numbers.get(value) !== number) expect.unreachable(value);
  expect([...numbers.values()].sort()).toEqual([...oracle.keys()].sort());
  expect(numbers.get('nobody')).toBe(undefined);
});

test('who goes through the values while they are spread sees each once', () => {
  const numbers = new ValueNumbers();
  const seen: string[] = [];
  for (let i = 0; i < 10_000; i++) numbers.add(`v${i}`, i);
  for (const value of numbers.values()) {
    seen.push(value);
    if (seen.length === 5_000) for (let i = 10_000; i < 40_000; i++) numbers.add(`v${i}`, i);
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBeGreaterThanOrEqual(10_000);
});
