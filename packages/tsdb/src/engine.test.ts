/** What an engine's users rely on, one behaviour a test. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CorruptionError, prng } from '@tidemark/base';
import { ManualClock } from '@tidemark/base/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rawRetention } from './compact/retention.ts';
import type { Engine } from './engine.ts';
import { type EngineLimits, HEAD_SERIES_BYTES } from './limits.ts';
import { Labels } from './model/labels.ts';
import { Matcher } from './model/matcher.ts';
import { NamedSeries } from './model/named-series.ts';
import { ProducerEpoch } from './model/producer-epoch.ts';
import { openEngine } from './open-engine.ts';
import { QueryBudget, QueryEndedError } from './query/budget.ts';
import { fanOut } from './query/fan-out.ts';
import type { Queryable } from './query/queryable.ts';
import { groupsBatch, scrapeBatch } from './testing/batches.ts';

const HOUR_MS = 3_600_000;
const ALL = [new Matcher('__name__', '!=', '')];
const ALWAYS = { fromMs: 0, toMs: 1e15 };
const idle = new AbortController().signal;

let dir: string;
let clock: ManualClock;
let damage: CorruptionError[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-engine-'));
  clock = new ManualClock(1_700_006_400_000);
  damage = [];
});
afterEach(() => rm(dir, { recursive: true }));

const open = (limits: Partial<EngineLimits> = {}) =>
  openEngine({ dir, clock, limits, prng: prng(1), onDamage: (error) => damage.push(error) });
const hosts = (count: number) => Array.from({ length: count }, (_, i) => Labels.from({ __name__: 'up', host: `h${i}` }));
const budget = (limits = {}) => new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e6, seriesMax: 1e6, ...limits }, clock);
const origin = (offset: number) => ({ offset, epochOffset: offset });
const column = (...values: number[]) => Float64Array.from(values);

async function samplesOf(engine: Queryable, range = ALWAYS): Promise<Record<string, [number, number][]>> {
  const found = await engine.select({ tenant: 'default', matchers: ALL, range }, budget());
  return Object.fromEntries(
    found.map(({ labels, samples }) => [labels.get('host'), [...samples.times].map((t, i) => [t, samples.values[i]])]),
  );
}

test('what cannot be taken is refused by its reason, with the first series named, and the rest is taken', async () => {
  const engine = await open({ seriesPerTenantMax: 2, backfillMs: 0 });
  const now = clock.now();
  expect(engine.append(scrapeBatch(hosts(2), now, column(1, 2)), origin(0))).toEqual({ appended: 2, refused: [] });
  expect(engine.append(scrapeBatch(hosts(3), now + 1000, column(1, 2, 3)), origin(1))).toEqual({
    appended: 2,
    refused: [{ reason: 'series_limit', samples: 1, firstSeries: 'up{host="h2"}' }],
  });
  const table = NamedSeries.of(hosts(2));
  const group = (timeMs: number, ...values: number[]) => ({ timeMs, numbers: Uint32Array.of(0, 1), values: column(...values) });
  const mixed = {
    ...groupsBatch(table, [
      group(now, 1, 7),
      group(now - 2 * HOUR_MS, 1, 1),
      group(now + HOUR_MS, 1, 1),
      group(now - HOUR_MS + 1000, 5, 5),
    ]),
    acceptedAtMs: now,
  };
  expect(engine.append(mixed, origin(2))).toEqual({
    appended: 2,
    refused: [
      { reason: 'conflicting_value', samples: 1, firstSeries: 'up{host="h1"}' },
      { reason: 'too_old', samples: 2, firstSeries: 'up{host="h0"}' },
      { reason: 'too_far_in_future', samples: 2, firstSeries: 'up{host="h0"}' },
    ],
  });
  const late = now - HOUR_MS + 1000;
  expect(await samplesOf(engine)).toEqual({
    h0: [
      [late, 5],
      [now, 1],
      [now + 1000, 1],
    ],
    h1: [
      [late, 5],
      [now, 2],
      [now + 1000, 2],
    ],
  });
});

test('a metric whose labels explode, and a full memory, cost only new series', async () => {
  const engine = await open({ seriesPerMetricMax: 2, headBytesMax: 4 * HEAD_SERIES_BYTES });
  const others = [3, 4, 5].map((i) => Labels.from({ __name__: `m${i}`, host: `h${i}` }));
  expect(engine.append(scrapeBatch(hosts(3), clock.now(), column(1, 1, 1)), origin(0)).refused).toEqual([
    { reason: 'metric_series_limit', samples: 1, firstSeries: 'up{host="h2"}' },
  ]);
  expect(engine.append(scrapeBatch(others.slice(0, 2), clock.now(), column(1, 1)), origin(1)).refused).toEqual([]);
  expect(engine.stats().headBytes).toBeGreaterThan(4 * HEAD_SERIES_BYTES);
  expect(engine.append(scrapeBatch([...hosts(2), others[2]], clock.now() + 1, column(1, 1, 1)), origin(2))).toEqual({
    appended: 2,
    refused: [{ reason: 'memory_limit', samples: 1, firstSeries: 'm5{host="h5"}' }],
  });
  clock.advance(4 * HOUR_MS);
  await engine.maintain(clock.now(), idle);
  expect(engine.append(scrapeBatch([...hosts(2), others[2]], clock.now(), column(1, 1, 1)), origin(3)).refused).toEqual([]);
});

test('without room on the disk only what is past retention goes', async () => {
  const old = await open();
  old.append(scrapeBatch(hosts(1), clock.now(), column(1)), origin(0));
  await old.drain();
  const engine = await open();
  clock.advance(16 * 24 * HOUR_MS);
  engine.append(scrapeBatch(hosts(1), clock.now(), column(2)), origin(1));
  clock.advance(4 * HOUR_MS);
  await engine.maintain(clock.now(), idle, 'drop only');
  expect(engine.stats()).toMatchObject({ headSamples: 1, blocks: [] });
  await engine.maintain(clock.now(), idle);
  expect(engine.stats()).toMatchObject({ headSamples: 0, blocks: [{ samples: 1 }] });
});

test('a query is charged once for a series, wherever its samples lie', async () => {
  const before = await open();
  before.append(scrapeBatch(hosts(3), clock.now(), column(1, 2, 3)), origin(0));
  await before.drain();
  const engine = await open();
  clock.advance(1000);
  engine.append(scrapeBatch(hosts(2), clock.now(), column(4, 5)), origin(1));
  const request = { tenant: 'default', matchers: ALL, range: ALWAYS };
  const used = budget({ seriesMax: 3 });
  expect(await engine.select(request, used)).toHaveLength(3);
  expect(used).toMatchObject({ series: 3, samples: 5 });
  await expect(engine.select(request, budget({ seriesMax: 2 }))).rejects.toThrow(QueryEndedError);
});

test('a window is moved to a block once it is over, and its dead series leave memory', async () => {
  const engine = await open();
  const start = clock.now();
  engine.append(scrapeBatch(hosts(3), start, column(1, 2, 3)), origin(0));
  await engine.maintain(clock.now(), idle);
  expect(engine.stats().blocks).toEqual([]);
  clock.advance(3 * HOUR_MS + 1);
  engine.append(scrapeBatch(hosts(1), clock.now(), column(4)), origin(9));
  await engine.maintain(clock.now(), idle);
  expect(engine.stats()).toMatchObject({
    headSeries: 1,
    headSamples: 1,
    headFromMs: clock.now(),
    headToMs: clock.now(),
    blocks: [{ samples: 3, series: 3, fromMs: start }],
  });
  expect(engine.replayOffset).toBe(9);
  expect(await samplesOf(engine)).toEqual({
    h0: [
      [start, 1],
      [clock.now(), 4],
    ],
    h1: [[start, 2]],
    h2: [[start, 3]],
  });
});

test('old samples are taken as far back as retention goes, unless a tenant is forbidden it', async () => {
  const engine = await open({ tenants: new Map([['strict', { backfillMs: 0 }]]) });
  const start = clock.now();
  const day = (ago: number) => start - ago * 24 * HOUR_MS;
  for (const tenant of ['default', 'strict']) engine.append(scrapeBatch(hosts(1), start, column(1), tenant), origin(0));
  const old = groupsBatch(
    NamedSeries.of(hosts(1)),
    [16, 14, 3, 2].map((ago) => ({ timeMs: day(ago), numbers: Uint32Array.of(0), values: column(ago) })),
  );
  const outcome = engine.append({ ...old, acceptedAtMs: start }, origin(1));
  expect(outcome).toEqual({ appended: 3, refused: [{ reason: 'too_old', samples: 1, firstSeries: 'up{host="h0"}' }] });
  expect(engine.append({ ...old, acceptedAtMs: start, tenant: 'strict' }, origin(2))).toMatchObject({
    appended: 0,
    refused: [{ samples: 4 }],
  });
  const expected = { h0: [...[14, 3, 2].map((ago) => [day(ago), ago]), [start, 1]] };
  expect(await samplesOf(engine)).toEqual(expected);
  // They rest for a minute, then they are in blocks beside, and what is new stays in memory.
  await engine.maintain(clock.now(), idle);
  expect(engine.stats().blocks.length).toBe(0);
  clock.advance(60_000);
  engine.append(scrapeBatch(hosts(1), day(13), column(13)), origin(3));
  await engine.maintain(clock.now(), idle);
  expect(engine.stats()).toMatchObject({ headSamples: 3, blocks: [{ samples: 1 }, { samples: 1 }, { samples: 1 }] });
  expect(await samplesOf(engine)).toEqual({ h0: [[day(14), 14], [day(13), 13], ...expected.h0.slice(1)] });
  // What is in a block stays, whatever comes for the same time.
  engine.append(scrapeBatch(hosts(1), day(3), column(99)), origin(4));
  expect((await samplesOf(engine)).h0[2]).toEqual([day(3), 3]);
  await engine.drain();
  const again = await open();
  await again.maintain(clock.now(), idle);
  expect((await samplesOf(again)).h0[2]).toEqual([day(3), 3]);
});

test('the version of a stretch of time changes with its samples, and with no others', async () => {
  const engine = await open();
  const start = clock.now();
  const ranges = [0, 3, 6].map((hours) => ({ fromMs: start - hours * HOUR_MS, toMs: start - hours * HOUR_MS + 60_000 }));
  const versions = () => ranges.map((range) => engine.bucketVersion('default', range));
  const changed = async (work: () => unknown) => {
    const before = versions();
    await work();
    return versions().map((version, i) => version > before[i]);
  };
  const append = (hours: number, tenant = 'default') =>
    engine.append(scrapeBatch(hosts(2), start - hours * HOUR_MS, column(1, 2), tenant), origin(hours));
  expect(await changed(() => append(0))).toEqual([true, false, false]);
  expect(await changed(() => append(3))).toEqual([false, true, false]);
  expect(await changed(() => append(6))).toEqual([false, false, true]);
  expect(await changed(() => append(3, 'other'))).toEqual([false, false, false]);
  expect(await changed(() => engine.deleteSamples(deletion('h0', 0, start - 2 * HOUR_MS), 9))).toEqual([false, true, true]);
  clock.advance(4 * HOUR_MS);
  expect(await changed(() => engine.maintain(clock.now(), idle))).toEqual([false, false, false]);
  const [first] = versions();
  clock.advance(15 * 24 * HOUR_MS);
  expect(await changed(() => engine.maintain(clock.now(), idle))).toEqual([true, true, true]);
  expect((await open()).bucketVersion('default', ranges[0])).toBeGreaterThan(first);
});

test('a tenant that has gone quiet does not hold the log back', async () => {
  const engine = await open();
  engine.append(scrapeBatch(hosts(1), clock.now(), column(1), 'quiet'), origin(0));
  for (let i = 1; i < 8; i++) {
    clock.advance(HOUR_MS / 4);
    engine.append(scrapeBatch(hosts(1), clock.now(), column(i)), origin(i));
    await engine.maintain(clock.now(), idle);
  }
  expect(engine.stats().blocks.map((block) => block.tenant)).toEqual(['quiet']);
});

test('blocks of one window become one, and blocks past retention go', async () => {
  const start = clock.now();
  for (let i = 0; i < 3; i++) {
    const engine = await open();
    clock.advance(60_000);
    engine.append(scrapeBatch(hosts(2), clock.now(), column(i, i)), origin(i));
    await engine.drain();
  }
  const engine = await open({ retention: rawRetention(24 * HOUR_MS) });
  expect(engine.stats().blocks.length).toBe(3);
  await engine.maintain(clock.now(), idle);
  expect(engine.stats().blocks).toMatchObject([{ series: 2, samples: 6 }]);
  expect((await samplesOf(engine)).h1).toEqual([0, 1, 2].map((i) => [start + 60_000 * (i + 1), i]));
  expect(await readdir(join(dir, 'blocks'))).toEqual([`${engine.stats().blocks[0].id}.block`]);
  clock.advance(25 * HOUR_MS);
  await engine.maintain(clock.now(), idle);
  expect(engine.stats().blocks).toEqual([]);
  expect(await readdir(join(dir, 'blocks'))).toEqual([]);
});

test('of two values for the same time the one that was taken first counts, before blocks are merged and after, and the other is counted', async () => {
  const engine = await open();
  const start = clock.now();
  const take = (offset: number, timeMs: number, value: number) =>
    engine.append(scrapeBatch(hosts(1), timeMs, column(value)), origin(offset)).appended;
  for (let minute = 0; minute < 4 * 60; minute++) {
    take(minute, clock.now(), minute);
    clock.advance(60_000);
  }
  await engine.maintain(clock.now(), idle); // The window is in a block, which the head cannot ask.
  const again = start + 30 * 60_000;
  const expected = [again, 30];
  const answer = async () => (await samplesOf(engine, { fromMs: again, toMs: again })).h0;
  expect(take(1000, again, 777)).toBe(1);
  expect(await answer()).toEqual([expected]);
  const all = (await samplesOf(engine)).h0;
  expect(all.filter(([timeMs]) => timeMs === again)).toEqual([expected]);
  expect(engine.stats().conflicts).toBe(0);
  for (let round = 0; round < 3; round++) {
    clock.advance(2 * HOUR_MS);
    take(2000 + round, clock.now(), 1);
    await engine.maintain(clock.now(), idle);
  }
  expect(engine.stats().conflicts).toBe(1);
  expect(await answer()).toEqual([expected]);
  await engine.drain();
});

test('two-hour blocks become longer ones, up to a tenth of retention, and answer as before', async () => {
  const engine = await open();
  const start = clock.now();
  const counts: number[] = [];
  for (let i = 0; i < 4 * 24; i++) {
    engine.append(scrapeBatch(hosts(2), clock.now(), column(i, -i)), origin(i));
    await engine.maintain(clock.now(), idle);
    counts.push(engine.stats().blocks.length);
    clock.advance(HOUR_MS);
  }
  expect(Math.max(...counts)).toBeLessThanOrEqual(11); // Five of 18 hours, two of 6, two of 2, and what has just come.
  expect(new Set(engine.stats().blocks.map(({ samples }) => samples))).toContain(2 * 18);
  expect((await readdir(join(dir, 'blocks'))).length).toBe(engine.stats().blocks.length);
  const expected = Array.from({ length: 4 * 24 }, (_, i) => [start + i * HOUR_MS, -i]);
  expect((await samplesOf(engine)).h1).toEqual(expected);
  await engine.drain();
  const again = await open();
  expect((await samplesOf(again)).h1).toEqual(expected);
  const range = { fromMs: start + 30 * HOUR_MS, toMs: start + 40 * HOUR_MS };
  expect((await samplesOf(again, range)).h1).toEqual(expected.slice(30, 41));
});

const deletion = (host: string, fromMs: number, toMs: number, tenant = 'default') => ({
  tenant,
  selectors: [[new Matcher('host', '=', host)]],
  range: { fromMs, toMs },
});

test('deleted samples are gone at once, from memory and blocks, and neither replay nor a restart brings them back', async () => {
  const start = clock.now();
  const batches = [0, 1, 2, 3].map((i) => scrapeBatch(hosts(2), start + i * HOUR_MS, column(i, i)));
  const first = await open();
  first.append(batches[0], origin(0));
  first.append(scrapeBatch(hosts(1), start, column(9), 'other'), origin(1));
  await first.drain();
  clock.advance(3 * HOUR_MS);
  const engine = await open();
  for (const [i, batch] of batches.slice(1, 3).entries()) engine.append(batch, origin(2 + i));
  // In the log already, and appended later: deleted as well. Behind the log's end: not.
  const late = scrapeBatch(hosts(1), start + 2 * HOUR_MS, column(7));
  expect(await engine.deleteSamples(deletion('h0', start, start + 2 * HOUR_MS + 1), 5)).toEqual({ kind: 'deleted' });
  engine.append(scrapeBatch(hosts(1), start + 2 * HOUR_MS + 1, column(8)), origin(4));
  const expected = {
    h0: [[start + 3 * HOUR_MS, 3]],
    h1: [0, 1, 2, 3].map((i) => [start + i * HOUR_MS, i]),
  };
  engine.append(batches[3], origin(6));
  expect(await samplesOf(engine)).toEqual(expected);
  engine.append(late, origin(5));
  expected.h0.unshift([start + 2 * HOUR_MS, 7]);
  expect(await samplesOf(engine)).toEqual(expected);
  const listed = await engine.series('default', ALL, { fromMs: start, toMs: start + 1 }, budget());
  expect(listed.map(String)).toEqual(['up{host="h1"}']);

  for (let crash = 0; crash < 2; crash++) {
    const replayed = await open();
    expect(replayed.stats().tombstones).toBe(1);
    for (const [i, batch] of batches.slice(1, 3).entries()) replayed.append(batch, origin(2 + i));
    replayed.append(scrapeBatch(hosts(1), start + 2 * HOUR_MS + 1, column(8)), origin(4));
    replayed.append(late, origin(5));
    replayed.append(batches[3], origin(6));
    expect(await samplesOf(replayed)).toEqual(expected);
    if (crash > 0) await replayed.drain();
  }
  const last = await open();
  expect(await samplesOf(last)).toEqual(expected);
  const other = await last.select({ tenant: 'other', matchers: ALL, range: ALWAYS }, budget());
  expect(other.map(({ samples }) => [...samples.values])).toEqual([[9]]);
  await last.cleanTombstones();
  expect(await samplesOf(last)).toEqual(expected);
  expect(last.stats().tombstones).toBe(0);
  expect(last.stats().blocks.reduce((sum, { samples }) => sum + samples, 0)).toBe(7);
});

test('cleaning writes only what has been deleted from, and removes blocks of which nothing is left', async () => {
  const start = clock.now();
  for (let i = 0; i < 3; i++) {
    const engine = await open();
    engine.append(scrapeBatch(hosts(i === 1 ? 1 : 2), clock.now(), column(i, i)), origin(i));
    await engine.drain();
    clock.advance(2 * HOUR_MS);
  }
  const engine = await open();
  const [, , untouched] = engine.stats().blocks;
  await engine.deleteSamples(deletion('h0', start, start + 3 * HOUR_MS), 3);
  expect(engine.stats().blocks.length).toBe(3);
  await engine.cleanTombstones();
  expect(engine.stats().blocks).toMatchObject([{ series: 1, samples: 1 }, untouched]);
  expect((await readdir(join(dir, 'blocks'))).length).toBe(2);
});

test('a deletion ends the round of upkeep that runs, and the next round does the work', async () => {
  const engine = await open();
  engine.append(scrapeBatch(hosts(5), clock.now(), new Float64Array(5)), origin(0));
  const start = clock.now();
  clock.advance(4 * HOUR_MS);
  const upkeep = engine.maintain(clock.now(), idle);
  await engine.deleteSamples(deletion('h3', 0, clock.now()), 1);
  await upkeep;
  await engine.maintain(clock.now(), idle);
  expect(await samplesOf(engine)).toEqual(Object.fromEntries(['h0', 'h1', 'h2', 'h4'].map((host) => [host, [[start, 0]]])));
});

test('a deletion that cannot be written down changes nothing', async () => {
  const engine = await open();
  engine.append(scrapeBatch(hosts(1), clock.now(), column(1)), origin(0));
  await symlink('/dev/full', join(dir, 'TOMBSTONES.tmp'));
  expect(await engine.deleteSamples(deletion('h0', 0, clock.now()), 1)).toMatchObject({ kind: 'refused' });
  expect(Object.keys(await samplesOf(engine))).toEqual(['h0']);
  await rm(join(dir, 'TOMBSTONES.tmp'));
  expect(await engine.deleteSamples(deletion('h0', 0, clock.now()), 1)).toEqual({ kind: 'deleted' });
  expect(await samplesOf(engine)).toEqual({});
});

/** A budget at whose n-th breath something happens to the engine. */
class Interrupted extends QueryBudget {
  readonly #at: number;
  readonly #interrupt: () => Promise<void>;
  #breaths = 0;

