import { expect, test } from 'vitest';
import type { BlockMeta } from '../block/format.ts';
import type { TimeRange } from '../model/time-range.ts';
import { planRollup, type RollupRules } from './plan-rollups.ts';
import type { RangesByWidth } from './rollup-state.ts';

const HOUR_MS = 3_600_000;
const [MINUTE, FIVE, HOUR, DAY] = [60_000, 300_000, HOUR_MS, 24 * HOUR_MS];

type Hours = readonly [from: number, to: number];

/** A block of the hours `(from, to]`, the first sample a millisecond after the start, the last one a second before the end. */
function raw(id: string, [from, to]: Hours) {
  return block(id, from, from * HOUR_MS + 1, to * HOUR_MS - 1000, 0);
}

function rolled(id: string, widthMs: number, [from, to]: Hours) {
  return block(id, from, from * HOUR_MS + 1, to * HOUR_MS, widthMs);
}

function block(id: string, windowHour: number, fromMs: number, toMs: number, resolutionMs: number): { meta: BlockMeta } {
  return { meta: { id, tenant: 't', windowMs: windowHour * HOUR_MS, fromMs, toMs, series: 1, samples: 1, resolutionMs } };
}

function at(hours: Hours): TimeRange {
  return { fromMs: hours[0] * HOUR_MS, toMs: hours[1] * HOUR_MS };
}

interface Setting {
  readonly title: string;
  readonly blocks: readonly { readonly meta: BlockMeta }[];
  readonly due?: Readonly<Record<number, readonly Hours[]>>;
  readonly gone?: Readonly<Record<number, readonly Hours[]>>;
  readonly nowHour?: number;
  readonly open?: readonly number[];
  readonly keptHours?: number;
  readonly deleted?: Readonly<Record<string, TimeRange>>;
  /** Units, with a mark where something has gone, and sources, and for each width what is replaced: null says that nothing is to be done. */
  readonly job: string | null;
}

function planned({ blocks, due = {}, gone = {}, nowHour = 100, open = [], keptHours = 1e6, deleted = {} }: Setting): string | null {
  const ranges = (hours: Readonly<Record<number, readonly Hours[]>>): RangesByWidth =>
    Object.fromEntries(Object.entries(hours).map(([widthMs, all]) => [widthMs, all.map(at)]));
  const rules: RollupRules = {
    nowMs: nowHour * HOUR_MS,
    isOpen: (fromMs, toMs) => open.some((hour) => hour * HOUR_MS >= fromMs && hour * HOUR_MS < toMs),
    lateMs: HOUR_MS,
    isKept: (_, endMs) => endMs >= (nowHour - keptHours) * HOUR_MS,
    deletedOf: ({ id }) => (deleted[id] === undefined ? [] : [deleted[id]]),
  };
  const live = blocks.filter(({ meta }) => meta.resolutionMs === 0);
  const windows = blocks.filter(({ meta }) => meta.resolutionMs > 0);
  const job = planRollup(
    { live, rolled: windows, state: { due: ranges(due), gone: ranges(gone), thinned: [], made: {}, slow: [] } },
    rules,
  );
  if (job === null) return null;
  const units = job.units.map(({ fromMs, toMs, isPartial }) => `${fromMs / HOUR_MS}-${toMs / HOUR_MS}${isPartial ? '!' : ''}`).join(' ');
  const outputs = job.outputs.map(
    ({ widthMs, replaces, units }) => `${widthMs / MINUTE}m ${replaces?.meta.id ?? 'new'}${units.length > 0 ? '' : ' erased'}`,
  );
  return `${units} from ${job.sources.map(({ meta }) => meta.id).join(' ')}: ${outputs.join(', ')}`;
}

const a = raw('a', [0, 2]);
const b = raw('b', [2, 4]);
const ofA = [rolled('a1', MINUTE, [0, 2]), rolled('a5', FIVE, [0, 2])];
const ofB = [rolled('b1', MINUTE, [2, 4]), rolled('b5', FIVE, [2, 4])];
const ofDay = [rolled('h', HOUR, [0, 24]), rolled('d', DAY, [0, 24])];
const bothDue = { 0: [[0, 4]] } as const;
const dayDue = { [FIVE]: [[0, 24]] } as const;

