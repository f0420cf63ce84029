import { expect, test } from 'vitest';
import { decodeListFilter, encodeListFilter, finder } from './list-filter.ts';

const STATES = ['up', 'down'] as const;

test('a filter is in the address and back, and leaves the rest alone', () => {
  const params = encodeListFilter({ state: 'down', find: 'a b' }, new URLSearchParams('from=now-1h'));
  expect(params.toString()).toBe('from=now-1h&state=down&find=a+b');
  expect(decodeListFilter(params, STATES)).toEqual({ state: 'down', find: 'a b' });
  expect(encodeListFilter({ state: null, find: '' }, params).toString()).toBe('from=now-1h');
});

test('a state that is not known is none', () => {
  expect(decodeListFilter(new URLSearchParams('state=odd'), STATES)).toEqual({ state: null, find: '' });
});

test.each([
  ['', true],
  ['PAGE web', true],
  ['web db', false],
])('%j is found: %s', (find, found) => {
  expect(finder(find)('severity=page\ninstance=web-1')).toBe(found);
});
