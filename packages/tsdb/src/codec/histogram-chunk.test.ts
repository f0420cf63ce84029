import { readFileSync } from 'node:fs';
import { type Prng, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { markHigh, markLow } from '../model/histogram-mark.ts';
import { HISTOGRAM_BUCKETS_MAX } from '../model/limits.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';
import { histogramsOf, writeStaleAt } from '../model/sample.ts';
import { fromHex } from '../testing/format-examples.ts';
import { randomHistogram } from '../testing/random-histogram.ts';
import { wordsOf } from './columns.ts';
import { areHistograms, decodeHistograms, encodeHistograms } from './histogram-chunk.ts';

type Sample = number | 'stale' | NativeHistogram;

function encoded(samples: readonly Sample[]): Uint8Array {
  const values = new Float64Array(samples.length);
  const words = wordsOf(values);
  const histograms: NativeHistogram[] = [];
  for (const [i, sample] of samples.entries()) {
    if (sample === 'stale') writeStaleAt(values, i);
    else if (typeof sample === 'number') values[i] = sample;
    else {
      const number = histograms.push(sample) - 1;
      words.set([markLow(number), markHigh(number)], 2 * i);
    }
  }
  return encodeHistograms(words, 0, samples.length, histograms).slice();
}

function decoded(bytes: Uint8Array, count: number): Sample[] {
  const columns = decodeHistograms(bytes, 0, bytes.length, count);
  const samples = { times: columns.times.subarray(0, count), values: columns.values.subarray(0, count), histograms: columns.histograms };
  const stale = wordsOf(samples.values);
  return (histogramsOf(samples) ?? []).map((histogram, i) => {
    if (histogram !== undefined) return histogram;
    return stale[2 * i] === 2 && stale[2 * i + 1] === 0x7ff00000 ? 'stale' : samples.values[i];
  });
}

test('the example of chunk.md', () => {
  const text = readFileSync(new URL('../../../../docs/format/chunk.md', import.meta.url), 'utf8');
  const [, body] = /^```histograms\n([\s\S]*?)^```$/m.exec(text) as RegExpExecArray;
  const bytes = fromHex(body.replaceAll(/#.*/g, ''));
  const positive = new Map([
    [1, 3],
    [2, 1],
  ]);
  const rest = { zeroThreshold: 0.5, zeroCount: 1, negative: new Map(), hint: 'gauge' } as const;
  const samples: Sample[] = [{ schema: 1, bounds: [], count: 5, sum: 7.5, positive, ...rest }, 'stale'];
  expect(decoded(bytes, 2)).toEqual(samples);
  expect(Buffer.from(encoded(samples)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
});

test('whatever is in a chunk comes back', () => {
  const random = prng(7);
  for (let round = 0; round < 150; round++) {
    const shapes = Array.from({ length: random.int(1, 4) }, () => randomHistogram(random));
    const samples = Array.from({ length: random.pick([1, 2, 30, 300]) }, (): Sample => {
      const dice = random.next();
      if (dice < 0.1) return random.pick([0, 1.5, -0, Number.NaN, 7]);
      if (dice < 0.15) return 'stale';
      return grown(random, random.pick(shapes));
    });
    const bytes = encoded(samples);
    expect(areHistograms({ bytes, from: 0, to: bytes.length })).toBe(true);
    const back = decoded(bytes, samples.length);
    if (samples.some((sample) => typeof sample === 'object')) expect(back).toEqual(samples);
  }
});

test('histograms that have no bucket in common are no columns of thousands of buckets', () => {
  const wide = (from: number): NativeHistogram => ({
    ...randomHistogram(prng(1)),
    schema: 8,
    bounds: [],
    negative: new Map(),
    positive: new Map(Array.from({ length: HISTOGRAM_BUCKETS_MAX }, (_, i) => [from + i, 1] as const)),
  });
  const samples = [wide(0), wide(5000), wide(-5000)];
  expect(decoded(encoded(samples), 3)).toEqual(samples);
});

test('damaged bytes are a RangeError, or other samples', () => {
  const random = prng(9);
  for (let round = 0; round < 1500; round++) {
    const shape = randomHistogram(random);
    const samples = Array.from({ length: random.int(1, 40) }, (): Sample => (random.chance(0.1) ? 1 : grown(random, shape)));
    const good = encoded(samples);
    const bad = good.slice(0, random.chance(0.3) ? random.int(0, good.length) : good.length);
    for (let i = random.int(0, 4); i > 0 && bad.length > 0; i--) bad[random.int(0, bad.length)] = random.bits();
    try {
      decoded(bad, random.chance(0.9) ? samples.length : random.int(1, 100));
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
});

/** Some more of what a histogram has counted. */
function grown(random: Prng, histogram: NativeHistogram): NativeHistogram {
  const more = (buckets: NativeHistogram['positive']) =>
    new Map([...buckets].map(([index, count]) => [index, count + random.int(0, 5)] as const));
  const positive = more(histogram.positive);
  const negative = more(histogram.negative);
  return { ...histogram, positive, negative, count: histogram.count + random.int(0, 50), sum: histogram.sum + random.next() };
}
