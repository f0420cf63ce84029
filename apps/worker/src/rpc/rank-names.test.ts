import { expect, test } from 'vitest';
import { rankNames } from './rank-names.ts';

const NAMES = ['go_cpu', 'node_cpu', 'node_cpu_seconds_total', 'node_load1', 'cpu', 'cpu_seconds', 'recpu', 'node_c_p_u'];

test('best first: equal, prefix, word, part, letters in order', () => {
  expect(rankNames(NAMES, 'CPU', 100)).toEqual([
    'cpu',
    'cpu_seconds',
    'go_cpu',
    'node_cpu',
    'node_cpu_seconds_total',
    'recpu',
    'node_c_p_u',
  ]);
  expect(rankNames(NAMES, 'ncst', 100)).toEqual(['node_cpu_seconds_total']);
  expect(rankNames(NAMES, 'xyz', 100)).toEqual([]);
});

test('never more than asked for', () => {
  expect(rankNames(NAMES, 'cpu', 2)).toEqual(['cpu', 'cpu_seconds']);
  expect(rankNames(NAMES, '', 3)).toEqual(['go_cpu', 'node_cpu', 'node_cpu_seconds_total']);
});
