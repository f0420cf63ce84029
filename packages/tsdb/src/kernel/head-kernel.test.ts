import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { decodeChunk } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { HeadColumns, HeadMemory } from '../head/head-columns.ts';
import { WINDOW_MS, windowOf } from '../limits.ts';
import { PlainColumns, type PlainSample, windowsOf } from '../testing/plain-columns.ts';

const START_MS = windowOf(1_700_000_000_000);
/** Stale markers, another NaN, -0, infinity, a subnormal, 2^53, and what is no decimal. */
const BITS = [0x7ff0000000000002n, 0xfff8000000000001n, 1n << 63n, 0x7ff0000000000000n, 3n, 0x4340000000000000n, 0x3fd5555555555555n];

test('groups of samples become the chunks that the plain form makes, whatever comes beside', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = prng(seed);
    const memory = new HeadMemory();
    const columns = new HeadColumns(memory);
    const plain = new PlainColumns();
    const size = random.pick([3, 60, 700]);
    // Far from each other, so that rows lie on several pages and first chunks end at different times.
    const places = Uint32Array.from({ length: size }, (_, number) => 1 + number * random.pick([1, 1, 37]) + (number % 3) * 2000);
    const taken = new Set<number>();
    const numbers = [...places.keys()].filter((number) => !taken.has(places[number]) && taken.add(places[number]));
    for (const number of numbers) columns.enter(places[number] - 1);
    const stepMs = random.pick([1, 1000, 15_000, 600_000]);
    let timeMs = START_MS;
    for (let round = 0; round < 12_000 / size + 130; round++) {
      timeMs += random.int(stepMs, 2 * stepMs);
      for (let group = 0; group < 3; group++) {
        const atMs = timeMs + random.int(-1, 2) * random.int(0, 3);
        const some = numbers.filter((number) => number % 3 === group && random.chance(0.97));
        appendGroup(columns, plain, places, Uint32Array.from(some), atMs, () =>
          random.chance(0.05) ? random.pick(BITS) : bitsOf(random.int(0, 5) * round),
        );
      }
      if (!random.chance(0.1)) continue;
      const place = places[random.pick(numbers)] - 1;
      columns.seal(place, Number.POSITIVE_INFINITY);
      plain.seal(place);
    }
    for (const number of numbers) {
      const place = places[number] - 1;
      const { chunks, open } = plain.of(place);
      const newest = columns.newestChunk(place);
      const sealed = windowsOf(chunks).flatMap((windowMs) => columns.chunksOf(newest, windowMs).map(samplesOf));
      expect(sealed, `seed ${seed}, place ${place}`).toEqual(chunks);
      const read = new ColumnBuffer(8);
      columns.read(place, { fromMs: open[0]?.[0] ?? 1e15, toMs: 1e15 }, read);
      expect(samplesIn(read), `seed ${seed}, place ${place}`).toEqual(open);
    }
    expect(memory.bytes).toBeGreaterThan(0);
  }
});

function appendGroup(
  columns: HeadColumns,
  plain: PlainColumns,
  places: Uint32Array,
  numbers: Uint32Array,
  timeMs: number,
  nextBits: () => bigint,
): void {
  const bits = BigUint64Array.from(numbers, nextBits);
  const count = columns.take(places, numbers, new Float64Array(bits.buffer), 0);
  expect(count).toBe(numbers.length);
  for (let i = 0; i < count; i++) {
    const next = columns.appendNext(i, count, timeMs, windowOf(timeMs));
    let isNext = true;
    for (; i < next; i++) isNext &&= plain.next(places[numbers[i]] - 1, timeMs, bits[i]);
    expect(isNext).toBe(true);
    // What is not the next one is left out: src/head/head-columns.test.ts has it.
    if (i < count) expect(plain.next(places[numbers[i]] - 1, timeMs, bits[i])).toBe(false);
  }
}

function samplesOf(chunk: Parameters<typeof decodeChunk>[0]): PlainSample[] {
  return samplesIn(decodeChunk(chunk));
}

function samplesIn({ times, words, length }: Pick<ReturnType<typeof decodeChunk>, 'times' | 'words' | 'length'>): PlainSample[] {
  return Array.from({ length }, (_, i) => [times[i], (BigInt(words[2 * i + 1]) << 32n) | BigInt(words[2 * i])] as const);
}

function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0];
}

test('a page that is full is followed by another one, and one that is let go of is not written to', () => {
  const memory = new HeadMemory();
  const columns = new HeadColumns(memory);
  const random = prng(7);
  columns.enter(0);
  let timeMs = START_MS;
  for (let round = 0; round < 3; round++) {
    const from = timeMs;
    for (let i = 0; i < 20_000; i++) {
      timeMs += 15;
      const words = Uint32Array.of(random.bits(), random.bits() & 0x3fffffff);
      columns.take(Uint32Array.of(1), Uint32Array.of(0), new Float64Array(words.buffer), 0);
      if (columns.appendNext(0, 1, timeMs, windowOf(timeMs)) !== 1) throw new Error(`sample ${i} is not the next one`);
    }
    columns.seal(0, Number.POSITIVE_INFINITY);
    expect(memory.chunks.bytes).toBe(3 * 2 ** 16);
    const newest = columns.newestChunk(0);
    expect(columns.drop(0, newest, windowOf(from))).toBe(20_000);
    expect([columns.isEmpty(0), memory.bytes]).toEqual([true, 0]);
    timeMs = windowOf(timeMs) + WINDOW_MS;
  }
});
