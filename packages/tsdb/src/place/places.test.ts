/** What an engine's users rely on when blocks lie elsewhere. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { CACHE_PAGE_BYTES, type EngineLimits } from '../limits.ts';
import { Labels } from '../model/labels.ts';
import { Matcher } from '../model/matcher.ts';
import { FolderStore } from '../object-store/folder-store.ts';
import { PatientStore } from '../object-store/patient-store.ts';
import { TroubledStore } from '../object-store/testing/troubled-store.ts';
import { openEngine } from '../open-engine.ts';
import { QueryBudget } from '../query/budget.ts';
import { scrapeBatch } from '../testing/batches.ts';
import type { PlaceSettings } from './open-places.ts';

const HOUR_MS = 3_600_000;
const ALWAYS = { fromMs: 0, toMs: 1e15 };
const idle = new AbortController().signal;
const BEGIN_MS = 1_700_006_400_000;
const PATIENCE = { tryMs: 1_000, pauseMs: 50, triesMs: 300, restMs: 1_000 };

let dir: string;
let clock: ManualClock;
let store: TroubledStore;
let damage: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tidemark-places-'));
  clock = new ManualClock(BEGIN_MS);
  store = new TroubledStore(new FolderStore(nodeFiles, join(dir, 'store'), 'one'));
  damage = [];
});
afterEach(() => rm(dir, { recursive: true }));

const slow = (): PlaceSettings => ({ kind: 'folder', name: 'slow', age: { afterMs: 6 * HOUR_MS }, dir: join(dir, 'slow') });
const cold = (): PlaceSettings => {
  const patient = new PatientStore(store, clock, prng(1), PATIENCE);
  return { kind: 'objects', name: 'cold', age: { afterMs: 12 * HOUR_MS }, store: patient, prefix: 'partition-0/' };
};
const open = (places: readonly PlaceSettings[] = [slow(), cold()], folder = 'engine', limits: Partial<EngineLimits> = {}) =>
  openEngine({
    dir: join(dir, folder),
    clock,
    prng: prng(1),
    retentionMs: 40 * HOUR_MS,
    places,
    onDamage: (error) => damage.push(error.message),
    limits,
  });
const hosts = (count: number) => Array.from({ length: count }, (_, i) => Labels.from({ __name__: 'up', host: `h${i}` }));
const budget = (limits = {}) => new QueryBudget({ deadlineMs: 60_000, samplesMax: 1e7, seriesMax: 1e6, ...limits }, clock);

/** A day of some hosts, a scrape each five minutes, with upkeep on the way. */
async function fill(engine: Engine, count = 20, hours = 24): Promise<void> {
  const table = hosts(count);
  for (let minute = 0; minute < hours * 60; minute += 5) {
    const values = Float64Array.from({ length: count }, (_, i) => Math.sin(i * 77 + minute) * 1000);
    engine.append(scrapeBatch(table, clock.now(), values), { offset: minute, epochOffset: minute - (minute % 60) });
    clock.advance(300_000);
    if (minute % 120 === 0) await engine.maintain(clock.now(), idle);
  }
  await moved(engine);
}

/** Rounds of upkeep until nothing waits for a place, or `done` says so. */
async function moved(engine: Engine, done = () => engine.stats().places.every(({ waiting }) => waiting.blocks === 0)): Promise<void> {
  await waitFor('the moves', async () => {
    await engine.maintain(clock.now(), idle);
    clock.advance(50);
    return done();
  });
}

async function samplesOf(engine: Engine, asked = budget(), matcher = new Matcher('__name__', '!=', ''), range = ALWAYS) {
  const found = await engine.select({ tenant: 'default', matchers: [matcher], range }, asked);
  return new Map(found.map(({ labels, samples }) => [labels.key, [...samples.times].map((time, i) => [time, samples.values[i]])]));
}