  constructor(at: number, interrupt: () => Promise<void>) {
    super({ deadlineMs: 60_000, samplesMax: 1e6, seriesMax: 1e6 }, clock);
    this.#at = at;
    this.#interrupt = interrupt;
  }

  override async breathe(): Promise<void> {
    if (++this.#breaths === this.#at) await this.#interrupt();
  }
}

test('a query sees each sample once, whenever its window moves to a block', async () => {
  for (const at of [1, 5, 10]) {
    await rm(dir, { recursive: true });
    const engine = await open();
    engine.append(scrapeBatch(hosts(10), clock.now(), new Float64Array(10)), origin(0));
    clock.advance(4 * HOUR_MS);
    engine.append(scrapeBatch(hosts(1), clock.now(), column(1)), origin(1));
    const interrupted = new Interrupted(at, () => engine.maintain(clock.now(), idle));
    const found = await engine.select({ tenant: 'default', matchers: ALL, range: ALWAYS }, interrupted);
    expect(engine.stats().blocks.length).toBe(1);
    expect(found.map(({ labels, samples }) => `${labels.get('host')} ${samples.values}`).sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => (i === 0 ? 'h0 0,1' : `h${i} 0`)),
    );
  }
});

test('series that are shown one by one are each shown once, though their window moves to a block meanwhile', async () => {
  const engine = await open();
  const first = clock.now();
  for (let i = 0; i < 3; i++) engine.append(scrapeBatch(hosts(40), first + i * 1000, new Float64Array(40).fill(i)), origin(i));
  let pauses = 0;
  const pausing = new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e6, seriesMax: 1e6 }, clock, undefined, async () => {
    if (pauses++ === 1) await engine.drain();
  });
  const shown: [string, number[]][] = [];
  await engine.visit?.({ tenant: 'default', matchers: ALL, range: ALWAYS }, pausing, ({ labels, samples }) => {
    shown.push([labels.get('host'), [...samples.values]]);
    clock.advance(1); // A slice lasts some series.
  });
  expect(pauses).toBeGreaterThan(2);
  expect(shown.sort()).toEqual(
    hosts(40)
      .map((labels) => [labels.get('host'), [0, 1, 2]])
      .sort(),
  );
});

