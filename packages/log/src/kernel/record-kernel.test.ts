import { ByteReader, ByteWriter, type Prng, prng } from '@tidemark/base';
import { TIME_MS_MAX, writeStaleAt } from '@tidemark/tsdb/model';
import { expect, test } from 'vitest';
import { readGroups } from '../record/read-groups.ts';
import { type GroupColumns, writeGroups } from '../record/write-groups.ts';
import { RecordKernel } from './record-kernel.ts';

const NOW = 1_700_000_000_000;
const kernel = new RecordKernel();

/** Where the ways to pack a value begin and end. */
const SPECIAL = [0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-320, 5e-324, 0.1, -1, -3.5, 1e300].concat(
  [8, 16, 24, 31, 32, 33, 40, 48, 52, 53, 63, 64].flatMap((bits) => [2 ** bits - 1, 2 ** bits, 2 ** bits + 1, 2 ** bits + 0.5]),
);

function randomColumns(random: Prng, count: number): GroupColumns {
  const words = Uint32Array.from({ length: count * 2 }, () => random.bits() & random.pick([0, 0xff, 0xffff0000, 0xffffffff]));
  const values = new Float64Array(words.buffer);
  const times = [NOW, NOW + 1, NOW - 5000, -1, 0, -0, TIME_MS_MAX, -TIME_MS_MAX].slice(0, random.int(1, 9));
  const timesMs = Float64Array.from({ length: count }, (_, i) => (random.chance(0.3) ? random.pick(times) : times[i % times.length]));
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    numbers[i] = random.chance(0.8) && i > 0 ? numbers[i - 1] + 1 : random.int(0, random.pick([2, 300, 2 ** 31]));
    if (random.chance(0.3)) values[i] = random.pick(SPECIAL);
    if (random.chance(0.2)) values[i] = random.int(0, 1000);
    if (random.chance(0.1)) writeStaleAt(values, i);
  }
  return { numbers, timesMs, values };
}

function fill({ numbers, timesMs, values }: GroupColumns): void {
  kernel.numbers.set(numbers);
  kernel.timesMs.set(timesMs);
  kernel.values.set(values);
}

function plainBytes(columns: GroupColumns): Uint8Array {
  const writer = new ByteWriter();
  writeGroups(writer, columns, columns.numbers.length, NOW);
  return writer.finish();
}

/** What the kernel has read, bits included; null when it left the bytes to the plain form. */
function readByKernel(bytes: Uint8Array, announced: number): unknown {
  const count = kernel.decodeGroups(bytes, NOW, announced);
  if (count < 0) return null;
  return Array.from({ length: count }, (_, group) => {
    const [from, to] = [group === 0 ? 0 : kernel.groupEnds[group - 1], kernel.groupEnds[group]];
    return shown(kernel.groupTimesMs[group], kernel.numbers.subarray(from, to), kernel.values.subarray(from, to));
  });
}

function readPlain(bytes: Uint8Array, announced: number): unknown {
  try {
    const reader = new ByteReader(bytes);
    const groups = readGroups(reader, NOW, announced);
    return reader.remaining > 0 ? null : groups.map(({ timeMs, numbers, values }) => shown(timeMs, numbers, values));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

function shown(timeMs: number, numbers: Uint32Array, values: Float64Array) {
  return [timeMs, [...numbers], [...new Uint32Array(values.buffer, values.byteOffset, values.length * 2)]];
}

test('the kernel writes and reads what the plain form does, bit for bit', () => {
  const random = prng(31);
  for (let round = 0; round < 600; round++) {
    const columns = randomColumns(random, random.pick([0, 1, 2, 3, random.int(4, 60), 400]));
    const announced = columns.numbers.reduce((most, number) => Math.max(most, number + 1), 0);
    fill(columns);
    const bytes = kernel.encodeGroups(columns.numbers.length, NOW).slice();
    expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(plainBytes(columns)).toString('hex'));
    expect(readByKernel(bytes, announced)).toEqual(readPlain(bytes, announced));
    if (announced > 0) expect(readByKernel(bytes, announced - 1)).toBeNull();
  }
});

test('whatever is broken is left to the plain form, and nothing else', () => {
  const random = prng(32);
  for (let round = 0; round < 4000; round++) {
    const bytes = plainBytes(randomColumns(random, random.int(0, 12)));
    const announced = random.pick([0, 10, 1000, 2 ** 31]);
    const broken = random.chance(0.3) ? bytes.slice(0, random.int(0, bytes.length)) : bytes;
    for (let hit = random.int(0, 3); hit > 0 && broken.length > 0; hit--) broken[random.int(0, broken.length)] = random.bits();
    expect(readByKernel(broken, announced)).toEqual(readPlain(broken, announced));
  }
});

test('many times, in no order', () => {
  const random = prng(33);
  const count = 5000;
  const columns = {
    numbers: Uint32Array.from({ length: count }, () => random.int(0, 100)),
    timesMs: Float64Array.from({ length: count }, () => NOW + random.int(0, 3000)),
    values: Float64Array.from({ length: count }, () => random.next()),
  };
  fill(columns);
  expect(Buffer.compare(kernel.encodeGroups(count, NOW), plainBytes(columns))).toBe(0);
});
