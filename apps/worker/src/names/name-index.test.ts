import { expect, test } from 'vitest';
import { NameIndex } from './name-index.ts';

const index = new NameIndex(
  ['go_cpu', 'node_cpu', 'node_cpu_seconds_total', 'node_load1', 'cpu', 'cpu_seconds', 'recpu', 'node_c_p_u', 'Cpu_idle'].sort(),
);

test('best first: equal, prefix, word, part, letters in order', () => {
  expect(index.best('CPU', 100)).toEqual([
    'cpu',
    'Cpu_idle',
    'cpu_seconds',
    'go_cpu',
    'node_cpu',
    'node_cpu_seconds_total',
    'recpu',
    'node_c_p_u',
  ]);
  expect(index.best('ncst', 100)).toEqual(['node_cpu_seconds_total']);
  expect(index.best('xyz', 100)).toEqual([]);
});

test('never more than asked for', () => {
  expect(index.best('cpu', 2)).toEqual(['cpu', 'Cpu_idle']);
  expect(index.best('', 3)).toEqual(['Cpu_idle', 'cpu', 'cpu_seconds']);
});
