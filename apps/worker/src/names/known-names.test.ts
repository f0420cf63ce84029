import type { Clock } from '@tidemark/base';
import type { Queryable } from '@tidemark/tsdb';
import type { MetricMetadata } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import type { QueryService } from '../query/query-service.ts';
import { KnownNames } from './known-names.ts';

/** Names over a store that answers when it is told to. */
function setting(metadata: readonly MetricMetadata[] = []) {
  let nowMs = 1_000_000;
  const asked: PromiseWithResolvers<string[]>[] = [];
  const labelValues = () => {
    const answer = Promise.withResolvers<string[]>();
    asked.push(answer);
    return answer.promise;
  };
  const queryable = { labelValues, metadata: async () => metadata } as unknown as Queryable;
  const run = async (_kind: string, _tenant: string, _options: unknown, work: () => Promise<unknown>) => ({
    kind: 'done',
    value: await work(),
  });
  const queries = { queryable, run } as unknown as QueryService;
  const names = new KnownNames(queries, { now: () => nowMs } as unknown as Clock);
  return {
    asked,
    names,
    advance: (ms: number) => {
      nowMs += ms;
    },
    list: async () => (await names.list('t', '__name__')).names,
    answer: async (...values: string[]) => {
      asked.at(-1)!.resolve(values);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a list is asked for once while it is fresh', async () => {
  const { asked, list, answer, advance } = setting();
  const both = Promise.all([list(), list()]);
  await answer('a');
  expect(await both).toEqual([['a'], ['a']]);
  advance(4_000);
  expect(await list()).toEqual(['a']);
  expect(asked).toHaveLength(1);
});

test('one that is no longer fresh answers while the next is asked for; one that is old does not', async () => {
  const { asked, list, answer, advance } = setting();
  void list();
  await answer('a');
  advance(6_000);
  expect([await list(), await list()]).toEqual([['a'], ['a']]);
  expect(asked).toHaveLength(2);
  await answer('a', 'b');
  expect(await list()).toEqual(['a', 'b']);
  advance(60_000);
  const waiting = list();
  await answer('c');
  expect(await waiting).toEqual(['c']);
});

test('what takes long is asked for less often', async () => {
  const { asked, list, answer, advance } = setting();
  void list();
  advance(1_000);
  await answer('a');
  advance(40_000);
  expect(await list()).toEqual(['a']);
  expect(asked).toHaveLength(1);
});

test('an empty list is asked for again, a failed one too', async () => {
  const { asked, list, answer } = setting();
  void list();
  await answer();
  const second = list();
  asked[1].reject(new Error('down'));
  await expect(second).rejects.toThrow('down');
  const third = list();
  await answer('a');
  expect(await third).toEqual(['a']);
});

test('a series is of the family that its ending belongs to', async () => {
  const about = (family: string, type: MetricMetadata['type']) => ({ family, type, help: `about ${family}`, unit: '' });
  const { names } = setting([about('requests', 'counter'), about('latency', 'histogram'), about('queue', 'gauge')]);
  const rows = await names.about('t', ['requests_total', 'latency_bucket', 'queue_count', 'queue', 'nothing']);
  expect(rows.map(({ type }) => type)).toEqual(['counter', 'histogram', '', 'gauge', '']);
});
