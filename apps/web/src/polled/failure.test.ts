import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';

test('what the worker says is told in its words', () => {
  expect(failureOf({ message: 'the store is closed', data: { code: 'INTERNAL_SERVER_ERROR' } }, 'rules')).toEqual({
    title: 'The worker could not give rules',
    message: 'the store is closed',
  });
});

test('no answer is not blamed on an unknown error', () => {
  expect(failureOf({ message: 'Unknown error' }, 'rules').message).not.toContain('Unknown');
  expect(failureOf({ message: 'Failed to fetch', data: null }, 'rules').title).toContain('does not answer');
});
