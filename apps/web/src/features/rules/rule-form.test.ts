import { RuleDraft } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { draftOf, emptyRuleForm, formFromUrl, formOf, problemsOf, type RuleForm, sameRule } from './rule-form.ts';

const form: RuleForm = {
  name: ' Busy ',
  expr: 'node_load1 > 8\n',
  for: '5m',
  keepFiringFor: '1h 30m',
  labels: [
    { name: 'severity', value: 'page' },
    { name: '', value: '' },
  ],
  annotations: [
    { name: 'summary', value: '{{ $labels.instance }} is busy' },
    { name: 'runbook', value: ' ' },
  ],
  enabled: true,
};

test('a form becomes a draft that the server takes', () => {
  const draft = draftOf(form, { id: 'r1', version: 3 });
  expect(RuleDraft.parse(draft)).toEqual(draft);
  expect(draft).toEqual({
    id: 'r1',
    name: 'Busy',
    expr: 'node_load1 > 8',
    forMs: 300_000,
    keepFiringForMs: 5_400_000,
    labels: { severity: 'page' },
    annotations: { summary: '{{ $labels.instance }} is busy' },
    enabled: true,
    version: 3,
  });
});

test('a rule becomes a form and the same rule again', () => {
  const rule = { ...draftOf(form, { id: 'r1', version: 3 }), createdAtMs: 0, updatedAtMs: 0 };
  expect(draftOf(formOf(rule), rule)).toEqual(draftOf(form, rule));
  expect(sameRule(formOf(rule), form)).toBe(false);
  expect(sameRule(formOf(rule), { ...form, keepFiringFor: '1h30m' })).toBe(true);
});

test('each field says what is wrong with it', () => {
  expect(problemsOf({ ...emptyRuleForm, for: '5 min', labels: [{ name: 'alertname', value: 'x' }] })).toEqual({
    name: 'A rule needs a name.',
    expr: 'A rule needs an expression.',
    for: 'A duration like 30s, 5m or 1h30m.',
    labels: ['`alertname` is set by Tidemark.'],
  });
  expect(problemsOf(form)).toEqual({});
});

test('a half-typed duration is a change, although it saves nothing yet', () => {
  expect(sameRule(form, { ...form, for: '5m3' })).toBe(false);
});

test('a link brings its expression', () => {
  expect(formFromUrl(new URLSearchParams({ expr: 'up == 0', name: 'Down' }))).toMatchObject({ expr: 'up == 0', name: 'Down' });
  expect(formFromUrl(new URLSearchParams())).toEqual(emptyRuleForm);
});
