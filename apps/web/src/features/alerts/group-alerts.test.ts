import type { AlertRow, AlertState } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { selectAlerts } from './group-alerts.ts';

const alert = (ruleName: string, instance: string, state: AlertState, activeSinceMs: number): AlertRow => ({
  ruleId: ruleName,
  ruleName,
  fingerprint: instance,
  labels: { alertname: ruleName, instance },
  annotations: { summary: `${instance} is busy` },
  state,
  value: 1,
  activeSinceMs,
  firingSinceMs: null,
  resolvedAtMs: null,
});

const alerts = [
  alert('Quiet', 'a', 'resolved', 1),
  alert('Busy', 'b', 'pending', 2),
  alert('Full', 'c', 'firing', 9),
  alert('Busy', 'd', 'firing', 5),
  alert('Busy', 'e', 'firing', 3),
];

test('rules with the worst alerts come first, and in them the oldest', () => {
  const { groups, counts } = selectAlerts(alerts, { state: null, find: '' });
  expect(groups.map((group) => [group.ruleName, group.state, group.alerts.map((one) => one.fingerprint).join('')])).toEqual([
    ['Busy', 'firing', 'edb'],
    ['Full', 'firing', 'c'],
    ['Quiet', 'resolved', 'a'],
  ]);
  expect(counts).toEqual({ firing: 3, pending: 1, resolved: 1 });
});

test('a filter by state keeps the counts of the others', () => {
  const { groups, counts } = selectAlerts(alerts, { state: 'pending', find: 'busy instance=b' });
  expect(groups.flatMap((group) => group.alerts.map((one) => one.fingerprint))).toEqual(['b']);
  expect(counts).toEqual({ firing: 0, pending: 1, resolved: 0 });
});