function countOf(samples: Map<string, unknown[]>): number {
  return [...samples.values()].reduce((sum, each) => sum + each.length, 0);
}

const placesOf = (engine: Engine) => engine.stats().blocks.map(({ place }) => place);
const filesIn = async (folder: string) =>
  (await readdir(join(dir, folder), { recursive: true })).filter((name) => /\.(block|json)$/.test(name)).sort();

test('blocks go where they belong by their age, are nowhere else, and answer as before', async () => {
  const plain = await open([], 'plain');
  await fill(plain);
  clock = new ManualClock(BEGIN_MS);
  const engine = await open();
  await fill(engine);
  const all = await samplesOf(plain);
  expect(countOf(all)).toBe(20 * 24 * 12);
  expect(await samplesOf(engine)).toEqual(all);
  expect(new Set(placesOf(engine))).toEqual(new Set([null, 'slow', 'cold']));
  const inPlace = (name: string | null) =>
    engine
      .stats()
      .blocks.filter(({ place }) => place === name)
      .map(({ id }) => id);
  expect(await filesIn('engine')).toEqual(inPlace(null).map((id) => `blocks/${id}.block`));
  await waitFor('what has gone on to be removed', async () => (await filesIn('slow')).length === inPlace('slow').length);
  expect(await filesIn('slow')).toEqual(inPlace('slow').map((id) => `${id}.block`));
  expect(await filesIn('store')).toEqual(inPlace('cold').flatMap((id) => [`partition-0/${id}.block`, `partition-0/${id}.json`]));
  const [, stats] = engine.stats().places;
  expect(stats).toMatchObject({ name: 'cold', blocks: inPlace('cold').length, movedBlocks: inPlace('cold').length });
  await plain.drain();
  await engine.drain();
  expect(damage).toEqual([]);
});

test('it opens without asking the store; what left a place is removed there, also after a restart', async () => {
  const engine = await open();
  await fill(engine);
  const all = await samplesOf(engine);
  await engine.drain();
  store.forget();
  const again = await open();
  expect(store.asked).toEqual([]);
  expect(await samplesOf(again)).toEqual(all);
  store.trouble = 'away';
  clock.advance(60 * HOUR_MS);
  await again.maintain(clock.now(), idle);
  expect(countOf(await samplesOf(again))).toBe(0);
  expect((await filesIn('store')).length).toBeGreaterThan(0);
  await again.drain();
  store.trouble = null;
  const last = await open();
  clock.advance(PATIENCE.restMs);
  await moved(last);
  await waitFor('the objects to go', async () => {
    await last.maintain(clock.now(), idle);
    return (await filesIn('store')).length === 0 && (await filesIn('slow')).length === 0;
  });
  expect(await readdir(join(dir, 'engine', 'far', 'cold'))).toEqual([]);
  await last.drain();
});

test('a query costs what it needs', async () => {
  const engine = await open([cold()]);
  await fill(engine, 3_000, 16);
  const { bytes } = engine.stats().places[0];
  await engine.drain();
  await rm(join(dir, 'engine', 'far', 'PAGES'));
  const again = await open([cold()]);
  store.forget();
  const range = { fromMs: BEGIN_MS, toMs: BEGIN_MS + 2 * HOUR_MS };
  const found = await samplesOf(again, budget(), new Matcher('host', '=', 'h77'), range);
  expect(countOf(found)).toBe(25);
  const blocks = again.stats().blocks.filter(({ place, fromMs }) => place === 'cold' && fromMs <= range.toMs).length;
  // Of each block: labels, series, columns, and the chunk itself.
  expect(store.gets).toBeLessThanOrEqual(4 * blocks);
  expect(store.getBytes).toBeLessThanOrEqual(4 * blocks * CACHE_PAGE_BYTES);
  expect(store.getBytes).toBeLessThan(bytes / 3);
  const { gets } = store;
  expect(await samplesOf(again, budget(), new Matcher('host', '=', 'h77'), range)).toEqual(found);
  expect(store.gets).toBe(gets);
  await again.drain();
});

