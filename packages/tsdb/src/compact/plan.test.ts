import { expect, test } from 'vitest';
import type { BlockMeta } from '../block/format.ts';
import { planMerges } from './plan.ts';
import { expiredBlocks } from './retention.ts';

const HOUR_MS = 3_600_000;

function block(id: string, tenant: string, windowHours: number, bytes = 100) {
  const windowMs = windowHours * HOUR_MS;
  const meta: BlockMeta = { id, tenant, windowMs, fromMs: windowMs, toMs: windowMs + HOUR_MS, series: 1, samples: 1 };
  return { meta, bytes };
}

const names = (groups: { meta: BlockMeta }[][]) => groups.map((group) => group.map(({ meta }) => meta.id).join(' '));

test.each([
  { title: 'nothing', blocks: [], open: false, merges: [] },
  { title: 'one block a window', blocks: [block('a', 't', 0), block('b', 't', 2)], open: false, merges: [] },
  { title: 'two blocks of a window', blocks: [block('a', 't', 0), block('b', 't', 0), block('c', 't', 2)], open: false, merges: ['a b'] },
  { title: 'tenants stay apart', blocks: [block('a', 't', 0), block('b', 'u', 0)], open: false, merges: [] },
  { title: 'an open window waits', blocks: [block('a', 't', 0), block('b', 't', 0)], open: true, merges: [] },
  {
    title: 'an open window that has piled up',
    blocks: [...'abcdefghi'].map((id) => block(id, 't', 0)),
    open: true,
    merges: ['a b c d e f g h i'],
  },
])('what is merged: $title', ({ blocks, open, merges }) => {
  expect(names(planMerges(blocks, () => open))).toEqual(merges);
});

test.each([
  { title: 'all young', nowHours: 10, bytesMax: Infinity, expired: '' },
  { title: 'newest sample just inside', nowHours: 15, bytesMax: Infinity, expired: '' },
  { title: 'newest sample just outside', nowHours: 15.1, bytesMax: Infinity, expired: 'a' },
  { title: 'all old', nowHours: 100, bytesMax: Infinity, expired: 'a b c' },
  { title: 'too large: the oldest goes', nowHours: 10, bytesMax: 200, expired: 'a' },
  { title: 'all too large', nowHours: 10, bytesMax: 0, expired: 'a b c' },
])('what expires: $title', ({ nowHours, bytesMax, expired }) => {
  const blocks = [block('c', 't', 8), block('a', 't', 4), block('b', 'u', 6)];
  const found = expiredBlocks(blocks, nowHours * HOUR_MS, { retentionMs: 10 * HOUR_MS, blocksBytesMax: bytesMax });
  expect(found.map(({ meta }) => meta.id).join(' ')).toBe(expired);
});
