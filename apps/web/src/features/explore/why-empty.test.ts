import type { Completion, MetricRow } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { type NameLookup, whyEmpty, withName } from './why-empty.ts';

const row = (name: string): MetricRow => ({ name, type: '', help: '', unit: '' });

/** `up` and `node_load1`, with `job` and `instance`. */
const server: NameLookup = {
  async complete(request: Completion) {
    const known = { metric: ['up', 'node_load1', 'node_load15'], label_name: ['instance', 'job'], label_value: ['web-1', 'web-2'] }[
      request.kind
    ];
    return known.filter((name) => name.startsWith(request.prefix)).map(row);
  },
  async metrics(search) {
    return ['up', 'node_load1', 'node_load15'].filter((name) => name.includes(search)).map(row);
  },
};

test('a metric that is not there is said with its nearest names', async () => {
  expect(await whyEmpty([{ metric: 'node_laod1', equal: [{ label: 'x', value: 'y' }] }], server)).toEqual([
    { kind: 'unknown_metric', metric: 'node_laod1', near: ['node_load1', 'node_load15'] },
  ]);
});

test('labels and values that are not there are said with those that are', async () => {
  const up = (label: string, value: string) => ({ metric: 'up', equal: [{ label, value }] });
  expect(await whyEmpty([up('host', 'a')], server)).toEqual([
    { kind: 'unknown_label', metric: 'up', label: 'host', known: ['instance', 'job'] },
  ]);
  expect(await whyEmpty([up('instance', 'web-3')], server)).toEqual([
    { kind: 'unknown_value', metric: 'up', label: 'instance', value: 'web-3', known: ['web-1', 'web-2'] },
  ]);
});

test('what is there has no reason, and each reason is said once', async () => {
  expect(await whyEmpty([{ metric: 'up', equal: [{ label: 'job', value: 'web-1' }] }], server)).toEqual([]);
  const wrong = { metric: 'zzz', equal: [] };
  expect(await whyEmpty([wrong, wrong], server)).toEqual([{ kind: 'unknown_metric', metric: 'zzz', near: [] }]);
});

test('a name is replaced where it stands as a name', () => {
  expect(withName('rate(a_b[5m]) / a_b_total + x:a_b', 'a_b', 'c')).toBe('rate(c[5m]) / a_b_total + x:a_b');
});
