import { ByteReader, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { writeStaleAt } from '../model/sample.ts';
import { type ChunkSummary, summarize } from './chunk-summary.ts';
import { ColumnarSummaryPage, SummaryPageWriter } from './summary-page.ts';

const bits = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0];

test('a summary says what going through the values says, bit for bit, or nothing', () => {
  const summaries: (ChunkSummary | null)[] = [];
  const samples: number[] = [];
  const told = { sum: 0, noSum: 0, nothing: 0 };
  for (let seed = 1; seed <= 3000; seed++) {
    const random = prng(seed);
    const values = new Float64Array(random.int(1, 40));
    const unit = random.pick([1, 1, 10, 1000, 1e9, 7, 2 ** -30]);
    const special = random.pick([0, 0, 0.05]);
    for (let i = 0; i < values.length; i++) {
      values[i] = (random.int(-5000, 1e6) * random.pick([1, 1, 1e6])) / unit;
      if (random.chance(special)) values[i] = random.pick([Number.NaN, -0, 0, Number.POSITIVE_INFINITY, 5e-324, 2 ** 53, -(2 ** 60)]);
      if (random.chance(random.pick([0, 0.1]))) writeStaleAt(values, i);
    }
    const summary = summarize(values, 0, values.length);
    summaries.push(summary);
    samples.push(values.length);
    if (summary === null) {
      told.nothing++;
      continue;
    }
    const numbers = values.filter((value) => !Number.isNaN(value));
    expect(summary.count).toBe(numbers.length);
    if (numbers.length === 0) continue;
    expect(bits(summary.min)).toBe(bits(Math.min(...numbers)));
    expect(bits(summary.max)).toBe(bits(Math.max(...numbers)));
    if (summary.sum === null) told.noSum++;
    else {
      told.sum++;
      expect(BigInt(summary.sum)).toBe(numbers.reduce((sum, value) => sum + BigInt(value), 0n));
    }
  }
  expect(Math.min(told.sum, told.noSum, told.nothing)).toBeGreaterThan(200);
  expectPages(summaries, samples);
});

/** They come back from pages of series with some chunks each. */
function expectPages(summaries: readonly (ChunkSummary | null)[], samples: readonly number[]): void {
  const random = prng(7);
  const writer = new SummaryPageWriter();
  for (let at = 0; at < summaries.length; ) {
    const ends = [at];
    for (let series = random.int(1, 30); series > 0; series--) {
      const end = Math.min(summaries.length, at + random.int(0, 6));
      writer.add(summaries.slice(at, end), samples.slice(at, end));
      ends.push(end);
      at = end;
    }
    const page = new ColumnarSummaryPage(new ByteReader(writer.take()), ends.length - 1);
    for (const [series, from] of ends.slice(0, -1).entries()) {
      const end = ends[series + 1];
      expect(page.of(series, samples.slice(from, end))).toEqual(summaries.slice(from, end));
      expect(() => page.of(series, samples.slice(from, end + 1).concat(9))).toThrow(RangeError);
    }
  }
}