test('a store that is away delays what goes there; who asks for what lies there is told what is missing', async () => {
  const engine = await open([cold()]);
  await fill(engine);
  const all = await samplesOf(engine);
  const coldBlocks = engine.stats().blocks.filter(({ place }) => place === 'cold');
  await engine.drain();
  await rm(join(dir, 'engine', 'far', 'PAGES'));
  const again = await open([cold()]);
  store.trouble = 'away';
  const asked = budget();
  const answer = samplesOf(again, asked);
  await waitFor('the answer', async () => {
    clock.advance(50);
    return (await Promise.race([answer, clock.turn().then(() => null)])) !== null;
  });
  const partial = await answer;
  expect(countOf(partial)).toBe(countOf(all) - coldBlocks.reduce((sum, { samples }) => sum + samples, 0));
  expect(asked.missing.map(({ fromMs, toMs, reason }) => ({ fromMs, toMs, reason }))).toEqual(
    coldBlocks.map(({ fromMs, toMs }) => ({ fromMs, toMs, reason: 'unreachable' })),
  );
  clock.advance(4 * HOUR_MS);
  await moved(again, () => again.stats().places[0].waiting.trouble !== null);
  const { waiting } = again.stats().places[0];
  expect(waiting.blocks).toBeGreaterThan(0);
  expect(waiting.trouble?.message).toContain('does not answer');
  expect(countOf(await samplesOf(again))).toBe(countOf(partial));
  store.trouble = null;
  clock.advance(PATIENCE.restMs);
  await moved(again);
  expect(await samplesOf(again)).toEqual(all);
  expect(again.stats().places[0].waiting).toEqual({ blocks: 0, bytes: 0, trouble: null });
  await again.drain();
  expect(damage).toEqual([]);
});

test('while a store is away nobody is promised windows of which some may be deleted', async () => {
  const limits = { rollups: true };
  const engine = await open([cold()], 'engine', limits);
  await fill(engine, 5, 30);
  const windowsFrom = async (of: Engine) =>
    (await of.tiers?.('default', ALWAYS))?.find(({ widthMs }) => widthMs === 300_000)?.ranges[0]?.fromMs;
  const wholeFromMs = await windowsFrom(engine);
  expect(wholeFromMs).toBeDefined();
  await engine.drain();
  await rm(join(dir, 'engine', 'far', 'PAGES'));
  const again = await open([cold()], 'engine', limits);
  expect(await windowsFrom(again)).toBe(wholeFromMs);
  const deletion = { tenant: 'default', selectors: [[new Matcher('host', '=', 'none')]], range: ALWAYS };
  expect(await again.deleteSamples(deletion, 0)).toEqual({ kind: 'deleted' });
  store.trouble = 'away';
  const promised = windowsFrom(again);
  await waitFor('what is promised', async () => {
    clock.advance(50);
    return (await Promise.race([promised.then(() => true), clock.turn().then(() => false)])) === true;
  });
  expect(await promised).not.toBe(wholeFromMs);
  store.trouble = null;
  clock.advance(PATIENCE.restMs);
  expect(await windowsFrom(again)).toBe(wholeFromMs);
  await again.drain();
});

test('a store that never answers holds a query no longer than its deadline', async () => {
  const patient: PlaceSettings = { ...cold(), store } as PlaceSettings;
  const engine = await open([cold()]);
  await fill(engine);
  await engine.drain();
  await rm(join(dir, 'engine', 'far', 'PAGES'));
  const again = await open([patient]);
  store.trouble = 'hangs';
  const answer = samplesOf(again, budget({ deadlineMs: 5_000 }));
  const beganMs = clock.now();
  const ended = answer.then(
    () => null,
    (error) => ({ kind: error.kind, afterMs: clock.now() - beganMs }),
  );
  await waitFor('the end', async () => {
    clock.advance(500);
    return Promise.race([ended, new Promise<null>((resolve) => setTimeout(() => resolve(null), 5))]);
  });
  expect(await ended).toMatchObject({ kind: 'timeout' });
  expect((await ended)?.afterMs).toBeLessThanOrEqual(7_000);
  await again.drain();
});

