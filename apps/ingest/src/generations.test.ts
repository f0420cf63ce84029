import { expect, test } from 'vitest';
import { Generations } from './generations.ts';

test('what is asked for stays, what is not is forgotten, whatever is added', () => {
  const kept = new Generations<number, string>(10);
  kept.set(-1, 'asked for');
  for (let i = 0; i < 1000; i++) {
    kept.set(i, 'new');
    expect(kept.get(-1)).toBe('asked for');
  }
  const remembered = Array.from({ length: 1000 }, (_, i) => i).filter((i) => kept.get(i) !== undefined);
  expect(remembered.length).toBeLessThanOrEqual(20);
  expect(remembered.at(-1)).toBe(999);
});

test('heavy entries push out more', () => {
  const kept = new Generations<string, string>(100, (key) => key.length);
  for (let i = 0; i < 50; i++) kept.set(`${i}`, 'light');
  for (const letter of 'abc') kept.set(letter.repeat(120), 'heavy');
  expect(kept.get('1')).toBeUndefined();
  expect(kept.get('c'.repeat(120))).toBe('heavy');
});
