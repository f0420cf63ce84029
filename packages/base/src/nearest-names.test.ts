import { expect, test } from 'vitest';
import { editDistance, nearestNames } from './nearest-names.ts';

const names = ['node_load1', 'node_load5', 'node_load15', 'node_cpu_seconds_total', 'up', 'http_requests_total'];

test.each([
  ['node_laod1', ['node_load1', 'node_load5', 'node_load15']],
  ['node_cpu_second_total', ['node_cpu_seconds_total']],
  ['NODE_LOAD1', ['node_load1', 'node_load5', 'node_load15']],
  ['requests_total', ['http_requests_total']],
  ['zzz', []],
])('%s probably meant %j', (name, near) => {
  expect(nearestNames(name, names)).toEqual(near);
});

test('no more than asked for, and never the name itself', () => {
  expect(nearestNames('node_load1', names, 1)).toEqual(['node_load5']);
});

test.each([
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
])('%j to %j takes %i edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
  expect(editDistance(b, a)).toBe(edits);
});
