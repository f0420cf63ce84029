import { expect, test } from 'vitest';
import { withEdits } from './text-edits.ts';

test('edits are made where they were found', () => {
  const edits = [
    { from: 0, to: 0, insert: 'rate(' },
    { from: 1, to: 1, insert: '[5m])' },
    { from: 4, to: 6, insert: '' },
  ];
  expect(withEdits('a > 100', edits)).toBe('rate(a[5m]) > 0');
  expect(withEdits('a', [])).toBe('a');
});