test('the same block brought by two is there once; another one of its name is not taken for it', async () => {
  const first = await open([]);
  await fill(first);
  await first.drain();
  await cp(join(dir, 'engine'), join(dir, 'copy'), { recursive: true });
  const [one, two] = [await open([cold()]), await open([cold()], 'copy')];
  await Promise.all([moved(one), moved(two)]);
  expect(placesOf(one)).toEqual(placesOf(two));
  expect(await samplesOf(one)).toEqual(await samplesOf(two));
  expect(await filesIn('store')).toHaveLength(2 * placesOf(one).filter((place) => place === 'cold').length);
  await one.drain();
  await two.drain();

  const third = await open([], 'third');
  await fill(third, 5);
  const [oldest] = third.stats().blocks;
  await writeFile(join(dir, 'store', 'partition-0', `${oldest.id}.json`), '{"version":1,"of":"somebody else"}\n');
  await third.drain();
  const again = await open([cold()], 'third');
  await moved(again, () => again.stats().places[0].waiting.trouble !== null);
  expect(again.stats().places[0].waiting.trouble?.message).toContain('is of another block with this name');
  expect(again.stats().blocks.find(({ id }) => id === oldest.id)?.place).toBe(null);
  expect(await filesIn('store')).not.toContain(`partition-0/${oldest.id}.block`);
  await again.drain();
});

test('blocks in an archive are missing until they have been restored, and that can be asked for', async () => {
  const engine = await open([cold()]);
  await fill(engine);
  const all = await samplesOf(engine);
  const blocks = engine.stats().blocks.filter(({ place }) => place === 'cold');
  await engine.drain();
  await rm(join(dir, 'engine', 'far', 'PAGES'));
  const keyOf = ({ id }: { id: string }) => `partition-0/${id}.block`;
  for (const block of blocks) store.archived.set(keyOf(block), 'archived');
  const again = await open([cold()]);
  const asked = budget();
  expect(countOf(await samplesOf(again, asked))).toBeLessThan(countOf(all));
  expect(asked.missing.map(({ reason }) => reason)).toEqual(blocks.map(() => 'archived'));
  const [{ fromMs, toMs }] = blocks;
  const restore = () => again.restoreArchived('default', { fromMs, toMs }, 3);
  expect(await restore()).toMatchObject({ kind: 'asked', blocks: [{ id: blocks[0].id, state: 'archived' }] });
  expect(await restore()).toMatchObject({ kind: 'asked', blocks: [{ id: blocks[0].id, state: 'restoring' }] });
  expect(await again.restoreArchived('nobody', ALWAYS, 3)).toEqual({ kind: 'asked', blocks: [] });
  for (const block of blocks) store.archived.set(keyOf(block), 'restored');
  const later = budget();
  expect(await samplesOf(again, later)).toEqual(all);
  expect(later.missing).toEqual([]);
  store.trouble = 'away';
  const refused = restore();
  await waitFor('the refusal', async () => {
    clock.advance(50);
    return (await Promise.race([refused, clock.turn().then(() => null)])) !== null;
  });
  expect(await refused).toMatchObject({ kind: 'refused' });
  await again.drain();
});

