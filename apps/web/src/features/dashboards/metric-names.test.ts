import { expect, test } from 'vitest';
import { metricNames } from './metric-names.ts';

test.each([
  ['node_load1', ['node_load1']],
  ['sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[$__rate_interval]))', ['node_cpu_seconds_total']],
  [
    'node_memory_MemTotal_bytes - on(instance) group_left node_memory_MemAvailable_bytes offset 5m',
    ['node_memory_MemTotal_bytes', 'node_memory_MemAvailable_bytes'],
  ],
  ['up == 0 or vector(1)', ['up']],
  ['{__name__="x"}', []],
  ['1 + 2', []],
])('%s selects %j', (expr, expected) => expect(metricNames(expr)).toEqual(expected));
