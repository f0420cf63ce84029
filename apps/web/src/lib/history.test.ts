import { expect, test } from 'vitest';
import type { Frame } from './frame.ts';
import { type History, overLastGood } from './history.ts';

const good: History = {
  expr: 'up',
  matrix: null,
  frame: { series: [] } as unknown as Frame,
  problem: null,
  cost: null,
  notes: [],
  stretches: [],
  endMs: 1000,
  stepMs: 1000,
  answeredAtMs: 1000,
};
const failed: History = { ...good, frame: null, problem: { kind: 'timeout', message: 'query ran longer than 30 s' }, answeredAtMs: 2000 };

test('a problem leaves what the expression gave before, and its age', () => {
  const shown = overLastGood(failed, good);
  expect(shown).toMatchObject({ frame: good.frame, answeredAtMs: 1000, problem: failed.problem });
  expect(overLastGood(failed, shown)).toEqual(shown);
  expect(overLastGood({ ...good, answeredAtMs: 3000 }, shown)).toMatchObject({ answeredAtMs: 3000, problem: null });
});

test('what another expression gave is not shown under a problem', () => {
  expect(overLastGood(failed, { ...good, expr: 'node_load1' })).toBe(failed);
  expect(overLastGood(failed, undefined)).toBe(failed);
});
