import type { RuleStore } from '@tidemark/db';
import { type Rule, RuleDraft } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { RuleSet } from './rule-set.ts';

const rule = (id: string): Rule => ({ ...RuleDraft.parse({ name: id, expr: 'up', id }), version: 1, createdAtMs: 0, updatedAtMs: 0 });

test('a rule that is saved while all are read does not vanish for a moment', async () => {
  const saved = [rule('old')];
  let reads = 0;
  const store: Pick<RuleStore, 'stamp' | 'listAll'> = {
    stamp: async () => String(saved.length),
    listAll: async () => {
      const seen = saved.map((one) => ({ tenant: 't', rule: one }));
      if (reads++ === 0) {
        saved.push(rule('new'));
        rules.put('t', rule('new'));
      }
      return seen;
    },
  };
  const rules = new RuleSet(store as RuleStore);
  await rules.reload();
  expect([...rules.all()].map((ready) => ready.rule.id)).toEqual(['old', 'new']);
  await rules.refresh();
  expect(reads).toBe(2);
});

test('a rule that is not understood says why', async () => {
  const store = { stamp: async () => '1', listAll: async () => [{ tenant: 't', rule: { ...rule('bad'), expr: 'up ==' } }] };
  const rules = new RuleSet(store as unknown as RuleStore);
  await rules.reload();
  expect(rules.get('t', 'bad')).toMatchObject({ compiled: null, problem: expect.any(String) });
});
