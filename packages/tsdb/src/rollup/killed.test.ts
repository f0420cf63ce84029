/** A worker that is killed while it rolls up, again and again, ends with the bytes of one that was not, and these with the windows of all samples. */
import { createHash } from 'node:crypto';
import { type Prng, prng } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import { type Process, SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { expect, test } from 'vitest';
import { type BlockMeta, decodeFooter, decodeMeta, footerBytesOf } from '../block/format.ts';
import type { Engine } from '../engine.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { SampleBatch } from '../model/batch.ts';
import { encodeHistogram } from '../model/histogram-bytes.ts';
import { markHigh, markLow } from '../model/histogram-mark.ts';
import { Labels } from '../model/labels.ts';
import { NamedSeries } from '../model/named-series.ts';
import { bucketsOf, type NativeHistogram } from '../model/native-histogram.ts';
import { writeStaleAt } from '../model/sample.ts';
import { openEngine } from '../open-engine.ts';
import { QueryBudget } from '../query/budget.ts';
import { compareRolled, type SeriesSamples } from '../testing/rolled-oracle.ts';
import { TIERS } from './tiers.ts';

/** More by the environment. */
const SEEDS = Number(process.env.SEEDS ?? 3);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOURS = 30;
const idle = new AbortController().signal;
/** Of slow series raw samples stay, which their minutes are made of. */
const RETENTION = { ...DEFAULT_LIMITS.retention, ages: { 0: 8 * HOUR_MS }, slowRawMs: Number.POSITIVE_INFINITY };

const NAMES = ['x_total', 'x_total', 'y', 'mixed_total', 'slow', 'latency'];
const LABELS = NAMES.map((name, i) => Labels.from({ __name__: name, i: String(i) }));
const TABLE = NamedSeries.of(LABELS);

interface Sent {
  readonly timeMs: number;
  readonly series: number;
  readonly value: number | 'stale' | NativeHistogram;
}

/** By ten minutes, in which they arrive: with gaps, stale markers, resets at the seams of windows, and some hours late. */
function randomSamples(random: Prng, beganMs: number): Sent[][] {
  const rounds = Array.from({ length: HOURS * 6 + 24 }, (): Sent[] => []);
  const values = NAMES.map(() => 0);
  for (let timeMs = beganMs; timeMs < beganMs + HOURS * HOUR_MS; timeMs += 10_000) {
    const round = Math.floor((timeMs - beganMs) / (10 * MINUTE_MS));
    // Minutes are made of what is scraped fast: in some hours only.
    const isFast = Math.floor(timeMs / (2 * HOUR_MS)) % 3 === 0;
    for (const [series, name] of NAMES.entries()) {
      if (timeMs % (isFast && series < 2 ? 10_000 : 5 * MINUTE_MS) >= 10_000 || random.chance(0.03)) continue;
      const isSeam = timeMs % (2 * HOUR_MS) < 10_000;
      const falls = name === 'mixed_total' && Math.floor(timeMs / (4 * HOUR_MS)) % 2 === 0;
      if (name.startsWith('x')) values[series] = isSeam || random.chance(0.002) ? 0 : values[series] + random.int(0, 9);
      else values[series] = falls || name === 'y' ? random.int(0, 100) / 10 : values[series] + 1;
      const isHistogram = name === 'latency' && !random.chance(0.001);
      if (name === 'latency' && (isSeam || random.chance(0.01))) values[series] = 0;
      const lateRounds = random.chance(0.01) ? random.int(0, 24) : 0;
      rounds[round + lateRounds].push({
        timeMs: timeMs + random.int(0, 3),
        series,
        value: random.chance(0.01) ? 'stale' : isHistogram ? histogramOf(values[series]) : values[series],
      });
    }
  }
  return rounds;
}

/** Of a counter that has come so far. */
function histogramOf(count: number): NativeHistogram {
  const rest = { bounds: [], zeroThreshold: 0, zeroCount: 0, negative: new Map(), hint: 'unknown' } as const;
  const buckets = [count % 7, Math.floor(count / 7)].map((each, i) => [i, each] as const);
  return { ...rest, schema: count % 5 === 0 ? 1 : 2, count: (count % 7) + Math.floor(count / 7), sum: count, positive: bucketsOf(buckets) };
}

/** `histograms` grow by those among them. */
function columnOf(values: readonly Sent['value'][], histograms: NativeHistogram[]): Float64Array {
  const column = Float64Array.from(values, (value) => (typeof value === 'number' ? value : 0));
  for (const [i, value] of values.entries()) {
    if (value === 'stale') writeStaleAt(column, i);
    else if (typeof value !== 'number') {
      const at = histograms.push(value) - 1;
      new Uint32Array(column.buffer).set([markLow(at), markHigh(at)], 2 * i);
    }
  }
  return column;
}

function batchOf(round: readonly Sent[], acceptedAtMs: number): SampleBatch {
  const histograms: NativeHistogram[] = [];
  const groups = round.map(({ timeMs, series, value }) => {
    return { timeMs, numbers: Uint32Array.of(series), values: columnOf([value], histograms) };
  });
  return { tenant: 'default', acceptedAtMs, table: TABLE, groups, metadata: [], histograms: histograms.map(encodeHistogram) };
}

interface Ended {
  /** Of each width, how many windows the engine ended with; each of them is that of all samples. */
  readonly windows: ReadonlyMap<number, number>;
  /** Of each block of windows what its meta says, but for its name, and all of its bytes before that. */
  readonly blocks: readonly (Omit<BlockMeta, 'id'> & { readonly bytes: string })[];
  readonly kills: number;
}

/** Lives through all rounds. */
async function live(seed: number, killsLeft: number): Promise<Ended> {
  const simulation = new Simulation(seed);
  const { random } = simulation;
  const disk = new SimulatedDisk(simulation);
  const beganMs = simulation.nowMs;
  const rounds = randomSamples(prng(seed), beganMs);
  let kills = 0;
  const open = async (worker: Process): Promise<Engine> =>
    openEngine({
      dir: '/data',
      clock: worker.clock,
      files: disk.filesOf(worker),
      prng: random,
      limits: { rollups: true, retention: RETENTION, unsavedSamplesMax: 1000 },
      onDamage: (error) => expect.unreachable(error.message),
    });
  const append = (engine: Engine, offset: number) =>
    engine.append(batchOf(rounds[offset], beganMs + (offset + 1) * 10 * MINUTE_MS), { offset, epochOffset: offset });
  const work = async (worker: Process): Promise<Engine> => {
    const engine = await open(worker);
    const arrived = () => Math.min(rounds.length, Math.floor((simulation.nowMs - beganMs) / (10 * MINUTE_MS)));
    let next = engine.replayOffset;
    while (next < rounds.length) {
      for (; next < arrived(); next++) append(engine, next);
      await engine.maintain(worker.clock.now(), idle);
      await worker.clock.sleep(10 * MINUTE_MS);
    }
    for (let round = 0; round < 3; round++) {
      await worker.clock.sleep(HOUR_MS);
      await engine.maintain(worker.clock.now(), idle);
    }
    return engine;
  };
  let windows: Ended['windows'] = new Map();
  let blocks: Ended['blocks'] = [];
  await simulation.run(async () => {
    for (let left = killsLeft; ; left--) {
      const worker = simulation.start('worker');
      const killed = left > 0 ? simulation.afterSteps(random.int(1, 1500)).then(() => null) : new Promise<null>(() => {});
      const engine = await Promise.race([work(worker), killed]);
      if (engine !== null) {
        windows = await compareRolled(engine, 'default', all(rounds), new QueryBudget(UNLIMITED, worker.clock));
        blocks = await rolledBlocks(engine, disk.filesOf(worker));
        await engine.drain();
        simulation.kill(worker);
        return;
      }
      kills++;
      simulation.kill(worker);
      if (random.chance(0.5)) disk.losePower();
    }
  });
  return { windows, blocks, kills };
}

async function rolledBlocks(engine: Engine, files: Files): Promise<Ended['blocks']> {
  const rolled = engine.stats().blocks.filter(({ resolutionMs }) => resolutionMs > 0);
  const blocks = await Promise.all(
    rolled.map(async ({ id }) => {
      const path = `/data/blocks/${id}.block`;
      const file = await files.read(path);
      const footer = decodeFooter(NEWEST, file.subarray(file.length - footerBytesOf(NEWEST)), path, file.length).meta;
      const { id: _, ...meta } = decodeMeta(NEWEST, file.subarray(footer.at, footer.at + footer.bytes));
      return { ...meta, bytes: createHash('sha256').update(file.subarray(0, footer.at)).digest('hex') };
    }),
  );
  return blocks.sort((a, b) => a.resolutionMs - b.resolutionMs || a.windowMs - b.windowMs);
}

const NEWEST = 7;

const UNLIMITED = { deadlineMs: 1e12, samplesMax: 1e9, seriesMax: 1e9 };

function all(rounds: readonly (readonly Sent[])[]): SeriesSamples[] {
  return LABELS.map((labels, series) => {
    const byTime = new Map<number, Sent>();
    // Of two for the same time the first counts.
    for (const sent of rounds.flat()) if (sent.series === series && !byTime.has(sent.timeMs)) byTime.set(sent.timeMs, sent);
    const rising = [...byTime.values()].sort((a, b) => a.timeMs - b.timeMs);
    const histograms: NativeHistogram[] = [];
    const values = columnOf(
      rising.map(({ value }) => value),
      histograms,
    );
    return { labels, samples: { times: Float64Array.from(rising, ({ timeMs }) => timeMs), values, histograms } };
  });
}

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`killed again and again, windows are those of all samples and blocks have the same bytes, seed ${seed}`, async () => {
    const whole = await live(seed, 0);
    for (const { widthMs } of TIERS) expect(whole.windows.get(widthMs)).toBeGreaterThan(0);
    const { windows, blocks, kills } = await live(seed, 30);
    expect(kills).toBeGreaterThan(5);
    expect(windows).toEqual(whole.windows);
    expect(new Set(blocks.map(({ resolutionMs }) => resolutionMs)).size).toBe(TIERS.length);
    expect(blocks).toEqual(whole.blocks);
  }, 60_000);
}