test('a query is not disturbed when its blocks are replaced by one', async () => {
  for (let i = 0; i < 2; i++) {
    const engine = await open();
    engine.append(scrapeBatch(hosts(10), clock.now(), new Float64Array(10).fill(i)), origin(i));
    await engine.drain();
    clock.advance(1000);
  }
  const engine = await open();
  const found = await engine.select(
    { tenant: 'default', matchers: ALL, range: ALWAYS },
    new Interrupted(2, () => engine.maintain(clock.now(), idle)),
  );
  expect(engine.stats().blocks.length).toBe(1);
  expect(found.map(({ samples }) => [...samples.values])).toEqual(Array.from({ length: 10 }, () => [0, 1]));
  expect((await readdir(join(dir, 'blocks'))).length).toBe(1);
});

test('a series that has left memory comes back under its old number', async () => {
  const engine = await open();
  const batch = scrapeBatch(hosts(2), clock.now(), column(1, 2));
  engine.append(batch, origin(0));
  const start = clock.now();
  clock.advance(4 * HOUR_MS);
  await engine.maintain(clock.now(), idle);
  expect(engine.stats().headSeries).toBe(0);
  const again = { ...batch, acceptedAtMs: clock.now(), groups: [{ ...batch.groups[0], timeMs: clock.now() }] };
  expect(engine.append(again, origin(1))).toEqual({ appended: 2, refused: [] });
  expect((await samplesOf(engine)).h1).toEqual([
    [start, 2],
    [clock.now(), 2],
  ]);
});

