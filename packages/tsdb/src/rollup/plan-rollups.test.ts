import { expect, test } from 'vitest';
import type { BlockMeta } from '../block/format.ts';
import type { TimeRange } from '../model/time-range.ts';
import { planRollup, type RollupRules } from './plan-rollups.ts';
import type { RollupRecord } from './sources.ts';

const HOUR_MS = 3_600_000;
const [MINUTE, FIVE, HOUR, DAY] = [60_000, 300_000, HOUR_MS, 24 * HOUR_MS];

/** A block of the hours `(from, to]`, the first sample a millisecond after the start, the last one a second before the end. */
function raw(id: string, from: number, to: number) {
  return { meta: meta(id, from, from * HOUR_MS + 1, to * HOUR_MS - 1000, 0), record: null };
}

function rolled(id: string, widthMs: number, from: number, to: number, sources: readonly { readonly meta: BlockMeta }[] | null) {
  const record = sources && {
    slowSeries: 0,
    sources: sources.map((source) => ({ ...rangeOf(source.meta), id: source.meta.id, isThinned: source.meta.id.endsWith('thin') })),
  };
  return { meta: meta(id, from, from * HOUR_MS + 1, to * HOUR_MS, widthMs), record };
}

function rangeOf({ fromMs, toMs }: TimeRange): TimeRange {
  return { fromMs: fromMs - 1, toMs };
}

function meta(id: string, windowHour: number, fromMs: number, toMs: number, resolutionMs: number): BlockMeta {
  return { id, tenant: 't', windowMs: windowHour * HOUR_MS, fromMs, toMs, series: 1, samples: 1, resolutionMs };
}

interface Setting {
  readonly title: string;
  readonly blocks: readonly { readonly meta: BlockMeta; readonly record: RollupRecord | null }[];
  readonly nowHour?: number;
  readonly open?: readonly number[];
  readonly keptHours?: number;
  readonly deleted?: Readonly<Record<string, TimeRange>>;
  readonly empty?: boolean;
  /** Units and sources, and for each width what is replaced: null says that nothing is to be done. */
  readonly job: string | null;
}

function planned({ blocks, nowHour = 100, open = [], keptHours = 1e6, deleted = {}, empty = false }: Setting): string | null {
  const records = new Map(blocks.map((block) => [block.meta.id, block.record]));
  const rules: RollupRules = {
    nowMs: nowHour * HOUR_MS,
    isOpen: (_, fromMs, toMs) => open.some((hour) => hour * HOUR_MS >= fromMs && hour * HOUR_MS < toMs),
    lateMs: () => HOUR_MS,
    isKept: (_, __, endMs) => endMs >= (nowHour - keptHours) * HOUR_MS,
    deletedOf: ({ id }) => (deleted[id] === undefined ? [] : [deleted[id]]),
    isEmpty: () => empty,
  };
  const job = planRollup(
    {
      live: blocks.filter((block) => block.meta.resolutionMs === 0),
      rolled: blocks.filter((block) => block.meta.resolutionMs > 0),
      recordOf: (id) => records.get(id) ?? null,
    },
    rules,
  );
  if (job === null) return null;
  const units = job.units.map(({ fromMs, toMs }) => `${fromMs / HOUR_MS}-${toMs / HOUR_MS}`).join(' ');
  const outputs = job.outputs.map(
    ({ widthMs, replaces, units }) => `${widthMs / MINUTE}m ${replaces?.meta.id ?? 'new'}${units.length > 0 ? '' : ' erased'}`,
  );
  return `${units} from ${job.sources.map((block) => block.meta.id).join(' ')}: ${outputs.join(', ')}`;
}

const a = raw('a', 0, 2);
const b = raw('b', 2, 4);
const late = raw('late', 0, 1);
const ofA = [rolled('a1', MINUTE, 0, 2, [a]), rolled('a5', FIVE, 0, 2, [a])];
const ofB = [rolled('b1', MINUTE, 2, 4, [b]), rolled('b5', FIVE, 2, 4, [b])];
const ofDay = [rolled('h', HOUR, 0, 24, [ofA[1], ofB[1]]), rolled('d', DAY, 0, 24, [ofA[1], ofB[1]])];
const at = (fromHour: number, toHour: number): TimeRange => ({ fromMs: fromHour * HOUR_MS, toMs: toHour * HOUR_MS });

