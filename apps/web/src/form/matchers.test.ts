import { expect, test } from 'vitest';
import { formatMatchers, parseMatchers } from './matchers.ts';

test.each([
  ['', []],
  ['severity="page"', ['severity="page"']],
  ['severity=page, team =~ "db|web"', ['severity="page"', 'team=~"db|web"']],
  ['{ a!="b", c!~"d" }', ['a!="b"', 'c!~"d"']],
  ['a="x, y=\\"z\\"",', ['a="x, y=\\"z\\""']],
])('%j is read', (text, matchers) => {
  expect(parseMatchers(text)).toEqual({ kind: 'matchers', matchers });
  expect(parseMatchers(formatMatchers(matchers))).toEqual({ kind: 'matchers', matchers });
});

test.each(['severity', 'a="b" c="d"', 'a=', '1a="b"', 'a=~"("', 'a="b'])('%j is refused with words', (text) => {
  expect(parseMatchers(text)).toMatchObject({ kind: 'problem', message: expect.stringMatching(/\w/) });
});