test('a window whose block could not be written stays in memory and is written later', async () => {
  const engine = await open();
  engine.append(scrapeBatch(hosts(2), clock.now(), column(1, 2)), origin(5));
  clock.advance(4 * HOUR_MS);
  await rename(join(dir, 'blocks'), join(dir, 'away'));
  await expect(engine.maintain(clock.now(), idle)).rejects.toThrow('ENOENT');
  engine.append(scrapeBatch(hosts(1), clock.now(), column(1), 'other'), origin(50));
  expect(engine.stats()).toMatchObject({ headSamples: 3, blocks: [] });
  await rename(join(dir, 'away'), join(dir, 'blocks'));
  await engine.maintain(clock.now(), idle);
  expect(engine.stats()).toMatchObject({ headSamples: 1, blocks: [{ samples: 2 }] });
  expect(engine.replayOffset).toBe(50);
});

test('a full disk stops upkeep, loses nothing, and upkeep goes on when there is room', async () => {
  const shortages: Error[] = [];
  const engine = await openEngine({ dir, clock, prng: prng(1), onShortage: (error) => shortages.push(error) });
  engine.append(scrapeBatch(hosts(2), clock.now(), column(1, 2)), origin(5));
  clock.advance(4 * HOUR_MS);
  const id = clock.now().toString(16).padStart(12, '0') + prng(1).bits().toString(16).padStart(8, '0');
  await symlink('/dev/full', join(dir, 'blocks', `${id}.block.tmp`));
  await engine.maintain(clock.now(), idle);
  expect(shortages).toMatchObject([{ code: 'ENOSPC' }]);
  expect(await readdir(join(dir, 'blocks'))).toEqual([]);
  expect(engine.stats()).toMatchObject({ headSamples: 2, blocks: [] });
  await engine.maintain(clock.now(), idle);
  expect(engine.stats()).toMatchObject({ headSamples: 0, blocks: [{ samples: 2 }] });
  expect(Object.keys(await samplesOf(engine))).toEqual(['h0', 'h1']);
});

