import type { RuleRow, RuleState } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { selectRules } from './rule-filter.ts';

const rule = (name: string, state: RuleState, expr = 'up == 0', labels: Record<string, string> = {}): RuleRow => ({
  id: name,
  name,
  expr,
  forMs: 0,
  keepFiringForMs: 0,
  labels,
  annotations: {},
  enabled: state !== 'disabled',
  version: 1,
  createdAtMs: 0,
  updatedAtMs: 0,
  state,
  pendingCount: 0,
  firingCount: 0,
  lastError: null,
  lastEvaluatedAtMs: null,
  evaluationMs: null,
});

const rules = [
  rule('Zed', 'inactive'),
  rule('Busy', 'firing', 'node_load1 > 8', { severity: 'page' }),
  rule('Full', 'error'),
  rule('Also', 'inactive', 'node_load5 > 8'),
];

test('the worst comes first, then the alphabet', () => {
  expect(selectRules(rules, { state: null, find: '' }).rows.map((row) => row.name)).toEqual(['Busy', 'Full', 'Also', 'Zed']);
});

test('names, expressions and labels are searched, all words at once', () => {
  const found = (find: string) => selectRules(rules, { state: null, find }).rows.map((row) => row.name);
  expect(found('LOAD')).toEqual(['Busy', 'Also']);
  expect(found('load severity=page')).toEqual(['Busy']);
  expect(found('nothing')).toEqual([]);
});

test('counts are of the text, rows are of the state too', () => {
  const { rows, counts } = selectRules(rules, { state: 'inactive', find: 'load' });
  expect(rows.map((row) => row.name)).toEqual(['Also']);
  expect(counts).toMatchObject({ firing: 1, inactive: 1, error: 0 });
});
