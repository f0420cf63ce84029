import { systemClock } from '@tidemark/base';
import { parse } from '@tidemark/promql/syntax';
import type { Queryable, QueryBudget } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { createRuleEvaluator } from './evaluator.ts';

const series = [
  {
    labels: Labels.from({ __name__: 'up', instance: 'a' }),
    samples: { times: Float64Array.of(1000, 9_500), values: Float64Array.of(1, 0) },
  },
  { labels: Labels.from({ __name__: 'up', instance: 'b' }), samples: { times: Float64Array.of(9_000), values: Float64Array.of(1) } },
];
const queryable = { select: async () => series } as unknown as Queryable;
const evaluate = createRuleEvaluator({ queryable }, systemClock);

test('gives the results and the time of the newest sample behind them', async () => {
  const result = await evaluate('t', parse('up == 0'), 10_000);
  expect(result).toMatchObject({ kind: 'samples', sampleAtMs: 9_500, samples: [{ value: 0 }] });
  expect(await evaluate('t', parse('time() > bool 5'), 10_000)).toMatchObject({
    kind: 'samples',
    sampleAtMs: 10_000,
    samples: [{ value: 1 }],
  });
});

test('what cannot be a rule is a problem, not an exception', async () => {
  expect(await evaluate('t', parse('"text"'), 10_000)).toMatchObject({ kind: 'problem' });
  expect(await evaluate('t', parse('up[1m]'), 10_000)).toMatchObject({ kind: 'problem' });
  expect(await evaluate('t', parse('up + on() group_left() up'), 10_000)).toMatchObject({
    kind: 'problem',
    problem: { kind: 'execution' },
  });
});

test('a part of the samples decides nothing', async () => {
  const select = async (_: unknown, budget: QueryBudget) => {
    budget.miss({ fromMs: 0, toMs: 5_000, reason: 'unreachable', detail: 'the store does not answer' });
    return series;
  };
  const partial = createRuleEvaluator({ queryable: { select } as unknown as Queryable }, systemClock);
  const result = await partial('t', parse('up == 0'), 10_000);
  expect(result).toMatchObject({ kind: 'problem', problem: { kind: 'unavailable' } });
  expect(JSON.stringify(result)).toContain('the store does not answer');
});
