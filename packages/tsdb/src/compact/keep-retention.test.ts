/** Retention as an engine applies it: what goes, what stays, and what is said of it before. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@tidemark/base/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { openEngine } from '../open-engine.ts';
import { QueryBudget } from '../query/budget.ts';
import { scrapeBatch } from '../testing/batches.ts';
import { formatExamples } from '../testing/format-examples.ts';
import { type RetentionRules, rawRetention } from './retention.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_700_006_400_000;
const idle = new AbortController().signal;
const LEVELS = ['critical', 'debug', 'info'];
const labels = LEVELS.map((level) => Labels.from({ __name__: 'requests_total', level }));

let dir: string;
/** Set ahead of `clock` by `aheadMs`, as whoever sets a machine's clock does: how much time has passed stays as it is. */
let aheadMs: number;
let clock: ManualClock;
let offset: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-retention-'));
  clock = new ManualClock(START_MS);
  aheadMs = 0;
  offset = 0;
});
afterEach(() => rm(dir, { recursive: true }));

function open(retention: RetentionRules, rollups = false): Promise<Engine> {
  const settable = {
    now: () => clock.now() + aheadMs,
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    turn: () => clock.turn(),
  };
  return openEngine({ dir, clock: settable, limits: { retention, rollups } });
}

/** A scrape each quarter of an hour. */
async function live(engine: Engine, hours: number): Promise<void> {
  for (let quarter = 0; quarter < 4 * hours; quarter++) {
    engine.append(scrapeBatch(labels, clock.now() + aheadMs, Float64Array.of(1, 2, 3)), { offset, epochOffset: offset });
    offset++;
    clock.advance(HOUR_MS / 4);
    await engine.maintain(clock.now() + aheadMs, idle);
  }
}

/** Hours since the start of each level's oldest sample. */
async function oldest(engine: Engine): Promise<Record<string, number>> {
  const request = { tenant: 'default', matchers: [new Matcher('__name__', '!=', '')], range: { fromMs: 0, toMs: 1e15 } };
  const found = await engine.select(request, new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e6, seriesMax: 1e6 }, clock));
  return Object.fromEntries(found.map((each) => [each.labels.get('level'), (each.samples.times[0] - START_MS) / HOUR_MS]));
}

const ruled: RetentionRules = {
  ...rawRetention(20 * HOUR_MS),
  series: [
    { matchers: [new Matcher('level', '=', 'critical')], ages: { 0: 60 * HOUR_MS } },
    { matchers: [new Matcher('level', '=', 'debug')], ages: { 0: 6 * HOUR_MS } },
  ],
};

test('series leave at the age of the first rule that fits, what overlaps stays settled, and whole blocks go where nothing stays', async () => {
  const engine = await open(ruled);
  await live(engine, 58);
  const at58 = await oldest(engine);
  expect(at58.critical).toBe(0);
  expect(at58.info).toBeGreaterThan(58 - 20 - 3);
  expect(at58.info).toBeLessThan(58 - 20 + 2);
  expect(at58.debug).toBeGreaterThan(58 - 6 - 3);
  await live(engine, 12);
  expect((await oldest(engine)).critical).toBeGreaterThan(0);
  expect((await readdir(join(dir, 'blocks'))).length).toBe(engine.stats().blocks.length);
  await engine.drain();
});

test('a block that is found damaged is set aside, and the others lose what is past its age', async () => {
  const engine = await open(rawRetention(1000 * HOUR_MS));
  await live(engine, 30);
  await engine.drain();
  const [oldestBlock] = engine.stats().blocks;
  const path = join(dir, 'blocks', `${oldestBlock.id}.block`);
  const bytes = await readFile(path);
  // Its end says where everything lies, and is read at opening.
  for (let at = 15; at < bytes.length / 2; at++) bytes[at] ^= 1;
  await writeFile(path, bytes);
  const again = await open(ruled);
  await again.retention(clock.now(), ruled);
  await again.maintain(clock.now(), idle);
  expect(again.stats().quarantined.map(({ id }) => id)).toEqual([oldestBlock.id]);
  expect((await oldest(again)).debug).toBeGreaterThan(30 - 6 - 3);
  await again.drain();
});

