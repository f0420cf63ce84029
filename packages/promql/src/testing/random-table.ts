import type { Prng } from '@tidemark/base';
import { Labels } from '@tidemark/tsdb/model';
import { bucketsOf, CUSTOM_SCHEMA, type NativeHistogram } from '../engine/histogram/native-histogram.ts';
import { MemoryQueryable } from './memory-queryable.ts';

/** Series for the expressions of `randomVector`, over twenty minutes. */

export interface Sample {
  readonly timeMs: number;
  readonly value: number;
}

export interface RandomTable {
  readonly table: MemoryQueryable;
  /** Without stale markers and native histograms. */
  readonly samples: Map<Labels, Sample[]>;
}

export const TABLE_MS = 1_200_000;
const INTERVAL_MS = 15_000;
const BOUNDS = ['0.1', '0.5', '1', '2.5', '+Inf'];

/**
 * Counters `x_total`, gauges `y`, a classic histogram `d_bucket`, info metrics, and native histograms `nh` if asked for: scraped with
 * jitter, gaps, stale markers, NaN, and counters that are reset.
 */
export function randomTable(random: Prng, options: { readonly histograms?: boolean } = {}): RandomTable {
  const table = new MemoryQueryable();
  const samples = new Map<Labels, Sample[]>();
  const add = (labels: Labels, timeMs: number, value: number) => {
    table.append(labels, timeMs, value);
    const kept = samples.get(labels);
    if (kept === undefined) samples.set(labels, [{ timeMs, value }]);
    else kept.push({ timeMs, value });
  };
  for (const name of ['x_total', 'y']) {
    for (const target of TARGETS) {
      const labels = Labels.from({ __name__: name, ...target });
      let value = 0;
      for (const timeMs of scrapeTimes(random)) {
        value = random.chance(0.05) ? random.int(0, 3) : value + random.int(0, 20);
        if (random.chance(0.03)) table.append(labels, timeMs, 'stale');
        else add(labels, timeMs, name === 'y' && random.chance(0.03) ? Number.NaN : value / 4);
      }
    }
  }
  for (const target of TARGETS.slice(0, 2)) addBuckets(random, target, add);
  addInfo(random, add);
  if (options.histograms) for (const target of TARGETS) addHistograms(random, target, table);
  return { table, samples };
}

const TARGETS = ['0', '1', '2', '3'].map((i) => ({
  i,
  parity: Number(i) % 2 === 0 ? 'even' : 'odd',
  instance: `host-${i}`,
  job: 'random',
}));

type Target = (typeof TARGETS)[number];
type Add = (labels: Labels, timeMs: number, value: number) => void;

function scrapeTimes(random: Prng): number[] {
  const times: number[] = [];
  for (let timeMs = random.int(0, INTERVAL_MS); timeMs < TABLE_MS; timeMs += INTERVAL_MS) {
    if (random.chance(0.1)) continue;
    times.push(timeMs + random.int(-200, 200));
    if (random.chance(0.02)) timeMs += 400_000;
  }
  return times;
}

/** Cumulative, as they must be, and reset together. */
function addBuckets(random: Prng, target: Target, add: Add): void {
  const series = BOUNDS.map((le) => Labels.from({ __name__: 'd_bucket', ...target, le }));
  const counts = BOUNDS.map(() => 0);
  for (const timeMs of scrapeTimes(random)) {
    if (random.chance(0.03)) counts.fill(0);
    for (const i of counts.keys()) counts[i] += random.int(0, 6);
    let below = 0;
    for (const [i, labels] of series.entries()) {
      below += counts[i];
      add(labels, timeMs, below);
    }
  }
}

/** Of one target the version changes. */
function addInfo(random: Prng, add: Add): void {
  for (const { instance, job } of TARGETS.slice(1)) {
    const change = random.int(0, 2 * TABLE_MS);
    for (const timeMs of scrapeTimes(random)) {
      const version = timeMs < change ? '1' : '2';
      add(Labels.from({ __name__: 'target_info', instance, job, version }), timeMs, 1);
      if (instance !== 'host-2') add(Labels.from({ __name__: 'build_info', instance, job, revision: `r${version}` }), timeMs, 1);
    }
  }
}

/** Counters and, of the last target, gauges; with schemas that change, custom buckets, resets, and some plain numbers between. */
function addHistograms(random: Prng, target: Target, table: MemoryQueryable): void {
  const labels = Labels.from({ __name__: 'nh', ...target });
  const custom = target.i === '2';
  const counts = new Map<number, number>();
  let schema = 1;
  for (const timeMs of scrapeTimes(random)) {
    if (random.chance(0.05)) counts.clear();
    if (random.chance(0.03)) schema = random.int(0, 3);
    for (let i = 0; i < 4; i++) {
      const index = custom ? random.int(0, 4) : random.int(-3, 6);
      counts.set(index, (counts.get(index) ?? 0) + random.int(0, 9));
    }
    if (random.chance(0.03)) table.append(labels, timeMs, random.pick(['stale', 7] as const));
    else table.append(labels, timeMs, histogramOf(counts, custom ? CUSTOM_SCHEMA : schema, target.i === '3' ? 'gauge' : 'unknown'));
  }
}

function histogramOf(counts: ReadonlyMap<number, number>, schema: number, hint: NativeHistogram['hint']): NativeHistogram {
  const positive = bucketsOf(counts);
  const negative = schema === CUSTOM_SCHEMA ? bucketsOf([]) : bucketsOf([...counts].map(([index, count]) => [index, count >> 2] as const));
  const zeroCount = schema === CUSTOM_SCHEMA ? 0 : Math.max(0, ...counts.values()) >> 1;
  const inBuckets = [positive, negative].flatMap((buckets) => [...buckets.values()]).reduce((sum, count) => sum + count, 0);
  return {
    schema,
    bounds: schema === CUSTOM_SCHEMA ? [0.5, 1, 4] : [],
    zeroThreshold: schema === CUSTOM_SCHEMA ? 0 : 0.001,
    zeroCount,
    count: inBuckets + zeroCount,
    sum: inBuckets * 1.25,
    positive,
    negative,
    hint,
  };
}
