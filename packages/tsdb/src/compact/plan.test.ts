import { expect, test } from 'vitest';
import type { BlockMeta } from '../block/format.ts';
import { planMerges } from './plan.ts';

const HOUR_MS = 3_600_000;

function block(id: string, tenant: string, windowHours: number, bytes = 100, hours = 1) {
  const windowMs = windowHours * HOUR_MS;
  const meta: BlockMeta = {
    id,
    tenant,
    windowMs,
    fromMs: windowMs,
    toMs: windowMs + hours * HOUR_MS,
    series: 1,
    samples: 1,
    resolutionMs: 0,
  };
  return { meta, bytes };
}

const names = (groups: { meta: BlockMeta }[][]) => groups.map((group) => group.map(({ meta }) => meta.id).join(' '));
const late = block('z', 't', 1000);

/** Spans of 2, 6 and 18 hours; `open` are the hours in which the head has samples. */
test.each([
  { title: 'nothing', blocks: [], open: [], merges: [] },
  { title: 'one block a window', blocks: [block('a', 't', 0), block('b', 't', 2)], open: [], merges: [] },
  { title: 'two blocks of a window', blocks: [block('a', 't', 0), block('b', 't', 0), block('c', 't', 2)], open: [], merges: ['a b'] },
  { title: 'tenants stay apart', blocks: [block('a', 't', 0), block('b', 'u', 0)], open: [], merges: [] },
  { title: 'an open window waits', blocks: [block('a', 't', 0), block('b', 't', 0)], open: [0], merges: [] },
  {
    title: 'an open window that has piled up',
    blocks: [...'abcdefghi'].map((id) => block(id, 't', 0)),
    open: [0],
    merges: ['a b c d e f g h i'],
  },
  { title: 'six hours that are over', blocks: [block('a', 't', 0), block('b', 't', 2), block('c', 't', 6)], open: [], merges: ['a b'] },
  {
    title: 'six hours, somebody else has gone on',
    blocks: [block('a', 't', 0), block('b', 't', 2), block('c', 'u', 6)],
    open: [],
    merges: [],
  },
  { title: 'six hours with late samples in memory', blocks: [block('a', 't', 0), block('b', 't', 2), late], open: [5], merges: [] },
  {
    title: 'small spans before large ones',
    blocks: [block('a', 't', 0), block('b', 't', 2), block('c', 't', 6, 100, 5), block('d', 't', 12), late],
    open: [],
    merges: ['a b'],
  },
  {
    title: 'eighteen hours',
    blocks: [block('a', 't', 0, 100, 5), block('c', 't', 6, 100, 5), block('d', 't', 12), late],
    open: [],
    merges: ['a c d'],
  },
  {
    title: 'no span is larger than the largest',
    blocks: [block('a', 't', 0, 100, 17), block('b', 't', 18, 100, 17), late],
    open: [],
    merges: [],
  },
  { title: 'a little that came late waits', blocks: [block('a', 't', 0, 100, 17), block('b', 't', 2, 24), late], open: [], merges: [] },
  { title: 'much that came late', blocks: [block('a', 't', 0, 100, 17), block('b', 't', 2, 25), late], open: [], merges: ['a b'] },
  {
    title: 'a little that came late goes on with the next span',
    blocks: [block('a', 't', 0, 100, 5), block('b', 't', 2, 1), block('c', 't', 12, 1), late],
    open: [],
    merges: ['a b c'],
  },
])('what is merged: $title', ({ blocks, open, merges }) => {
  const isOpen = (_: string, fromMs: number, toMs: number) => open.some((hour) => hour * HOUR_MS >= fromMs && hour * HOUR_MS < toMs);
  expect(names(planMerges(blocks, { spanMaxMs: () => 18 * HOUR_MS, isOpen }))).toEqual(merges);
});

test('what leaves soon is not merged into what stays', () => {
  const spanMaxMs = ({ windowMs }: BlockMeta) => (windowMs < 6 * HOUR_MS ? 18 : 2) * HOUR_MS;
  const blocks = [block('a', 't', 0), block('b', 't', 2), block('c', 't', 6), block('d', 't', 8), late];
  expect(names(planMerges(blocks, { spanMaxMs, isOpen: () => false }))).toEqual(['a b']);
});

test('a year of blocks levels out, and each sample is written once for each span', () => {
  const rules = { spanMaxMs: () => 36.5 * 24 * HOUR_MS, isOpen: () => false };
  let live: ReturnType<typeof block>[] = [];
  let most = 0;
  let written = 0;
  for (let hour = 0, made = 0; hour < 365 * 24; hour += 2) {
    live.push(block(String(made++), 't', hour, 1, 1.9));
    for (let merges = planMerges(live, rules); merges.length > 0; ) {
      for (const group of merges) {
        const first = group[0].meta;
        const bytes = group.reduce((sum, each) => sum + each.bytes, 0);
        written += bytes;
        const hours = (Math.max(...group.map(({ meta }) => meta.toMs)) - first.windowMs) / HOUR_MS;
        live = [...live.filter((each) => !group.includes(each)), block(String(made++), 't', first.windowMs / HOUR_MS, bytes, hours)];
        live.sort((a, b) => a.meta.windowMs - b.meta.windowMs);
      }
      merges = planMerges(live, rules);
    }
    most = Math.max(most, live.length);
  }
  expect(most).toBeLessThan(40);
  expect(written / (365 * 12)).toBeLessThanOrEqual(5);
  expect(live.reduce((sum, each) => sum + each.bytes, 0)).toBe(365 * 12);
});
