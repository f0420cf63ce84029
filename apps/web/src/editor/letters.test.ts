import { expect, test } from 'vitest';
import { lettersIn } from './letters.ts';

test.each([
  ['node_cpu', 'CPU', [5, 8]],
  ['node_cpu', 'ncp', [0, 1, 5, 7]],
  ['node_cpu', '', []],
  ['node_cpu', 'xyz', []],
])('in %s stands %j at %j', (name, typed, pairs) => {
  expect(lettersIn(name, typed)).toEqual(pairs);
});
