import { expect, test } from 'vitest';
import { durationText } from './duration-text.ts';

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [34_000, '34 s'],
  [125_000, '2 min 5 s'],
  [7_500_000, '2 h 5 min'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d 1 h'],
])('%d ms is %s', (ms, expected) => expect(durationText(ms)).toBe(expected));
