import { expect, test } from 'vitest';
import { recentNames } from './recent-names.ts';

function storage(initial: string | null = null) {
  let kept = initial;
  return {
    getItem: () => kept,
    setItem: (_key: string, value: string) => {
      kept = value;
    },
  };
}

test('the newest name is first, and each is there once', () => {
  const recent = recentNames(storage());
  for (const name of ['a', 'b', 'a', 'c']) recent.remember(name);
  expect(recent.list()).toEqual(['c', 'a', 'b']);
});

test('old names go', () => {
  const recent = recentNames(storage());
  for (let i = 0; i < 60; i++) recent.remember(`m${i}`);
  expect(recent.list()).toHaveLength(40);
  expect(recent.list()[0]).toBe('m59');
});

test.each(['no json', '{}', '[1, "a"]'])('what cannot be read does no harm: %s', (kept) => {
  const recent = recentNames(storage(kept));
  recent.remember('b');
  expect(recent.list()[0]).toBe('b');
});
