import { prng, systemClock } from '@tidemark/base';
import { QueryBudget } from '@tidemark/tsdb';
import { Labels } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { evaluateInstant, evaluateRange } from '../engine/evaluate.ts';
import { evaluateLeaf } from '../engine/leaf/evaluate-leaf.ts';
import type { LeafSource } from '../engine/leaf/leaf.ts';
import { parse } from '../syntax/parser.ts';
import { MemoryQueryable, randomTable, randomVector } from '../testing/index.ts';
import { Trace } from './trace.ts';
import { type ExplainedNode, explained } from './tree.ts';

const RANGE = { startMs: 60_000, endMs: 600_000, stepMs: 60_000 };

function table(): MemoryQueryable {
  const queryable = new MemoryQueryable();
  for (const [job, count] of [
    ['a', 3],
    ['b', 1],
  ] as const) {
    for (let i = 0; i < count; i++) {
      for (let atMs = 0; atMs <= 600_000; atMs += 10_000)
        queryable.append(Labels.from({ __name__: 'x_total', job, i: String(i) }), atMs, atMs / 1000);
    }
  }
  return queryable;
}

function leavesOf(places: readonly MemoryQueryable[]): LeafSource {
  return { ask: (leaf, budget) => Promise.all(places.map((place) => evaluateLeaf(leaf, parse(leaf.text), place, budget))) };
}

async function explain(
  text: string,
  queryable: MemoryQueryable,
  leaves?: LeafSource,
): Promise<{ root: ExplainedNode; budget: QueryBudget }> {
  const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
  const expr = parse(text);
  const trace = new Trace();
  await evaluateRange({ expr, text, tenant: 'default', queryable, leaves, budget, trace, ...RANGE });
  return { root: explained(expr, trace), budget };
}

/** Indented, as a reader sees it. */
function lines(node: ExplainedNode, depth = 0): string[] {
  const own = `${'  '.repeat(depth)}${node.title} · ${node.where} · ${node.given}`;
  return [own, ...node.children.flatMap((child) => lines(child, depth + 1))];
}

test('evaluated in one place', async () => {
  const { root } = await explain('(sum by (job) (rate(x_total[1m]))) / on (job) group_left () count by (job) (x_total) > 0.1', table());
  expect(lines(root)).toEqual([
    '> 0.1 · root · 2',
    '  / on (job) group_left () · root · 2',
    '    sum by (job) · root · 2',
    '      rate · in one pass · 4',
    '        x_total[1m] · root · 4',
    '    count by (job) · root · 2',
    '      x_total · root · 4',
  ]);
  const [division] = root.children;
  const [sum] = division.children;
  expect(sum).toMatchObject({ from: 1, to: 33, series: 4, widthsMs: [0] });
  const [matrix] = sum.children[0].children;
  expect(matrix.samples).toBe(4 * 60);
  expect(sum.samples).toBeGreaterThanOrEqual(4 * 60);
});

test('a leaf is told with its places, and what it did there', async () => {
  const whole = table();
  const { root } = await explain('-(sum by (job) (rate(x_total[1m])))', whole, leavesOf(whole.split(3, prng(1))));
  expect(lines(root)).toEqual([
    '- · root · 2',
    '  sum by (job) · leaf · 2',
    expect.stringMatching(/^ {4}rate · in one pass · 4$/),
    expect.stringMatching(/^ {6}x_total\[1m\] · in leaf · 4$/),
  ]);
  const [leaf] = root.children;
  expect(leaf.places).toHaveLength(3);
  expect(leaf.places.reduce((sum, { series }) => sum + series, 0)).toBe(4);
  expect(leaf.samples).toBe(leaf.places.reduce((sum, { samples }) => sum + samples, 0));
  expect(leaf.elapsedMs).toBeGreaterThan(0);
});

test('a subquery has its own title, and an instant its own figures', async () => {
  const expr = parse('max_over_time(sum(x_total)[5m:1m] offset 1m)');
  const trace = new Trace();
  const budget = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
  await evaluateInstant({ expr, tenant: 'default', queryable: table(), budget, trace, atMs: 600_000 });
  expect(lines(explained(expr, trace))).toEqual([
    'max_over_time · root · 1',
    '  [5m:1m] offset 1m · root · 1',
    '    sum · root · 1',
    '      x_total · root · 4',
  ]);
});

test('what the root has used is what the query has used, wherever its parts ran; the answer is the same', async () => {
  const random = prng(7);
  const { table: whole } = randomTable(random);
  const places = leavesOf(whole.split(3, random));
  for (let i = 0; i < 40; i++) {
    const text = randomVector(random, 2);
    for (const leaves of [undefined, places]) {
      const told = await explain(text, whole, leaves).catch(() => null);
      if (told === null) continue; // The query fails as it does without a trace.
      const { root, budget } = told;
      expect(root.samples ?? 0, text).toBeLessThanOrEqual(budget.samples);
      expect(root.series, text).toBe(budget.series);
      const plain = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e9, seriesMax: 1e6 }, systemClock);
      await evaluateRange({ expr: parse(text), tenant: 'default', queryable: whole, leaves, budget: plain, ...RANGE });
      expect([budget.samples, budget.series], text).toEqual([plain.samples, plain.series]);
    }
  }
});
