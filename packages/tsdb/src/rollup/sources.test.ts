import { expect, test } from 'vitest';
import type { BlockMeta } from '../block/format.ts';
import type { TimeRange } from '../model/time-range.ts';
import { type Fate, type RollupSource, recordAfter } from './sources.ts';

function block(id: string, fromMs: number, toMs: number): { meta: BlockMeta } {
  return { meta: { id, tenant: 't', windowMs: 0, fromMs, toMs, series: 1, samples: 1, resolutionMs: 0 } };
}

/** `id (from, to]`, thinned with a mark. */
const source = (id: string, fromMs: number, toMs: number, isThinned = false): RollupSource => ({ id, fromMs, toMs, isThinned });
const text = (sources: readonly RollupSource[]) =>
  sources.map(({ id, fromMs, toMs, isThinned }) => `${id}${isThinned ? '!' : ''} ${fromMs}-${toMs}`).join(', ');

const a = block('a', 1, 10);
const b = block('b', 11, 20);
const late = block('late', 4, 6);
const both = block('ab', 1, 20);

test.each<{
  title: string;
  sources: RollupSource[];
  removed: { meta: BlockMeta }[];
  added: { meta: BlockMeta }[];
  fate: Fate;
  range?: TimeRange;
  after: string;
}>([
  { title: 'others', sources: [source('c', 0, 5)], removed: [a, b], added: [both], fate: 'merged', after: 'c 0-5' },
  { title: 'merged', sources: [source('a', 0, 10), source('b', 10, 20)], removed: [a, b], added: [both], fate: 'merged', after: 'ab 0-20' },
  {
    title: 'merged, of which a part is here',
    sources: [source('a', 5, 10)],
    removed: [a, b],
    added: [both],
    fate: 'merged',
    range: { fromMs: 5, toMs: 10 },
    after: 'ab 5-10',
  },
  {
    title: 'merged with what came since',
    sources: [source('a', 0, 10)],
    removed: [a, late],
    added: [both],
    fate: 'merged',
    range: { fromMs: 0, toMs: 10 },
    after: 'ab 0-3, ab 6-10',
  },
  {
    title: 'merged, with a time between of which nobody has anything',
    sources: [source('a', 0, 10), source('c', 15, 20)],
    removed: [a, block('c', 16, 20)],
    added: [both],
    fate: 'merged',
    after: 'ab 0-20',
  },
  { title: 'merged, and nothing is left', sources: [source('a', 0, 10)], removed: [a], added: [], fate: 'merged', after: '' },
  { title: 'thinned', sources: [source('a', 0, 10)], removed: [a], added: [block('a2', 1, 9)], fate: 'thinned', after: 'a 9-10, a2! 0-9' },
  {
    title: 'thinned before, and merged',
    sources: [source('a', 0, 10, true), source('b', 10, 20)],
    removed: [a, b],
    added: [both],
    fate: 'merged',
    after: 'ab! 0-10, ab 10-20',
  },
  {
    title: 'changed',
    sources: [source('a', 0, 10), source('b', 10, 20)],
    removed: [a],
    added: [block('a2', 1, 10)],
    fate: 'changed',
    after: 'b 10-20',
  },
  { title: 'dropped', sources: [source('a', 0, 10)], removed: [a], added: [], fate: 'dropped', after: 'a 0-10' },
])('what windows were made from, once blocks are $title', ({ sources, removed, added, fate, range, after }) => {
  expect(text(recordAfter({ sources, slowSeries: 0 }, range ?? { fromMs: 0, toMs: 20 }, { removed, added, fate }).sources)).toBe(after);
});
