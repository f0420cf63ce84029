import { type Prng, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { type SampleColumns, writeStaleAt } from '../model/sample.ts';
import { rollSamples } from './aggregate.ts';
import { DecodedWindows } from './decoded-windows.ts';
import { mergeWindows } from './merge-windows.ts';
import { encodeWindows } from './rolled-chunk.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { decodeFrame, encodeFrame } from './rolled-frame.ts';
import { kindOf } from './series-kind.ts';

const MINUTE_MS = 60_000;

function decoded(windows: RolledColumns, from: number, to: number): RolledColumns {
  const frame = decodeFrame(encodeFrame(windows, from, to), windows.widthMs, to - from, windows.endMs[from]);
  return new DecodedWindows(frame, encodeWindows(windows, from, to));
}

/** Getters become what they get. */
function plain(windows: RolledColumns) {
  const { widthMs, length, endMs, count, firstMs, lastMs, first, last, min, max, sum, sumIsExact } = windows;
  const { resetCorrection, resets, changes, deviation, sketches, staleAtEnd, staleEndMs } = windows;
  const numbers = { widthMs, length, endMs, count, firstMs, lastMs, first, last, min, max, sum, sumIsExact };
  return { ...numbers, resetCorrection, resets, changes, deviation, sketches, staleAtEnd, staleEndMs };
}

/** Seeds that failed once are named here. */
test.each(Array.from({ length: 150 }, (_, seed) => seed))('windows come back bit for bit: seed %i', (seed) => {
  const random = prng(seed);
  const samples = randomSeries(random);
  const numbers = samples.values.filter((value) => !Number.isNaN(value));
  const kind = kindOf(random.chance(0.3) ? 'a_total' : 'a', numbers);
  const fiveMinutes = rollSamples(samples, 5 * MINUTE_MS, kind);
  const tiers = [rollSamples(samples, MINUTE_MS, kind), fiveMinutes, mergeWindows(fiveMinutes, 60 * MINUTE_MS)];
  for (const windows of tiers) {
    if (windows.length === 0) continue;
    expect(plain(decoded(windows, 0, windows.length))).toEqual(plain(windows));
    const middle = random.int(0, windows.length);
    const rest = decoded(windows, middle, windows.length);
    expect([...rest.last]).toEqual([...windows.last.subarray(middle)]);
  }
});

/** Gaps, resets, stale markers, times that jitter; values of all sorts. */
function randomSeries(random: Prng): SampleColumns {
  const next = random.pick(VALUES)(random);
  const stepMs = random.pick([1000, 5000, 15_000, 60_000, 300_000]);
  const times: number[] = [];
  const values: number[] = [];
  const stale: number[] = [];
  let timeMs = random.int(0, 1e9);
  for (let left = random.int(1, 600); left > 0; left--) {
    timeMs += stepMs + (random.chance(0.3) ? random.int(-stepMs / 4, stepMs / 4) : 0) + (random.chance(0.01) ? random.int(0, 1e7) : 0);
    if (random.chance(0.01)) stale.push(times.length);
    times.push(timeMs);
    values.push(random.chance(0.003) ? random.pick(ODD) : next());
  }
  const columns = { times: Float64Array.from(times), values: Float64Array.from(values) };
  for (const at of stale) writeStaleAt(columns.values, at);
  return columns;
}

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 2 ** -1074, Number.MAX_VALUE, -1e300, 1e-300];

const VALUES: readonly ((random: Prng) => () => number)[] = [
  () => () => 7,
  () => () => 0.1 + 0.2,
  () => () => -0,
  (random) => () => random.int(-3, 4) / 10,
  (random) => () => random.int(-5000, 5000) / 100,
  (random) => () => 1e9 + random.next(),
  (random) => () => (random.next() - 0.5) * 2 ** random.int(-1000, 1000),
  (random) => () => random.pick(ODD),
  (random) => {
    let counter = random.int(0, 1e6);
    return () => {
      counter = random.chance(0.005) ? 0 : counter + random.int(0, 3);
      return counter;
    };
  },
  (random) => {
    let counter = 0;
    return () => {
      counter = random.chance(0.005) ? random.next() : counter + random.next() / 3;
      return counter;
    };
  },
];