test('the dry run says what the next upkeep takes away, and how much that frees', async () => {
  const engine = await open(rawRetention(1000 * HOUR_MS));
  await live(engine, 30);
  const before = engine.stats().blocks;
  const { held, leaving } = await engine.retention(clock.now(), ruled);
  expect(held).toBeNull();
  expect(new Set(leaving.map(({ reason }) => reason))).toEqual(new Set(['series']));
  expect(await engine.retention(clock.now())).toEqual({ held: null, leaving: [] });
  expect((await engine.retention(clock.now() + 2000 * HOUR_MS)).leaving.map(({ id }) => id).sort()).toEqual(
    before.map(({ id }) => id).sort(),
  );
  expect(engine.stats().blocks).toEqual(before);
  await engine.drain();
  const applied = await open(ruled);
  await applied.maintain(clock.now(), idle);
  const samples = (blocks: readonly { samples: number; bytes: number }[]) => blocks.reduce((sum, block) => sum + block.samples, 0);
  expect(samples(engine.stats().blocks) - samples(applied.stats().blocks)).toBe(samples(leaving));
  for (const { bytes, series } of leaving) expect([bytes > 0, series > 0]).toEqual([true, true]);
});

test('raw samples go once there are windows of them, those of slow series later, and each width of windows at its age', async () => {
  const MINUTE_MS = 60_000;
  const ages = { 0: 6 * HOUR_MS, [MINUTE_MS]: 16 * HOUR_MS, [5 * MINUTE_MS]: 30 * HOUR_MS, [HOUR_MS]: 1000 * HOUR_MS };
  const engine = await open({ ...rawRetention(0), ages: { ...ages, [24 * HOUR_MS]: 1000 * HOUR_MS }, slowRawMs: 16 * HOUR_MS }, true);
  for (let second = 0; second < 60 * 3600; second += 10) {
    const scraped = second % 60 === 0 ? labels : labels.slice(0, 2);
    engine.append(scrapeBatch(scraped, clock.now(), new Float64Array(scraped.length).fill(second)), { offset, epochOffset: offset });
    offset++;
    clock.advance(10_000);
    if (second % 900 === 0) await engine.maintain(clock.now(), idle);
  }
  const { blocks } = engine.stats();
  const oldestHours = (resolutionMs: number) => {
    const own = blocks.filter((block) => block.resolutionMs === resolutionMs);
    return (clock.now() - Math.min(...own.map(({ fromMs }) => fromMs))) / HOUR_MS;
  };
  const between = (resolutionMs: number, ageHours: number) => {
    expect(oldestHours(resolutionMs), `windows of ${resolutionMs} ms`).toBeGreaterThan(ageHours - 3);
    expect(oldestHours(resolutionMs), `windows of ${resolutionMs} ms`).toBeLessThan(ageHours * 1.1 + 3);
  };
  between(0, 16);
  between(MINUTE_MS, 16);
  between(5 * MINUTE_MS, 30);
  expect(oldestHours(HOUR_MS)).toBeGreaterThan(58);
  const raw = blocks.filter((block) => block.resolutionMs === 0 && block.toMs < clock.now() - 9 * HOUR_MS);
  expect(raw.map(({ series }) => series)).toEqual(raw.map(() => 1)); // The slow one.
  expect(raw.length).toBeGreaterThan(0);
  await engine.drain();
});