test('a damaged block is set aside, named, and costs only itself', async () => {
  for (let i = 0; i < 2; i++) {
    const engine = await open();
    engine.append(scrapeBatch(hosts(4), clock.now(), new Float64Array(4).fill(i + 1)), origin(i));
    await engine.drain();
    clock.advance(2 * HOUR_MS);
  }
  const files = (await readdir(join(dir, 'blocks'))).sort();
  const path = join(dir, 'blocks', files[0]);
  const bytes = await readFile(path);
  bytes[12] ^= 4; // In the chunks: found by the query that reads them.
  await writeFile(path, bytes);
  const engine = await open();
  expect(engine.stats().blocks.length).toBe(2);
  for (let round = 0; round < 2; round++) expect((await samplesOf(engine)).h3.map(([, value]) => value)).toEqual([2]);
  expect(damage).toMatchObject([{ file: path, reason: 'chunks fail their checksum' }]);
  const again = await open();
  expect(again.stats().blocks.length).toBe(1);
  expect(again.stats().quarantined).toMatchObject([{ id: files[0].slice(0, 20), reason: expect.stringContaining('checksum') }]);
  expect(await readdir(join(dir, 'quarantine'))).toContain(files[0]);
  await rm(join(dir, 'blocks', files[1]));
  const last = await open();
  expect(await samplesOf(last)).toEqual({});
  expect(last.stats().quarantined.length).toBe(2);
});

