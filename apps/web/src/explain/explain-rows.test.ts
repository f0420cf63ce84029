import type { ExplainNode } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { explainRows } from './explain-rows.ts';

function node(title: string, rest: Partial<ExplainNode> = {}): ExplainNode {
  const figures = { elapsedMs: 1, series: 1, samples: 1, given: 1 };
  return { title, from: 0, to: 1, where: 'root', ...figures, widthsMs: [0], places: [], children: [], ...rest };
}

const place = (name: string, elapsedMs: number) => ({ place: name, elapsedMs, series: 2, samples: 30, given: 1, bytes: 100 });
const ROOT = node('/', {
  elapsedMs: 10,
  children: [
    node('sum', {
      where: 'leaf',
      elapsedMs: 8,
      places: [place('partition 0', 7), place('partition 1', 4)],
      children: [node('rate', { where: 'in one pass', elapsedMs: null })],
    }),
    node('x'),
  ],
});

const shown = (toggled: readonly string[]) =>
  explainRows(ROOT, new Set(toggled)).map(({ level, title, isOpen }) => `${level} ${title} ${isOpen}`);

test('nodes are open at first, partitions are not', () => {
  expect(shown([])).toEqual(['1 / true', '2 sum true', '3 2 partitions false', '3 rate null', '2 x null']);
  expect(shown(['0.0.p'])).toContain('4 partition 1 null');
  expect(shown(['0.0'])).toEqual(['1 / true', '2 sum false', '2 x null']);
});

test('rows say what they took of the whole, and partitions what they did together', () => {
  const [root, sum, partitions, rate] = explainRows(ROOT, new Set());
  expect([root.share, sum.share, partitions.share, rate.share]).toEqual([1, 0.8, 0.7, 0]);
  expect(partitions).toMatchObject({ elapsedMs: 7, series: 4, samples: 60, given: 2, bytes: 200 });
  expect([sum.where, sum.bytes, rate.where, rate.elapsedMs]).toEqual(['2 partitions', 200, 'in one pass with the node above', null]);
});