test.each<Setting>([
  { title: 'nothing', blocks: [], job: null },
  { title: 'the oldest unit first', blocks: [a, b], job: '0-2 from a: 1m new, 5m new' },
  { title: 'then the next one', blocks: [a, b, ...ofA], job: '2-4 from b: 1m new, 5m new' },
  { title: 'a unit that may not be over', blocks: [a], nowHour: 2.5, job: null },
  { title: 'a unit with samples in memory', blocks: [a], open: [0], job: null },
  { title: 'the sample at its end may be in memory', blocks: [a, b], open: [2], job: null },
  { title: 'a unit in memory does not keep others waiting', blocks: [a, raw('c', 6, 8)], open: [0], job: '6-8 from c: 1m new, 5m new' },
  { title: 'nothing is made that is not kept', blocks: [a, b], keptHours: 96, job: '2-4 from b: 1m new, 5m new' },
  { title: 'nothing came of it the last time', blocks: [a], empty: true, job: null },
  { title: 'a block of several units', blocks: [raw('ab', 0, 4)], job: '0-2 from ab: 1m new, 5m new' },
  {
    title: 'a sample at the very end of a unit lies in the next block',
    blocks: [a, { ...b, meta: { ...b.meta, fromMs: 2 * HOUR_MS } }],
    job: '0-2 from a b: 1m new, 5m new',
  },
  { title: 'a day of five minutes', blocks: [a, b, ...ofA, ...ofB], job: '0-24 from a5 b5: 60m new, 1440m new' },
  { title: 'a day that is not over', blocks: [a, b, ...ofA, ...ofB], nowHour: 24.5, job: null },
  { title: 'a day of which something waits', blocks: [a, b, ...ofA], open: [3], job: null },
  { title: 'all is done', blocks: [a, b, ...ofA, ...ofB, ...ofDay], job: null },
  { title: 'something came late', blocks: [a, late, b, ...ofA, ...ofB, ...ofDay], job: '0-2 from a late: 1m a1, 5m a5' },
  {
    title: 'something came late for windows that were merged',
    blocks: [raw('ab', 0, 4), late, rolled('m5', FIVE, 0, 6, [raw('ab', 0, 4)])],
    job: '0-2 from ab late: 1m new, 5m m5',
  },
  {
    title: 'windows were made anew below',
    blocks: [a, b, ...ofA, ...ofB, rolled('h', HOUR, 0, 24, [ofA[1]])],
    job: '0-24 from a5 b5: 60m h, 1440m new',
  },
  { title: 'raw samples have gone', blocks: [...ofA, ...ofB, ...ofDay], job: null },
  { title: 'something comes for what has gone', blocks: [late, ...ofA, ...ofDay], job: null },
  {
    title: 'some of the series have gone',
    blocks: [raw('thin', 0, 2), late, rolled('a5', FIVE, 0, 2, [raw('thin', 0, 2)]), ...ofDay],
    job: null,
  },
  { title: 'it is not known what they were made from', blocks: [a, late, rolled('a5', FIVE, 0, 2, null)], keptHours: 60, job: null },
  { title: 'deleted, and can be made anew', blocks: [a, ...ofA, b, ...ofB], deleted: { a5: at(0, 1) }, job: '0-2 from a: 1m a1, 5m a5' },
  { title: 'deleted, with samples in memory', blocks: [a, ...ofA], open: [0], deleted: { a5: at(0, 1) }, job: '0-2 from a: 1m a1, 5m a5' },
  { title: 'deleted, and raw samples have gone', blocks: [...ofA, ...ofDay], deleted: { a5: at(0, 1) }, job: ' from : 5m a5 erased' },
  { title: 'deleted of days, and windows below have gone', blocks: [...ofDay], deleted: { h: at(0, 1) }, job: ' from : 60m h erased' },
])('what is rolled up: $title', (setting) => {
  expect(planned(setting)).toBe(setting.job);
});
