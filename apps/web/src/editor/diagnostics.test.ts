import type { QueryProblem } from '@tidemark/rpc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { marksOf } from './diagnostics.ts';

const problem = (from?: number, to?: number): QueryProblem => ({ kind: 'bad_expression', message: 'no', from, to });

test('a position is marked as it was found', () => {
  expect(marksOf([problem(2, 5)], 10)).toEqual([{ from: 2, to: 5, message: 'no' }]);
});

test('no position marks the whole text', () => {
  expect(marksOf([problem()], 7)).toEqual([{ from: 0, to: 7, message: 'no' }]);
});

test('the unexpected end marks the last character', () => {
  expect(marksOf([problem(4, 4)], 4)).toEqual([{ from: 3, to: 4, message: 'no' }]);
});

test('a mark always lies within the text, and is empty only when the text is', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(80), fc.nat(80), (length, from, to) => {
      const [mark] = marksOf([problem(from, to)], length);
      expect(mark!.from).toBeGreaterThanOrEqual(0);
      expect(mark!.to).toBeLessThanOrEqual(length);
      if (length > 0) expect(mark!.from).toBeLessThan(mark!.to);
    }),
  );
});
