import { expect, test } from 'vitest';
import { nextKey } from './key-sequences.ts';

const KEYS = ['t z', 't ArrowLeft', 'g d', '?'];

test('a sequence runs at its last key, a wrong key forgets it, and may begin another', () => {
  expect(nextKey('', 't', KEYS)).toEqual({ kind: 'wait', typed: 't' });
  expect(nextKey('t', 'z', KEYS)).toEqual({ kind: 'run', sequence: 't z' });
  expect(nextKey('t', 'x', KEYS)).toEqual({ kind: 'none' });
  expect(nextKey('t', 'g', KEYS)).toEqual({ kind: 'wait', typed: 'g' });
  expect(nextKey('t', '?', KEYS)).toEqual({ kind: 'run', sequence: '?' });
  expect(nextKey('', 'z', KEYS)).toEqual({ kind: 'none' });
});