test('what was in a damaged block is read from the log again at the next start, also when the block came of a merge, or is missing', async () => {
  const start = clock.now();
  const records = Array.from({ length: 12 }, (_, i) => [scrapeBatch(hosts(2), start + i * HOUR_MS, column(i, i)), origin(10 + i)] as const);
  const replayed = async () => {
    const engine = await open();
    for (const [batch, from] of records) if (from.offset >= engine.replayOffset) engine.append(batch, from);
    return engine;
  };
  const engine = await open();
  for (const [batch, from] of records) {
    clock.advance(HOUR_MS);
    engine.append(batch, from);
    await engine.maintain(clock.now(), idle);
  }
  const all = await samplesOf(engine);
  expect(all.h0.length).toBe(12);
  await engine.drain();
  const blocks = engine.stats().blocks;
  const merged = blocks.reduce((most, block) => (block.samples > most.samples ? block : most));
  expect(merged.samples).toBeGreaterThan(4); // Of more than one window.

  const path = join(dir, 'blocks', `${merged.id}.block`);
  const bytes = await readFile(path);
  bytes[12] ^= 4;
  await writeFile(path, bytes);
  const damaged = await open();
  const before = damaged.replayOffset;
  expect((await samplesOf(damaged)).h0.length).toBeLessThan(12); // Found by this query, and missing until the next start.
  const healed = await replayed();
  expect([before, healed.replayOffset]).toEqual([21, 10]);
  expect(await samplesOf(healed)).toEqual(all);
  await healed.drain();
  expect((await open()).replayOffset).toBe(21);

  for (const name of await readdir(join(dir, 'blocks'))) await rm(join(dir, 'blocks', name));
  expect(await samplesOf(await replayed())).toEqual(all);
});

