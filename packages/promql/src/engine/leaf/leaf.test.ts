import { prng, systemClock } from '@tidemark/base';
import { QueryBudget } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { parse } from '../../syntax/parser.ts';
import { HISTOGRAMS_TOO, MemoryQueryable, randomTable, randomVector, WHOLE_LANGUAGE } from '../../testing/index.ts';
import { evaluateInstant, evaluateRange } from '../evaluate.ts';
import { QueryError } from '../query-error.ts';
import type { QueryOutcome } from '../value.ts';
import { evaluateLeaf } from './evaluate-leaf.ts';
import type { Leaf, LeafSource } from './leaf.ts';
import { isLeaf } from './shape.ts';

/** A pair that must agree: series in one place, and the same in seven. */

const budget = () => new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
const RANGE = { startMs: 60_000, endMs: 1_100_000, stepMs: 170_000 };

function leavesOf(places: readonly MemoryQueryable[], asked: Leaf[] = []): LeafSource {
  return {
    ask: (leaf, spent) => {
      asked.push(leaf);
      return Promise.all(places.map((place) => evaluateLeaf(leaf, parse(leaf.text), place, spent)));
    },
  };
}

async function answer(
  text: string,
  when: 'range' | 'instant',
  table: MemoryQueryable,
  leaves?: LeafSource,
): Promise<QueryOutcome | string> {
  const request = { expr: parse(text), text, tenant: 'default', queryable: table, leaves, budget: budget() };
  try {
    return await (when === 'range' ? evaluateRange({ ...request, ...RANGE }) : evaluateInstant({ ...request, atMs: 600_000 }));
  } catch (error) {
    if (error instanceof QueryError) return 'failed';
    throw error;
  }
}

test('an answer does not depend on where series lie, nor its notes', async () => {
  const random = prng(23);
  let answered = 0;
  for (let table = 0; table < 8; table++) {
    const histograms = table % 2 === 1;
    const { table: whole } = randomTable(prng(table), { histograms });
    const places = [1, 7].map((count) => leavesOf(whole.split(count, random)));
    for (let i = 0; i < 60; i++) {
      const text = randomVector(random, random.int(1, 4), histograms ? HISTOGRAMS_TOO : WHOLE_LANGUAGE);
      for (const when of ['range', 'instant'] as const) {
        const [one, seven] = await Promise.all(places.map((leaves) => answer(text, when, whole, leaves)));
        expect(seven, text).toEqual(one);
        expect(ordered(await answer(text, when, whole)), text).toEqual(ordered(one));
        if (one !== 'failed') answered++;
      }
    }
  }
  expect(answered).toBeGreaterThan(500);
});

/** A vector's order is not promised to be the same as without leaves. */
function ordered(outcome: QueryOutcome | string): unknown {
  if (typeof outcome === 'string' || outcome.value.kind !== 'vector') return outcome;
  return { ...outcome, value: new Map(outcome.value.samples.map((sample) => [sample.labels.key, sample.value])) };
}

test.each([
  'x',
  'x{a="b"} offset 5m',
  '(x)',
  '-x',
  'x > 0.5',
  '0.5 < bool x',
  'rate({a="b"}[5m])',
  'rate(x[5m]) * 8 > 5',
  'clamp_max(x, time() - 5)',
  'quantile_over_time(0.9, x[5m])',
  'max_over_time(rate(x[1m])[5m:30s])',
  'max by (a) (x)',
  'count(rate(x[5m]) > 2)',
  'timestamp(x)',
  'sum(x)',
  'sum without (a) (rate(x[5m]))',
  'topk(3, rate(x[5m]))',
])('%s is a leaf', (text) => {
  expect(isLeaf(parse(text))).toBe(true);
});

test.each([
  'avg(x)',
  'sum(rate({a="b"}[5m]))',
  'x + y',
  'x > scalar(y)',
  'abs(rate({a="b"}[5m]))',
  'count(rate({a="b"}[5m]))',
  'rate({a="b"}[5m]) > 2',
  'absent(x)',
  'sort(x)',
  'label_replace(x, "a", "b", "c", "d")',
  'quantile_over_time(scalar(y), x[5m])',
  'topk(scalar(y), x)',
  'quantile(0.5, x)',
  'x[5m]',
  'vector(1)',
  'vector(1) > 2',
  'time()',
  'hour()',
])('%s is none', (text) => {
  expect(isLeaf(parse(text))).toBe(false);
});

test('a leaf says from when on samples matter to it', async () => {
  const asked: Leaf[] = [];
  const leaves = leavesOf([new MemoryQueryable()], asked);
  for (const text of ['x', 'x offset 1m', 'rate(x[2m])', 'max_over_time(x[10m:1m] @ 900)'])
    await answer(text, 'instant', new MemoryQueryable(), leaves);
  expect(asked.map(({ text, fromMs }) => [text, fromMs])).toEqual([
    ['x', 300_001],
    ['x offset 1m', 240_001],
    ['rate(x[2m])', 480_001],
    ['max_over_time(x[10m:1m] @ 900.000)', 60_001],
  ]);
});

test('places in the expression are those where it was written', async () => {
  const table = new MemoryQueryable();
  for (const name of ['gauge', 'another']) for (const at of [1_000, 2_000]) table.append(Labels.from({ __name__: name, of: name }), at, at);
  const text = '1 +  sum( rate( {__name__=~".+"} [1h] ) )';
  const { annotations } = (await answer(text, 'instant', table, leavesOf(table.split(2, prng(1))))) as QueryOutcome;
  expect(annotations.infos).toEqual([
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "another" (1:17)',
  ]);
  const wrong = evaluateInstant({
    expr: parse('1 +  sum( holt_winters(gauge[1h],  2, 0.1))'),
    tenant: 'default',
    queryable: table,
    leaves: leavesOf([table]),
    budget: budget(),
    atMs: 2_000,
  });
  await expect(wrong).rejects.toMatchObject({ name: 'QueryError', from: 35, to: 36 });
});

test('what may lie in several places is evaluated over samples', async () => {
  const { table } = randomTable(prng(3));
  const text = 'sum by (parity) (rate(x_total[2m]))';
  expect(await answer(text, 'range', table, { ask: async () => null })).toEqual(await answer(text, 'range', table));
});

test('with types as labels a counter is what is said to be one, wherever it lies', async () => {
  const { table } = randomTable(prng(1));
  const named = (type: string) => Labels.from({ __name__: 'typed_total', __type__: type, job: type });
  for (const type of ['counter', 'gauge', '']) for (const minute of [8, 9, 10]) table.append(named(type), minute * 60_000, minute);
  const texts = new Set<string>();
  for (const features of [{ typeAndUnitLabels: true }, {}]) {
    for (const leaves of [undefined, leavesOf([table])]) {
      const request = { expr: parse('rate(typed_total[5m])'), tenant: 'default', queryable: table, leaves, budget: budget(), features };
      const { annotations } = await evaluateInstant({ ...request, atMs: 600_000 });
      texts.add(annotations.infos.join());
    }
  }
  const said = (type: string) =>
    `PromQL info: metric might not be a counter, __type__ label is not set to "counter" or "histogram", got "${type}": "typed_total" (1:6)`;
  expect([...texts]).toEqual([said(''), '']);
});
