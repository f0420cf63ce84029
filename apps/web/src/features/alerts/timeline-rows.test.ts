import type { AlertRow, AlertState, TransitionRow } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { knownSince, timelineRows } from './timeline-rows.ts';

type Known = AlertState | 'inactive';
const edge = (atMs: number, from: Known, to: Known, fingerprint = 'a'): TransitionRow => ({
  atMs,
  ruleId: 'r',
  ruleName: 'Busy',
  fingerprint,
  labels: { instance: fingerprint },
  from,
  to,
  value: atMs,
});

const alert = (state: AlertState, activeSinceMs: number, firingSinceMs: number | null): AlertRow => ({
  ruleId: 'r',
  ruleName: 'Busy',
  fingerprint: 'b',
  labels: {},
  annotations: {},
  state,
  value: 7,
  activeSinceMs,
  firingSinceMs,
  resolvedAtMs: null,
});

const RANGE = { fromMs: 100, toMs: 200 };
const drawn = (transitions: readonly TransitionRow[], active: readonly AlertRow[] = [], nowMs = 1000) =>
  timelineRows(transitions, active, RANGE, nowMs).map((row) =>
    row.stretches.map((one) => `${one.state} ${one.fromMs}-${one.toMs}`).join(', '),
  );

test.each<[string, readonly TransitionRow[], readonly string[]]>([
  ['nothing happened', [], []],
  [
    'a whole life, given newest first',
    [edge(160, 'firing', 'resolved'), edge(130, 'pending', 'firing'), edge(120, 'inactive', 'pending')],
    ['pending 120-130, firing 130-160'],
  ],
  ['it began before the range', [edge(130, 'firing', 'resolved')], ['firing 100-130']],
  ['it went on', [edge(50, 'inactive', 'firing')], ['firing 100-200']],
  ['it was over before the range', [edge(50, 'inactive', 'firing'), edge(60, 'firing', 'resolved')], []],
  ['it begins after the range', [edge(250, 'inactive', 'pending')], []],
  ['it was already firing when it resolved after the range', [edge(250, 'firing', 'resolved')], ['firing 100-200']],
])('%s', (_, transitions, rows) => {
  expect(drawn(transitions)).toEqual(rows);
});

test('the future is not drawn', () => {
  expect(drawn([edge(120, 'inactive', 'firing')], [], 150)).toEqual(['firing 120-150']);
});

test('an active instance without known transitions is drawn from its own times', () => {
  expect(drawn([], [alert('firing', 50, 140)])).toEqual(['pending 100-140, firing 140-200']);
  expect(drawn([], [alert('pending', 150, null)])).toEqual(['pending 150-200']);
});

test('each instance has its row, and a known one is not drawn twice', () => {
  expect(drawn([edge(120, 'inactive', 'firing', 'a'), edge(110, 'inactive', 'firing', 'b')], [alert('firing', 50, 60)])).toEqual([
    'firing 110-200',
    'firing 120-200',
  ]);
});

test('what lies before the oldest change of a cut answer is not known', () => {
  const edges = [edge(160, 'firing', 'resolved'), edge(130, 'pending', 'firing')];
  expect(knownSince(edges, 2)).toBe(130);
  expect(knownSince(edges, 3)).toBe(Number.NEGATIVE_INFINITY);
  expect(knownSince([], 3)).toBe(Number.NEGATIVE_INFINITY);
});
