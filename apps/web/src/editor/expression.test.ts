import { expect, test } from 'vitest';
import { selectorsIn, withThreshold } from './expression.ts';

test('selectors give their metric and what must be equal', () => {
  expect(selectorsIn('sum by (job)(rate(x{a=~"b", c="d"}[5m])) / up')).toEqual([
    { metric: 'x', equal: [{ label: 'c', value: 'd' }] },
    { metric: 'up', equal: [] },
  ]);
});

test('the name may be a matcher or a quoted name', () => {
  expect(selectorsIn('{__name__="foo", a=""}')).toEqual([{ metric: 'foo', equal: [] }]);
  expect(selectorsIn('{"foo.bar", "x.y"="a\\"b"}')).toEqual([{ metric: 'foo.bar', equal: [{ label: 'x.y', value: 'a"b' }] }]);
});

test('neither broken nor constant expressions have selectors', () => {
  expect(selectorsIn('1 + 1')).toEqual([]);
  expect(selectorsIn('')).toEqual([]);
  expect(selectorsIn('rate(')).toEqual([]);
});

test.each([
  ['up > 5', 'up > 7.5'],
  ['(rate(a[5m]) / b >= 1e3)', '(rate(a[5m]) / b >= 7.5)'],
  ['up < bool -5 # as agreed', 'up < bool 7.5 # as agreed'],
  ['up > 5 > 3', 'up > 5 > 7.5'],
])('%s moves to %s', (expr, moved) => {
  expect(withThreshold(expr, 7.5)).toBe(moved);
});

test.each(['up', 'up > other', 'up > 2 * 3', 'a > 1 or b > 2', 'up == 1', 'time() - x > 1h', 'up > ', '', 'up >'])(
  '%j has no number to move',
  (expr) => {
    expect(withThreshold(expr, 1)).toBeNull();
  },
);