test('history that is brought in late leaves the windows that are kept for so long, and nothing else', async () => {
  const ages = { 0: 6 * HOUR_MS, 60000: 16 * HOUR_MS, 300000: 30 * HOUR_MS, [HOUR_MS]: 1000 * HOUR_MS, [24 * HOUR_MS]: 2000 * HOUR_MS };
  const engine = await open({ ...rawRetention(0), ages, slowRawMs: 16 * HOUR_MS }, true);
  const dayMs = 24 * HOUR_MS * Math.floor(START_MS / (24 * HOUR_MS) - 10);
  for (let minute = 0; minute < 48 * 60; minute++) {
    const values = new Float64Array(labels.length).fill(minute);
    engine.append({ ...scrapeBatch(labels, dayMs + 60_000 * minute, values), acceptedAtMs: clock.now() }, { offset, epochOffset: offset });
    offset++;
  }
  for (let hour = 0; hour < 6; hour++) {
    clock.advance(HOUR_MS);
    await engine.maintain(clock.now(), idle);
  }
  const { blocks } = engine.stats();
  expect(new Set(blocks.map(({ resolutionMs }) => resolutionMs))).toEqual(new Set([HOUR_MS, 24 * HOUR_MS]));
  const hours = blocks.filter(({ resolutionMs }) => resolutionMs === HOUR_MS);
  expect((Math.max(...hours.map(({ toMs }) => toMs)) - Math.min(...hours.map(({ fromMs }) => fromMs))) / HOUR_MS).toBeGreaterThan(46);
  await engine.drain();
});

test('nothing is deleted while the clock has jumped, and it is said', async () => {
  const engine = await open(rawRetention(20 * HOUR_MS));
  await live(engine, 15);
  const samples = (of: Engine) => of.stats().blocks.reduce((sum, block) => sum + block.samples, of.stats().headSamples);
  const before = samples(engine);
  aheadMs = 8760 * HOUR_MS;
  for (let hour = 0; hour < 20; hour++) {
    clock.advance(HOUR_MS);
    await engine.maintain(clock.now() + aheadMs, idle);
  }
  expect(samples(engine)).toBe(before);
  const { held } = await engine.retention(clock.now() + aheadMs);
  const [off, hours] = [(held?.expectedMs ?? 0) - clock.now(), (held?.forMs ?? 0) / HOUR_MS];
  expect([Math.abs(off) < HOUR_MS / 4, Math.round(hours)]).toEqual([true, 5]); // What the test itself takes counts as well.
  // Another life does not believe it either, nor one that finds its file damaged.
  await engine.drain();
  const again = await open(rawRetention(20 * HOUR_MS));
  await again.maintain(clock.now() + aheadMs, idle);
  expect(samples(again)).toBe(before);
  await again.drain();
  await writeFile(join(dir, 'CLOCK'), 'nonsense');
  const third = await open(rawRetention(20 * HOUR_MS));
  await third.maintain(clock.now() + aheadMs, idle);
  expect(samples(third)).toBe(before);
  // Set right, which it does not know: once that has lasted, what is past its age goes.
  aheadMs = 0;
  await third.maintain(clock.now(), idle);
  clock.advance(24 * HOUR_MS);
  await third.maintain(clock.now(), idle);
  expect(samples(third)).toBeLessThan(before);
  expect((await third.retention(clock.now())).held).toBeNull();
});

test('a jump is written down as its document shows it', async () => {
  const [example] = formatExamples('clock.md');
  await writeFile(join(dir, 'CLOCK'), `${example.join('\n')}\n`);
  clock = new ManualClock(1_731_542_400_000);
  const engine = await open(rawRetention(20 * HOUR_MS));
  const { held } = await engine.retention(clock.now());
  expect(held).toEqual({ expectedMs: START_MS, forMs: 22 * HOUR_MS });
  await engine.maintain(clock.now(), idle);
  const written = JSON.parse((await readFile(join(dir, 'CLOCK'), 'utf8')).split('\ncrc32c')[0]);
  expect(Object.keys(written)).toEqual(Object.keys(JSON.parse(example.slice(0, -1).join(''))));
});
