import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prng } from '@tidemark/base';
import { ProtobufWriter } from '@tidemark/base/wire';
import { writeHistogram } from '@tidemark/tsdb/histogram-message';
import type { NativeHistogram } from '@tidemark/tsdb/model';
import { STALE_HIGH, STALE_LOW } from '@tidemark/tsdb/model';
import { encodeHistogramSample } from '@tidemark/tsdb/prometheus-histogram-chunk';
import { decodeXorChunk } from '@tidemark/tsdb/xor-chunk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandFailure } from '../failure.ts';
import { OpenMetricsSource } from '../openmetrics/openmetrics-source.ts';
import { collect } from '../testing/collect.ts';
import { noProgress } from '../testing/no-progress.ts';
import { type BlockToWrite, writeBlock } from '../testing/write-block.ts';
import { encodeXorChunk } from '../testing/xor-chunk.ts';
import { BlocksSource } from './blocks-source.ts';

/** Written by promtool 2.42 out of the OpenMetrics text beside it. */
const REAL_BLOCK = new URL('../../../../testdata/prometheus_block', import.meta.url).pathname;
const STALE = (BigInt(STALE_HIGH) << 32n) | BigInt(STALE_LOW);
const T = 1_700_006_400_000;
const HOUR_MS = 3_600_000;
const random = prng(11);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-blocks-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0];
}

function randomSamples(count: number, fromMs: number, endMs: number): { timeMs: number; bits: bigint }[] {
  const samples: { timeMs: number; bits: bigint }[] = [];
  let timeMs = fromMs;
  let value = random.int(-1000, 1000);
  for (let i = 0; i < count && timeMs < endMs; i++) {
    samples.push({ timeMs, bits: random.chance(0.05) ? STALE : bitsOf(random.chance(0.5) ? value : value / 7) });
    timeMs += random.chance(0.8) ? 15_000 : random.pick([1, 14_999, 15_001, 90_000, 700_000, 4_000_000]);
    value = random.chance(0.3) ? value : value + random.int(-5, 100);
  }
  return samples;
}

test("a block of Prometheus' own gives what it was made from", async () => {
  const made = await collect(new OpenMetricsSource([`${REAL_BLOCK}.om`], process.stdin, noProgress()));
  expect(Object.keys(made).length).toBe(3);
  expect(await collect(new BlocksSource(REAL_BLOCK))).toEqual(made);
});

test('whatever an XOR chunk holds comes back, bit for bit', () => {
  for (let round = 0; round < 300; round++) {
    const samples = randomSamples(random.int(1, 200), random.pick([-5, 0, T]), Infinity);
    const { times, values } = decodeXorChunk(encodeXorChunk(samples));
    expect([...times]).toEqual(samples.map(({ timeMs }) => timeMs));
    expect([...new BigUint64Array(values.buffer)]).toEqual(samples.map(({ bits }) => bits));
  }
});

test.each([1, 2] as const)('blocks of index version %d: chunks, several windows, deletions, stale markers', async (version) => {
  const expected: Record<string, string[]> = {};
  const series = Array.from({ length: 40 }, (_, i) => {
    const samples = randomSamples(random.int(1, 600), T + random.int(0, HOUR_MS), T + 10 * HOUR_MS);
    const chunks = [];
    for (let at = 0, size = 0; at < samples.length; at += size) {
      size = random.int(1, 130);
      chunks.push({ samples: samples.slice(at, at + size) });
    }
    const deleted = random.chance(0.3) ? [{ fromMs: T + HOUR_MS, toMs: T + random.int(1, 3) * HOUR_MS }] : [];
    const labels = [
      ['__name__', 'x'],
      ['i', String(i).padStart(3, '0')],
    ] as const;
    expected[`x{i="${labels[1][1]}"}`] = samples
      .filter(({ timeMs }) => !deleted.some(({ fromMs, toMs }) => fromMs <= timeMs && timeMs <= toMs))
      .map(({ timeMs, bits }) => `${timeMs} ${bits === STALE ? 'stale' : new Float64Array(BigUint64Array.of(bits).buffer)[0]}`);
    return { labels, chunks, deleted };
  });
  writeBlock(dir, { version, minTime: T, maxTime: T + 10 * HOUR_MS, series });
  const found = await collect(new BlocksSource(dir));
  for (const [name, samples] of Object.entries(expected)) expect(found[name] ?? [], name).toEqual(samples);
});

test('chunks that overlap are put in order, native histograms among numbers; what is not known is left out, counted and named', async () => {
  const at = (...minutes: number[]) => minutes.map((minute) => ({ timeMs: T + minute * 60_000, bits: bitsOf(minute) }));
  const histogram: NativeHistogram = {
    ...{ schema: 1, bounds: [], zeroThreshold: 0.5, zeroCount: 1, count: 3, sum: 4, hint: 'unknown' },
    ...{ positive: new Map([[2, 2]]), negative: new Map() },
  };
  const floats = { ...histogram, zeroCount: 0.5, count: 2.5 };
  const native = (minute: number, sample: NativeHistogram, encoding: number) => ({
    samples: at(minute),
    encoding,
    data: encodeHistogramSample(T + minute * 60_000, sample).bytes,
  });
  const block: BlockToWrite = {
    version: 2,
    minTime: T,
    maxTime: T + 2 * HOUR_MS,
    series: [
      { labels: [['__name__', 'late']], chunks: [{ samples: at(0, 4, 8) }, { samples: at(8, 9) }] },
      {
        labels: [['__name__', 'native']],
        chunks: [native(0, histogram, 2), { samples: at(1) }, native(2, floats, 3), { samples: at(3) }, { samples: at(4), encoding: 9 }],
        deleted: [{ fromMs: T + 60_000, toMs: T + 60_000 }],
      },
    ],
  };
  writeBlock(dir, block);
  const source = new BlocksSource(dir);
  const found = await collect(source);
  const sent = (minute: number, sample: NativeHistogram) => {
    const message = new ProtobufWriter();
    writeHistogram(message, T + minute * 60_000, sample);
    return `${T + minute * 60_000} ${Buffer.from(message.view()).toString('hex')}`;
  };
  expect(found).toEqual({
    late: [0, 4, 8, 9].map((minute) => `${T + minute * 60_000} ${minute}`),
    native: [sent(0, histogram), sent(2, floats), `${T + 180_000} 3`],
  });
  expect(source.notes.all.map(({ kind, count, first }) => [kind, count, first])).toEqual([['chunks of encoding 9', 1, 'native']]);
});

test('what is damaged is named with its file, and nothing else happens', async () => {
  const outcomes = new Set<string>();
  for (const file of ['meta.json', 'index', 'tombstones', 'chunks/000001']) {
    const bytes = readFileSync(join(REAL_BLOCK, file));
    for (let round = 0; round < 60; round++) {
      cpSync(REAL_BLOCK, dir, { recursive: true });
      const damaged = Buffer.from(bytes);
      if (random.chance(0.2)) writeFileSync(join(dir, file), damaged.subarray(0, random.int(0, bytes.length)));
      else {
        damaged[random.int(0, bytes.length)] ^= 1 << random.int(0, 8);
        writeFileSync(join(dir, file), damaged);
      }
      try {
        await collect(new BlocksSource(dir));
        outcomes.add('read'); // Padding, or something that is not needed.
      } catch (error) {
        expect(error).toBeInstanceOf(CommandFailure);
        expect((error as Error).message).toContain(dir);
        outcomes.add('refused');
      }
    }
  }
  expect(outcomes).toContain('refused');
});
