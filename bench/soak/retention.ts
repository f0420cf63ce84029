/**
 * `npm run soak -- retention --minutes N --days N`: one engine through months of samples, with the rollups and ages that are the default, and
 * all blocks past half a day in a real S3 server (a folder where there is none to start), which hangs now and then. The clock runs as fast as
 * that takes; all else, files, memory, uploads, is real. A tenth of the series is replaced each day. Prints the course as CSV, draws it, asks what
 * is known of the samples on the way, and fails when an answer is wrong.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prng, systemClock } from '@tidemark/base';
import { nodeFiles } from '@tidemark/base/files';
import { askKnown, counter, DAY_MS, HOUR_MS, type KnownSeries, knownOf, Life, wave } from '@tidemark/tests/history';
import { tieredRetention } from '@tidemark/tsdb';
import { FolderStore, type ObjectStore, openS3Store, PatientStore } from '@tidemark/tsdb/object-store';
import { S3_MISSING, startS3Server } from '@tidemark/tsdb/testing';
import { folder } from './observe.ts';
import { type Panel, plot } from './plot.ts';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    days: { type: 'string', default: '60' },
    /** Scraped each 15 s; one more for each twenty of them each second. */
    series: { type: 'string', default: '400' },
    out: { type: 'string', default: 'artifacts/soak-retention' },
  },
});

interface Moment {
  readonly minute: number;
  readonly day: number;
  readonly residentMiB: number;
  readonly heapMiB: number;
  readonly files: number;
  readonly openFiles: number;
  readonly objects: number;
  readonly diskMiB: number;
  readonly storeMiB: number;
  readonly rawBlocks: number;
  readonly rolledBlocks: number;
  readonly waitingBlocks: number;
  readonly rawDays: number;
  readonly minuteDays: number;
  readonly fiveMinuteDays: number;
  readonly hourDays: number;
  readonly rightAnswers: number;
  readonly cpuSeconds: number;
}

const PANELS: readonly Panel<Moment>[] = [
  {
    title: 'Memory, MiB',
    lines: [
      ['resident', 'residentMiB'],
      ["JavaScript's heap", 'heapMiB'],
    ],
  },
  {
    title: 'Files',
    lines: [
      ['own disk', 'files'],
      ['object store', 'objects'],
      ['open', 'openFiles'],
    ],
  },
  {
    title: 'Bytes, MiB',
    lines: [
      ['own disk', 'diskMiB'],
      ['object store', 'storeMiB'],
    ],
  },
  {
    title: 'Blocks',
    lines: [
      ['of samples', 'rawBlocks'],
      ['of windows', 'rolledBlocks'],
      ['waiting for the store', 'waitingBlocks'],
    ],
  },
  {
    title: 'Oldest, days of samples ago',
    lines: [
      ['samples', 'rawDays'],
      ['1 m', 'minuteDays'],
      ['5 m', 'fiveMinuteDays'],
      ['1 h', 'hourDays'],
    ],
  },
];

/** The first of January 2025. */
const BEGAN_MS = 20_089 * DAY_MS;
const COLD_AFTER_MS = 12 * HOUR_MS;
const MINUTE_MS = 60_000;
const OBSERVE_EVERY_HOURS = 6;
/** In real time: longer than a request is waited for, and seldom enough that what waited has gone up before the next. */
const [HANGS_EVERY_MS, HANGS_FOR_MS, RECOVERS_IN_MS] = [5 * MINUTE_MS, 20_000, 30_000];

const days = Number(options.days);
const hourTakesMs = (Number(options.minutes) * MINUTE_MS) / (days * 24);
const dir = mkdtempSync(join(tmpdir(), 'tidemark-soak-retention-'));
const server = S3_MISSING === null ? await startS3Server() : null;
const store: ObjectStore =
  server === null ? new FolderStore(nodeFiles, join(dir, 'store'), 'soak') : await openS3Store({ ...server.settings, prefix: 'soak/' });
