import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { groupLabelsOf, parseMatchers } from './matchers.ts';

function matches(source: string, labels: Record<string, string>): boolean | string {
  const parsed = parseMatchers([source]);
  if (parsed.kind === 'problem') return parsed.message;
  return parsed.matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? ''));
}

test('the four operators, quoted or not', () => {
  const labels = { severity: 'page', team: 'db "core"' };
  expect(matches('severity="page"', labels)).toBe(true);
  expect(matches(' severity = page ', labels)).toBe(true);
  expect(matches('severity!=page', labels)).toBe(false);
  expect(matches('severity=~"page|warn.*"', labels)).toBe(true);
  expect(matches('severity!~pa', labels)).toBe(true);
  expect(matches('team="db \\"core\\""', labels)).toBe(true);
  expect(matches('missing=""', labels)).toBe(true);
});

test('what is no matcher is told', () => {
  expect(matches('severity', {})).toContain('"severity" is no matcher');
  expect(matches('severity="page', {})).toContain('is no matcher');
  expect(matches('a=b c', {})).toContain('is no matcher');
  expect(matches('a=~"("', {})).toContain('invalid regular expression');
});

test('groups are named by the labels that are there, `...` by all', () => {
  const labels = Labels.from({ alertname: 'A', dc: 'eu', instance: 'x' });
  expect(groupLabelsOf(labels, ['alertname', 'dc', 'none']).toObject()).toEqual({ alertname: 'A', dc: 'eu' });
  expect(groupLabelsOf(labels, ['...'])).toBe(labels);
  expect(groupLabelsOf(labels, []).toObject()).toEqual({});
});