test('after a clean end nothing is read from the log again, though an epoch goes on that began long before', async () => {
  const begun = new ProducerEpoch('ingest', 1, 3);
  const engine = await open();
  for (const offset of [3, 4, 5]) {
    engine.append(scrapeBatch(hosts(2), clock.now() + offset, column(offset, offset)), { ...origin(offset), epochOffset: 3, epoch: begun });
  }
  const all = await samplesOf(engine);
  await engine.drain();
  const next = await open();
  expect([next.replayOffset, next.stats().headSamples]).toEqual([6, 0]);
  expect(await samplesOf(next)).toEqual(all);
});

test('a deletion that is done and forgotten is not undone by reading a damaged block from the log again', async () => {
  const engine = await open();
  engine.append(scrapeBatch(hosts(2), clock.now(), column(1, 2)), origin(0));
  await engine.drain();
  clock.advance(4 * HOUR_MS);
  const again = await open();
  await again.deleteSamples(deletion('h0', 0, clock.now()), 1);
  again.append(scrapeBatch(hosts(2), clock.now(), column(3, 4)), origin(1));
  await again.cleanTombstones();
  await again.drain();
  const last = await open();
  last.append(scrapeBatch(hosts(2), clock.now() + 1000, column(5, 6)), origin(2));
  await last.cleanTombstones();
  expect(last.stats().tombstones).toBe(0);
  await last.drain();
  for (const name of await readdir(join(dir, 'blocks'))) await rm(join(dir, 'blocks', name));
  expect((await open()).replayOffset).toBeGreaterThanOrEqual(1);
});

test('without its manifest the engine takes every whole block and reads the log from its beginning', async () => {
  const engine = await open();
  engine.append(scrapeBatch(hosts(2), clock.now(), column(1, 2)), origin(40));
  await engine.drain();
  expect((await open()).replayOffset).toBe(40);
  for (const name of ['MANIFEST', 'MANIFEST.copy'])
    await writeFile(join(dir, name), (await readFile(join(dir, name), 'latin1')).replace('40', '41'));
  const again = await open();
  expect(again.replayOffset).toBe(0);
  expect(damage.length).toBe(1);
  expect(Object.keys(await samplesOf(again))).toEqual(['h0', 'h1']);
});

test('what a crash left behind is removed', async () => {
  await mkdir(join(dir, 'blocks'));
  await writeFile(join(dir, 'blocks', '018bcfe568000badcafe.block'), 'not named by the manifest');
  await writeFile(join(dir, 'blocks', '018bcfe568000badcaff.block.tmp'), 'half');
  await writeFile(join(dir, 'MANIFEST.tmp'), 'half');
  await open();
  expect(await readdir(join(dir, 'blocks'))).toEqual([]);
  expect(await readdir(dir)).not.toContain('MANIFEST.tmp');
  expect(damage).toEqual([]);
});

test('a query ends by its budget, in head and in blocks', async () => {
  const engine = await open();
  for (let i = 0; i < 10; i++) engine.append(scrapeBatch(hosts(20), clock.now() + i, new Float64Array(20)), origin(i));
  const request = { tenant: 'default', matchers: ALL, range: ALWAYS };
  for (const queryable of [engine, await engine.drain().then(() => open())]) {
    await expect(queryable.select(request, budget({ samplesMax: 199 }))).rejects.toMatchObject({ kind: 'too_many_samples' });
    await expect(queryable.select(request, budget({ seriesMax: 19 }))).rejects.toMatchObject({ kind: 'too_many_series' });
    const gone = new QueryBudget({ deadlineMs: 1, samplesMax: 1e6, seriesMax: 1e6 }, clock, AbortSignal.abort());
    await expect(queryable.select(request, gone)).rejects.toThrow(QueryEndedError);
    const exact = budget({ samplesMax: 200, seriesMax: 20 });
    expect((await queryable.select(request, exact)).length).toBe(20);
    expect([exact.samples, exact.series]).toEqual([200, 20]);
  }
  expect(engine.stats().quarantined).toEqual([]);
});

