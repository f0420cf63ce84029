import { type Prng, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { isStaleAt, writeStaleAt } from '../model/sample.ts';
import { formatExamples, fromHex } from '../testing/format-examples.ts';
import { ColumnBuffer } from './columns.ts';
import { decodeGorilla, GorillaCursor, GorillaEncoder } from './gorilla.ts';

test('the examples of the format document are read and written as they stand there', () => {
  const examples = formatExamples('gorilla.md');
  expect(examples.length).toBeGreaterThanOrEqual(3);
  for (const [hex, ...samples] of examples) {
    const decoded = new ColumnBuffer();
    decodeGorilla(decoded, fromHex(hex));
    expect(lines(decoded)).toEqual(samples);
    expect(Buffer.from(encode(decoded)).toString('hex')).toBe(hex.replaceAll(' ', ''));
  }
});

test('columns come back bit for bit, by columns and by cursor', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = prng(seed);
    const raw = randomColumns(random);
    const chunk = encode(raw).slice();
    const decoded = new ColumnBuffer(1);
    decodeGorilla(decoded, chunk);
    expect(lines(decoded), `seed ${seed}`).toEqual(lines(raw));

    const cursor = new GorillaCursor(chunk);
    const walked: unknown[] = [];
    while (cursor.next()) walked.push([cursor.t, cursor.v, cursor.stale]);
    expect(walked, `seed ${seed}`).toEqual(
      Array.from({ length: raw.length }, (_, i) => [raw.times[i], raw.values[i], isStaleAt(raw.values, i)]),
    );
    expect(cursor.next()).toBe(false);

    const target = raw.times[random.int(0, raw.length)] + random.int(-1, 2);
    const sought = new GorillaCursor(chunk);
    const found = raw.times.subarray(0, raw.length).find((time) => time >= target);
    expect(sought.seek(target), `seed ${seed}`).toBe(found !== undefined);
    if (found !== undefined) expect([sought.t, sought.seek(target), sought.t], `seed ${seed}`).toEqual([found, true, found]);
  }
});

test('a chunk may be finished and go on', () => {
  const encoder = new GorillaEncoder();
  const raw = randomColumns(prng(3), 200);
  for (let i = 0; i < raw.length; i++) {
    encoder.append(raw.times[i], raw.words[2 * i + 1], raw.words[2 * i]);
    const decoded = new ColumnBuffer();
    decodeGorilla(decoded, encoder.finish());
    expect(decoded.length).toBe(i + 1);
  }
});

test('damaged bytes are refused with a RangeError or read as other samples that rise', () => {
  const random = prng(5);
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const chunk = encode(randomColumns(random, random.int(1, 30))).slice();
    for (let flips = random.int(1, 4); flips > 0; flips--) chunk[random.int(0, chunk.length)] ^= 1 << random.int(0, 8);
    const cut = chunk.subarray(0, random.chance(0.2) ? random.int(0, chunk.length) : chunk.length);
    const decoded = new ColumnBuffer();
    try {
      decodeGorilla(decoded, cut);
      for (let i = 1; i < decoded.length; i++) expect(decoded.times[i]).toBeGreaterThan(decoded.times[i - 1]);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1000);
});

function encode(columns: ColumnBuffer): Uint8Array {
  const encoder = new GorillaEncoder();
  for (let i = 0; i < columns.length; i++) encoder.append(columns.times[i], columns.words[2 * i + 1], columns.words[2 * i]);
  return encoder.finish();
}

function lines(columns: ColumnBuffer): string[] {
  const hex = (word: number) => word.toString(16).padStart(8, '0');
  return Array.from(
    { length: columns.length },
    (_, i) => `${columns.times[i]} ${hex(columns.words[2 * i + 1])}${hex(columns.words[2 * i])}`,
  );
}

const SPECIAL = [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, 2 ** 53, -(2 ** 53)];

function randomColumns(random: Prng, length = random.int(1, 300)): ColumnBuffer {
  const columns = new ColumnBuffer(length);
  const step = random.pick([1, 1000, 15_000, 60_000, 86_400_000]);
  const jitter = random.pick([0, 3, 9000, 70_000, 1e9]);
  const kind = random.pick(['counter', 'gauge', 'constant', 'special', 'bits']);
  let time = random.chance(0.1) ? -Number.MAX_SAFE_INTEGER : random.int(-1e12, 2e12);
  const value = new Float64Array(1);
  const words = new Uint32Array(value.buffer);
  for (let i = 0; i < length; i++) {
    if (kind === 'counter') value[0] = random.chance(0.02) ? 0 : value[0] + random.int(0, 1000) / random.pick([1, 8, 10]);
    else if (kind === 'gauge') value[0] = random.next() * 2 ** random.int(-40, 40);
    else if (kind === 'special') value[0] = random.pick(SPECIAL);
    else if (kind === 'bits') words.set([random.bits(), random.bits()]);
    if (random.chance(0.02)) writeStaleAt(value, 0);
    columns.push(time, words[1], words[0]);
    if (Number.isNaN(value[0])) value[0] = 0;
    time += Math.max(1, step + random.int(-jitter, jitter + 1));
    if (random.chance(0.01)) time += random.pick([1e9, 1e12, 4e15]);
    if (!Number.isSafeInteger(time)) break;
  }
  return columns;
}
