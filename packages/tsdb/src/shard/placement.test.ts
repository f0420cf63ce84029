import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { Labels } from '../model/labels.ts';
import { Placement } from './placement.ts';

const random = prng(7);
const series = Array.from({ length: 4000 }, () => Labels.from({ __name__: 'up', instance: `web-${random.int(0, 1e9)}` }));

test('partitions get an even share', () => {
  const placement = new Placement(8);
  const counts = new Array(8).fill(0);
  for (const labels of series) counts[placement.partitionOf('default', labels)]++;
  for (const count of counts) expect(count).toBeGreaterThan(350);
});

test('a new partition takes its share and moves nothing between the old ones', () => {
  const before = new Placement(7);
  const after = new Placement(8);
  const moved = series.filter((labels) => before.partitionOf('default', labels) !== after.partitionOf('default', labels));
  for (const labels of moved) expect(after.partitionOf('default', labels)).toBe(7);
  expect(moved.length / series.length).toBeLessThan(0.17);
});