test.each<Setting>([
  { title: 'nothing', blocks: [], job: null },
  { title: 'what is not due', blocks: [a, b], job: null },
  { title: 'the oldest unit first', blocks: [a, b], due: bothDue, job: '0-2 from a: 1m new, 5m new' },
  { title: 'then the next one', blocks: [a, b, ...ofA], due: { 0: [[2, 4]] }, job: '2-4 from b: 1m new, 5m new' },
  { title: 'a unit that may not be over', blocks: [a], due: { 0: [[0, 2]] }, nowHour: 2.5, job: null },
  { title: 'a unit with samples in memory', blocks: [a], due: { 0: [[0, 2]] }, open: [0], job: null },
  { title: 'the sample at its end may be in memory', blocks: [a, b], due: { 0: [[0, 2]] }, open: [2], job: null },
  {
    title: 'a unit in memory does not keep others waiting',
    blocks: [a, raw('c', [6, 8])],
    due: { 0: [[0, 2], [6, 8]] }, // biome-ignore format: pairs
    open: [0],
    job: '6-8 from c: 1m new, 5m new',
  },
  { title: 'nothing is made that is not kept', blocks: [a, b], due: bothDue, keptHours: 96, job: '2-4 from b: 1m new, 5m new' },
  { title: 'a block of several units', blocks: [raw('ab', [0, 4])], due: bothDue, job: '0-2 from ab: 1m new, 5m new' },
  {
    title: 'a sample at the very end of a unit lies in the next block',
    blocks: [a, { ...b, meta: { ...b.meta, fromMs: 2 * HOUR_MS } }],
    due: bothDue,
    job: '0-2 from a b: 1m new, 5m new',
  },
  { title: 'in place of what is there', blocks: [a, b, ...ofA], due: { 0: [[0, 2]] }, job: '0-2 from a: 1m a1, 5m a5' },
  {
    title: 'in place of what was merged',
    blocks: [raw('ab', [0, 4]), rolled('m5', FIVE, [0, 6])],
    due: { 0: [[0, 2]] },
    job: '0-2 from ab: 1m new, 5m m5',
  },
  { title: 'a day of five minutes', blocks: [...ofA, ...ofB], due: dayDue, job: '0-24 from a5 b5: 60m new, 1440m new' },
  { title: 'a day that is not over', blocks: [...ofA, ...ofB], due: dayDue, nowHour: 24.5, job: null },
  { title: 'a day of which something waits', blocks: [b, ...ofA], due: { ...dayDue, 0: [[2, 4]] }, open: [3], job: null },
  {
    title: 'a day of which something waits that is not kept',
    blocks: [a, ...ofB],
    due: { [FIVE]: [[0, 24]], 0: [[0, 2]] },
    keptHours: 90,
    job: '0-24 from b5: 60m new, 1440m new',
  },
  {
    title: 'what has come for a unit of which samples have gone',
    blocks: [a, ...ofA],
    due: { 0: [[0, 2]] },
    gone: { 0: [[0, 2]] },
    job: '0-2! from a: 1m a1, 5m a5',
  },
  { title: 'deleted, and can be made anew', blocks: [a, b, ...ofA], deleted: { a5: at([0, 1]) }, job: '0-2 from a: 1m a1, 5m a5' },
  {
    title: 'deleted, with samples in memory',
    blocks: [a, ...ofA],
    open: [0],
    deleted: { a5: at([0, 1]) },
    job: '0-2 from a: 1m a1, 5m a5',
  },
  {
    title: 'deleted, and raw samples have gone',
    blocks: [...ofA, ...ofDay],
    gone: { 0: [[0, 2]] },
    deleted: { a5: at([0, 1]) },
    job: '0-2! from : 1m a1, 5m a5',
  },
  {
    title: 'deleted of what is past its age',
    blocks: [...ofA],
    keptHours: 90,
    deleted: { a5: at([0, 1]) },
    job: '0-2 from : 5m a5 erased',
  },
])('what is rolled up: $title', (setting) => {
  expect(planned(setting)).toBe(setting.job);
});
