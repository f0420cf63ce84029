import { expect, test } from 'vitest';
import { parse } from './parser.ts';
import { thresholdOf } from './threshold.ts';

test.each([
  ['rate(x[5m]) > 0.5', { expr: 'rate(x[5m])', operator: '>', value: 0.5 }],
  ['0.5 < sum(x)', { expr: 'sum(x)', operator: '>', value: 0.5 }],
  ['(x) >= bool -3', { expr: 'x', operator: '>=', value: -3 }],
  ['((5m == x))', { expr: 'x', operator: '==', value: 300 }],
])('%s draws a line', (text, threshold) => {
  expect(thresholdOf(parse(text))).toEqual(threshold);
});

test.each(['x', 'x > y', 'x + 1', '1 > bool 2', 'x > 1 and y > 2'])('%s draws none', (text) => {
  expect(thresholdOf(parse(text))).toBeNull();
});
