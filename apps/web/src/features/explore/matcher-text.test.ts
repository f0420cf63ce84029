import { expect, test } from 'vitest';
import { matcherText } from './matcher-text.ts';

test.each([
  ['up', '{job="a\\"b"}'],
  ['up{', 'job="a\\"b"'],
  ['up{x="y"', ', job="a\\"b"'],
  ['up{x="y", ', 'job="a\\"b"'],
  ['up{x="y"} / down', '{job="a\\"b"}'],
])('behind %s stands %s', (before, text) => {
  expect(matcherText(before, 'job', 'a"b')).toBe(text);
});