test('a cache that holds no index at all changes no answer', async () => {
  const start = clock.now();
  for (let i = 0; i < 3; i++) {
    const engine = await open();
    engine.append(scrapeBatch(hosts(2), clock.now(), column(i, i)), origin(i));
    await engine.drain();
    clock.advance(2 * HOUR_MS);
  }
  const engine = await open({ indexCacheBytes: 0 });
  for (let round = 0; round < 2; round++) {
    expect((await samplesOf(engine)).h1).toEqual([0, 1, 2].map((i) => [start + 2 * i * HOUR_MS, i]));
  }
});

test('several partitions answer as one', async () => {
  const labels = hosts(3);
  const parts = await Promise.all([0, 1].map((i) => openEngine({ dir: join(dir, String(i)), clock })));
  const now = clock.now();
  const metadata = [{ family: 'up', type: 'gauge', help: 'Is it?', unit: '' } as const];
  parts[0].append({ ...scrapeBatch(labels.slice(0, 2), now, column(1, 2)), metadata }, origin(0));
  parts[1].append({ ...scrapeBatch(labels.slice(1), now, column(7, 3)), metadata }, origin(0));
  parts[1].append(scrapeBatch(labels.slice(1, 2), now + 5, column(8)), origin(1));
  const all = fanOut(parts);
  expect(await samplesOf(all)).toEqual({
    h0: [[now, 1]],
    h1: [
      [now, 2],
      [now + 5, 8],
    ],
    h2: [[now, 3]],
  });
  const newest = await all.select({ tenant: 'default', matchers: ALL, range: ALWAYS, newestOnly: true }, budget());
  expect(newest.map(({ labels: each, samples }) => [each.get('host'), samples.values[0]]).sort()).toEqual([
    ['h0', 1],
    ['h1', 8],
    ['h2', 3],
  ]);
  expect((await all.series('default', ALL, ALWAYS, budget())).length).toBe(3);
  expect(await all.labelValues('default', 'host', [], ALWAYS, budget())).toEqual(['h0', 'h1', 'h2']);
  expect(await all.labelNames('default', [], ALWAYS, budget())).toEqual(['__name__', 'host']);
  expect(await all.metadata('default')).toEqual(metadata);
});

test('metadata outlives a restart and stays within its bound', async () => {
  const engine = await open({ metadataPerTenantMax: 2 });
  const entry = (family: string) => ({ family, type: 'counter', help: `About ${family}`, unit: 'bytes' }) as const;
  engine.append({ ...scrapeBatch(hosts(1), clock.now(), column(1)), metadata: [entry('a'), entry('b'), entry('c')] }, origin(0));
  await engine.drain();
  expect(await (await open()).metadata('default')).toEqual([entry('a'), entry('b')]);
  expect(await (await open()).metadata('other')).toEqual([]);
});

test('exemplars outlive a restart and a crash; the newest ones stay', async () => {
  const [h0, h1] = hosts(2);
  const exemplar = (series: Labels, timeMs: number, trace: string) => ({ series, labels: Labels.from({ trace }), timeMs, value: timeMs });
  const now = clock.now();
  const told = [exemplar(h0, now, 'a'), exemplar(h1, now, 'b'), exemplar(h0, now + 1, 'c'), exemplar(h0, now + 2, 'd')];
  const engine = await open({ exemplarsPerTenantMax: 3 });
  engine.append({ ...scrapeBatch([], now, column()), exemplars: [...told.slice(0, 3), told[0]] }, origin(0));
  engine.append({ ...scrapeBatch([], now, column()), exemplars: [told[3]] }, origin(1));
  const found = async (from: Engine, matchers = ALL) =>
    (await from.exemplars?.('default', [matchers], ALWAYS))?.map(({ labels }) => labels.get('trace')).sort();
  expect(await found(engine)).toEqual(['b', 'c', 'd']);
  await engine.drain();
  const again = await open({ exemplarsPerTenantMax: 3 });
  expect(await found(again)).toEqual(['b', 'c', 'd']);
  expect(await found(again, [new Matcher('host', '=', 'h1')])).toEqual(['b']);
  expect(await again.exemplars?.('other', [ALL], ALWAYS)).toEqual([]);
  // Reading the log again changes nothing.
  again.append({ ...scrapeBatch([], now, column()), exemplars: told }, origin(0));
  expect(await found(again)).toEqual(['b', 'c', 'd']);
});

test('an engine of a newer version is left alone', async () => {
  const { crc32c } = await import('@tidemark/base');
  const body = '{"version":2}\n';
  await writeFile(join(dir, 'MANIFEST'), `${body}crc32c ${crc32c(Buffer.from(body)).toString(16).padStart(8, '0')}\n`);
  await expect(open()).rejects.toThrow('newer Tidemark');
});
