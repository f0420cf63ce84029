import { expect, test } from 'vitest';
import { typedPrefix } from './typed-prefix.ts';

test.each([
  ['', ''],
  ['rate(node_cp', 'node_cp'],
  ['sum by (', ''],
  ['up{job', 'job'],
  ['up{job="', ''],
  ['up{job="web-', 'web-'],
  ['up{job="web-1"', ''],
  ['up{job="a\\"b', 'a\\"b'],
  ["up{path='/a b", '/a b'],
  ['up{path=`C:\\', 'C:\\'],
  ['up{path=`C:\\`}', ''],
  ['# it\'s "fine"\nnode_', 'node_'],
  ['up # "still a comment', 'comment'],
  ['job:errors:rate', 'job:errors:rate'],
])('the word before the cursor in %j is %j', (before, prefix) => {
  expect(typedPrefix(before)).toBe(prefix);
});
