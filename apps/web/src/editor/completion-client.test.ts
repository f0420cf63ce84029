import type { Completion, MetricRow } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { CompletionClient, withServerOrder } from './completion-client.ts';

const row = (name: string): MetricRow => ({ name, type: 'gauge', help: `about ${name}`, unit: '' });

test('each question carries the word being typed and its context', async () => {
  const asked: Completion[] = [];
  const typing = (typed: string) =>
    new CompletionClient(async (request) => {
      asked.push(request);
      return [row('up')];
    }, typed);
  const metrics = typing('u');
  expect(await metrics.metricNames()).toEqual(['up']);
  expect(await metrics.metricMetadata()).toEqual({ up: [{ type: 'gauge', help: 'about up' }] });
  await typing('we').labelNames('up');
  await typing('we').labelValues('job', 'up');
  await typing('').labelValues('job');
  expect(asked).toEqual([
    { kind: 'metric', prefix: 'u' },
    { kind: 'label_name', prefix: 'we', metric: 'up' },
    { kind: 'label_value', prefix: 'we', label: 'job', metric: 'up' },
    { kind: 'label_value', prefix: '', label: 'job' },
  ]);
});

test.each([
  [99, false],
  [100, true],
])('an answer of %i rows was cut: %s', async (count, truncated) => {
  const client = new CompletionClient(async () => Array.from({ length: count }, (_, at) => row(`m${at}`)), 'm');
  await client.metricNames();
  expect(client.truncated).toBe(truncated);
});

test('a server that does not answer leaves the static completions', async () => {
  const client = new CompletionClient(() => Promise.reject(new Error('down')), '');
  expect(await client.metricNames()).toEqual([]);
});

test('names keep the order of the server and come before functions', () => {
  const options = withServerOrder([
    { label: 'rate', type: 'function' },
    { label: 'b', type: 'constant' },
    { label: 'a', type: 'constant' },
  ]);
  expect(options.map((option) => option.label).sort((x, y) => boost(options, y) - boost(options, x))).toEqual(['b', 'a', 'rate']);
});

function boost(options: readonly { label: string; boost: number }[], label: string): number {
  return options.find((option) => option.label === label)!.boost;
}