test('a lost or damaged header, and a lost manifest, are made good', async () => {
  const engine = await open([cold()]);
  await fill(engine);
  const all = await samplesOf(engine);
  await engine.drain();
  const headers = join(dir, 'engine', 'far', 'cold');
  const [first, second] = await readdir(headers);
  await rm(join(headers, first));
  const bytes = await readFile(join(headers, second));
  bytes[bytes.length - 10] ^= 1;
  await writeFile(join(headers, second), bytes);
  const again = await open([cold()]);
  expect(await samplesOf(again)).toEqual(all);
  await again.drain();
  await writeFile(join(dir, 'engine', 'MANIFEST'), 'lost');
  store.forget();
  const last = await open([cold()]);
  expect(await samplesOf(last)).toEqual(all);
  expect(damage).toHaveLength(1);
  await last.drain();

  await rm(join(headers, first));
  store.trouble = 'away';
  const opening = open([cold()]);
  await waitFor('the opening', async () => {
    clock.advance(50);
    return (await Promise.race([opening, clock.turn().then(() => null)])) !== null;
  });
  const without = await opening;
  const asked = budget();
  await samplesOf(without, asked);
  expect(asked.missing.some(({ fromMs, toMs }) => fromMs === ALWAYS.fromMs && toMs === ALWAYS.toMs)).toBe(true);
  store.trouble = null;
  clock.advance(PATIENCE.restMs);
  await moved(without, () => without.stats().blocks.length === last.stats().blocks.length);
  const later = budget();
  expect(await samplesOf(without, later)).toEqual(all);
  expect(later.missing).toEqual([]);
  await without.drain();
});

test('a folder that is new takes over what lies in the places, when it is told to', async () => {
  const engine = await open();
  await fill(engine);
  const elsewhere = engine.stats().blocks.filter(({ place }) => place !== null);
  const { toMs } = elsewhere.reduce((a, b) => (b.toMs > a.toMs ? b : a));
  const all = await samplesOf(engine, budget(), undefined, { fromMs: 0, toMs });
  await engine.drain();
  await rm(join(dir, 'engine'), { recursive: true });
  const unaware = await open();
  expect(unaware.stats().blocks).toEqual([]);
  await unaware.drain();
  await rm(join(dir, 'engine'), { recursive: true });
  const takingOver = () => openEngine({ dir: join(dir, 'engine'), clock, prng: prng(2), places: [slow(), cold()], takesOver: true });
  store.trouble = 'away';
  const refused = takingOver().catch((error) => error.name);
  await waitFor('the refusal', async () => {
    clock.advance(50);
    return (await Promise.race([refused, clock.turn().then(() => null)])) !== null;
  });
  expect(await refused).toBe('PlaceMissingError');
  store.trouble = null;
  const again = await takingOver();
  expect(again.stats().blocks.map(({ id, place }) => [id, place])).toEqual(elsewhere.map(({ id, place }) => [id, place]));
  expect(await samplesOf(again, budget(), undefined, { fromMs: 0, toMs })).toEqual(all);
  await again.drain();
  expect(damage).toEqual([]);
});

test('a disk that is not mounted, or a place that is not configured, ends the opening and loses nothing', async () => {
  const engine = await open();
  await fill(engine);
  const all = await samplesOf(engine);
  await engine.drain();
  const elsewhere = { ...slow(), dir: join(dir, 'not-mounted') } as PlaceSettings;
  await expect(open([elsewhere, cold()])).rejects.toMatchObject({ name: 'PlaceMissingError' });
  await expect(open([slow()])).rejects.toMatchObject({ name: 'PlaceMissingError' });
  const again = await open();
  expect(await samplesOf(again)).toEqual(all);
  await again.drain();
});

test('a snapshot has what lies elsewhere too', async () => {
  const engine = await open();
  await fill(engine);
  const all = await samplesOf(engine);
  expect(await engine.snapshot(join(dir, 'snapshot'), false)).toEqual({ kind: 'written' });
  await engine.drain();
  await rm(join(dir, 'slow'), { recursive: true });
  const copy = await open([{ ...slow(), dir: join(dir, 'other-slow') } as PlaceSettings, cold()], 'snapshot');
  expect(await samplesOf(copy)).toEqual(all);
  await copy.drain();
});