const startedMs = performance.now();
let listed = { count: 0, bytes: 0 };
let rightAnswers = 0;
let failed = 0;
try {
  const moments = await soak();
  writeFileSync(`${options.out}.csv`, csv(moments));
  writeFileSync(`${options.out}.svg`, plot(PANELS, moments));
  sayGrowth(moments);
  console.log(`${rightAnswers} answers were right, ${failed} wrong`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
}

async function soak(): Promise<Moment[]> {
  const places = [
    {
      kind: 'objects',
      name: 'cold',
      store: new PatientStore(store, systemClock, prng(1)),
      prefix: 'partition-0/',
      age: { afterMs: COLD_AFTER_MS },
    },
  ] as const;
  const life = await Life.begin({ dir: join(dir, 'engine'), beganMs: BEGAN_MS, retention: tieredRetention(), places });
  const lasting = [...seriesOf('lasting', 0, Number.POSITIVE_INFINITY)];
  for (const series of lasting) life.add(series);
  const moments: Moment[] = [];
  let troubledUntilMs = 0;
  const troubles = setInterval(() => {
    if (server === null) return;
    troubledUntilMs = performance.now() + HANGS_FOR_MS + RECOVERS_IN_MS;
    server.pause();
    setTimeout(() => server.resume(), HANGS_FOR_MS);
  }, HANGS_EVERY_MS);
  try {
    for (let hour = 0; hour < days * 24; hour++) {
      if (hour % 24 === 0) for (const series of seriesOf(`day-${hour / 24}`, life.nowMs, life.nowMs + 10 * DAY_MS)) life.add(series);
      await life.live(1);
      if ((hour + 1) % OBSERVE_EVERY_HOURS === 0) {
        if (performance.now() > troubledUntilMs) await ask(life, lasting, prng(hour), () => performance.now() <= troubledUntilMs);
        const moment = await observe(life);
        moments.push(moment);
        if (moments.length === 1) console.log(Object.keys(moment).join(','));
        console.log(Object.values(moment).map(figure).join(','));
      }
      await until(startedMs + (hour + 1) * hourTakesMs);
    }
  } finally {
    clearInterval(troubles);
    server?.resume();
  }
  await life.end();
  return moments;
}

/** A tenth of a fleet, or what lasts of it, which is as much: counters and gauges each 15 s, some counters each second. */
function* seriesOf(generation: string, fromMs: number, toMs: number): Generator<KnownSeries> {
  const count = Number(options.series) / 10;
  for (let i = 0; i < count; i++) {
    const labels = { host: `h${i}`, generation };
    const slow = { intervalMs: 15_000, fromMs, toMs };
    yield i % 2 === 0
      ? counter({ __name__: 'requests_total', ...labels }, slow, 1 + (i % 7), 57_600)
      : wave({ __name__: 'load', ...labels }, slow, 200 + i, 240);
    if (i % 20 === 0) yield counter({ __name__: 'packets_total', ...labels }, { ...slow, intervalMs: 1000 }, 1 + (i % 7), 864_000);
  }
}

/** From all of the past, at random; answers of which the store has kept a part back count for nothing. */
async function ask(life: Life, lasting: readonly KnownSeries[], random: ReturnType<typeof prng>, isTroubled: () => boolean): Promise<void> {
  for (const widthMs of [5 * MINUTE_MS, HOUR_MS, DAY_MS]) {
    const series = random.pick(lasting);
    const known = random.pick(knownOf(series));
    const newestMs = Math.floor(life.nowMs / widthMs) * widthMs;
    // At five minutes of the thirty days for which these are kept, and a block's length.
    const ageMs = Math.min(life.nowMs - BEGAN_MS, widthMs < HOUR_MS ? 29 * DAY_MS : Number.POSITIVE_INFINITY);
    const startMs = Math.ceil((life.nowMs - ageMs) / widthMs) * widthMs + widthMs;
    if (startMs > newestMs) continue;
    const stepMs = widthMs * Math.max(1, Math.floor((newestMs - startMs) / widthMs / 200));
    const { right, wrong } = await askKnown({
      ...{ queryable: life.engine, series, known, widthMs, startMs, stepMs },
      endMs: startMs + Math.floor((newestMs - startMs) / stepMs) * stepMs,
    });
    if (isTroubled()) continue;
    rightAnswers += right;
    failed += wrong.length;
    for (const line of wrong.slice(0, 3)) console.error(line);
  }
}

async function observe(life: Life): Promise<Moment> {
  const { blocks, places } = life.engine.stats();
  const memory = process.memoryUsage();
  const own = folder(join(dir, 'engine'));
  const stored = await objects();
  const { user, system } = process.cpuUsage();
  const oldestDays = (widthMs: number) => {
    const times = blocks.filter(({ resolutionMs }) => resolutionMs === widthMs).map(({ fromMs }) => fromMs);
    return times.length === 0 ? 0 : (life.nowMs - Math.min(...times)) / DAY_MS;
  };
  return {
    minute: (performance.now() - startedMs) / MINUTE_MS,
    day: (life.nowMs - BEGAN_MS) / DAY_MS,
    residentMiB: memory.rss / 2 ** 20,
    heapMiB: memory.heapUsed / 2 ** 20,
    files: own.files,
    openFiles: readdirSync('/proc/self/fd').length,
    objects: stored.count,
    diskMiB: own.bytes / 2 ** 20,
    storeMiB: stored.bytes / 2 ** 20,
    rawBlocks: blocks.filter(({ resolutionMs }) => resolutionMs === 0).length,
    rolledBlocks: blocks.filter(({ resolutionMs }) => resolutionMs > 0).length,
    waitingBlocks: places[0].waiting.blocks,
    rawDays: oldestDays(0),
    minuteDays: oldestDays(MINUTE_MS),
    fiveMinuteDays: oldestDays(5 * MINUTE_MS),
    hourDays: oldestDays(HOUR_MS),
    rightAnswers,
    cpuSeconds: (user + system) / 1e6,
  };
}

/** What the store says that it has, which is more than what is live while something is on its way. As before, when it does not answer. */
async function objects(): Promise<{ count: number; bytes: number }> {
  let [count, bytes] = [0, 0];
  let after: string | undefined;
  try {
    for (;;) {
      const page = await store.list('partition-0/', after, AbortSignal.timeout(1000));
      count += page.objects.length;
      bytes += page.objects.reduce((sum, object) => sum + object.bytes, 0);
      after = page.objects.at(-1)?.key;
      if (!page.more) break;
    }
    listed = { count, bytes };
  } catch {
    // It hangs.
  }
  return listed;
}

function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
}

function csv(moments: readonly Moment[]): string {
  const lines = [Object.keys(moments[0]), ...moments.map((moment) => Object.values(moment).map(figure))];
  return `${lines.map((line) => line.join(',')).join('\n')}\n`;
}

/** The medians of the third and the last quarter: a leak shows between them. Windows of hours and days are there for longer than a soak, and grow. */
function sayGrowth(moments: readonly Moment[]): void {
  const quarter = Math.floor(moments.length / 4);
  const [third, last] = [moments.slice(2 * quarter, 3 * quarter), moments.slice(-quarter)];
  for (const name of ['residentMiB', 'heapMiB', 'files', 'openFiles', 'objects', 'diskMiB', 'storeMiB', 'rawBlocks'] as const) {
    const [before, after] = [third, last].map((part) => part.map((moment) => moment[name]).sort((a, b) => a - b)[Math.floor(quarter / 2)]);
    console.log(`${name}: ${figure(before)} in the third quarter, ${figure(after)} in the last`);
  }
}

function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}
