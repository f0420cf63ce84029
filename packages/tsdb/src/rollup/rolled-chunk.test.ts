import { type Prng, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { scaleHistogram } from '../model/combine-histograms.ts';
import { markHigh, markLow } from '../model/histogram-mark.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';
import { isStaleAt, type SampleColumns, writeStaleAt } from '../model/sample.ts';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { randomHistogram } from '../testing/random-histogram.ts';
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
  const { resetCorrection, resets, changes, deviation, sketches, histograms, staleAtEnd, staleEndMs } = windows;
  const numbers = { widthMs, length, endMs, count, firstMs, lastMs, first, last, min, max, sum, sumIsExact };
  return { ...numbers, resetCorrection, resets, changes, deviation, sketches, histograms, staleAtEnd, staleEndMs };
}

test.each(Array.from({ length: 150 }, (_, seed) => seed))('windows come back bit for bit: seed %i', (seed) => {
  const random = prng(seed);
  const samples = randomSeries(random);
  const kind = kindOf(random.chance(0.3) ? 'a_total' : 'a', samples.values);
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

test('the examples of the format document are read and written as they stand there', () => {
  const examples = formatExamples('rolled-chunk.md');
  expect(examples.length).toBe(4);
  for (let at = 0; at < examples.length; at += 2) {
    const gap = examples[at].indexOf('');
    const [frameBytes, bytes] = [examples[at].slice(0, gap), examples[at].slice(gap)].map((lines) =>
      fromHex(lines.map((line) => line.split('#')[0]).join('')),
    );
    const rows = examples[at + 1];
    const windows = new DecodedWindows(decodeFrame(frameBytes, 5 * MINUTE_MS, rows.length, Number(rows[0].split(':')[0])), bytes);
    expect(rows.map((_, i) => rowText(windows, i))).toEqual(rows);
    expect(Buffer.from(encodeFrame(windows, 0, rows.length))).toEqual(Buffer.from(frameBytes));
    expect(Buffer.from(encodeWindows(windows, 0, rows.length))).toEqual(Buffer.from(bytes));
  }
});

test('bytes that are cut off or follow are found', () => {
  const windows = rollSamples(randomSeries(prng(3)), 5 * MINUTE_MS, 'gauge');
  const bytes = encodeWindows(windows, 0, windows.length);
  const frame = decodeFrame(encodeFrame(windows, 0, windows.length), windows.widthMs, windows.length, windows.endMs[0]);
  for (const damaged of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), bytes.subarray(0, 1)]) {
    expect(() => plain(new DecodedWindows(frame, damaged))).toThrow(RangeError);
  }
});

function rowText(windows: RolledColumns, i: number): string {
  const { endMs, count, firstMs, lastMs, first, last, min, max, sum, resets, resetCorrection, changes, deviation, sketches } = windows;
  const parts = [`${endMs[i]}: ${count[i]} samples from ${firstMs[i]} to ${lastMs[i]}, ${first[i]} … ${last[i]}, ${min[i]} to ${max[i]}`];
  if (resets) parts.push(`${resets[i]} resets, ${resetCorrection?.[i]}`);
  if (changes) parts.push(`sum ${sum[i]}, ${changes[i]} changes, deviation ${deviation?.[i].toFixed(4)}`);
  const sketch = sketches?.[i];
  const counted = (of: ArrayLike<number>, counts: Float64Array) => Array.from(of, (value, at) => `${value} x${counts[at]}`).join(', ');
  if (sketch?.kind === 'values') parts.push(counted(sketch.values, sketch.counts));
  if (sketch?.kind === 'buckets') parts.push(`schema ${sketch.schema}, ${counted(sketch.positive.indexes, sketch.positive.counts)}`);
  return parts.join('; ');
}

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
  return random.chance(0.3) ? withHistograms(random, columns) : columns;
}

/** Histograms in place of most values, alike for a while. */
function withHistograms(random: Prng, { times, values }: SampleColumns): SampleColumns {
  const histograms: NativeHistogram[] = [];
  let next = randomHistogram(random);
  for (let i = 0; i < values.length; i++) {
    if (isStaleAt(values, i) || random.chance(0.002)) continue;
    if (random.chance(0.02)) next = randomHistogram(random);
    const at = histograms.push(scaleHistogram(next, 1 + i)) - 1;
    new Uint32Array(values.buffer).set([markLow(at), markHigh(at)], 2 * i);
  }
  return { times, values, histograms };
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
