import type { TargetRow } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { selectTargets } from './targets.ts';

const target = (job: string, instance: string, health: TargetRow['health'], lastError = ''): TargetRow => ({
  job,
  instance,
  url: `http://${instance}/metrics`,
  labels: { job, instance, zone: 'eu' },
  health,
  lastError,
  lastScrapeMs: null,
  lastDurationMs: null,
  lastSamples: null,
  intervalMs: 1000,
});

const targets = [
  target('node', 'web-10:9100', 'up'),
  target('node', 'web-2:9100', 'up'),
  target('app', 'web-1:8080', 'down', 'connection refused'),
  target('app', 'web-3:8080', 'unknown'),
];

test('broken targets come first, the others as people count', () => {
  const { rows, counts } = selectTargets(targets, { state: null, find: '' });
  expect(rows.map((row) => row.instance)).toEqual(['web-1:8080', 'web-3:8080', 'web-2:9100', 'web-10:9100']);
  expect(counts).toEqual({ down: 1, unknown: 1, up: 2 });
});

test('errors and labels are searched too', () => {
  expect(selectTargets(targets, { state: null, find: 'REFUSED zone=eu' }).rows).toHaveLength(1);
  expect(selectTargets(targets, { state: 'up', find: 'app' })).toMatchObject({ rows: [], counts: { down: 1, up: 0 } });
});
