import { type Prng, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { decodeTimes, encodeTimes } from '../codec/adaptive/times.ts';
import { decodeRoot, decodeValues, encodeValues, encodeValuesBeside } from '../codec/adaptive/values.ts';
import { randomTimes, randomValues } from '../testing/random-columns.ts';
import { CodecKernel, type RootValues } from './codec-kernel.ts';

const kernel = new CodecKernel();
const hex = (bytes: Uint8Array | null) => (bytes === null ? 'refused' : Buffer.from(bytes).toString('hex'));
const bits = (values: Float64Array) => [...new BigUint64Array(values.slice().buffer)].map((each) => each.toString(16)).join(' ');

test.each([false, true])('kernel and plain codec write the same bytes, and read them back bit for bit (tokens: %s)', (mayTokens) => {
  for (let seed = 1; seed <= 500; seed++) {
    const values = randomValues(prng(seed));
    const plain = encodeValues(values, mayTokens);
    kernel.values.set(values);
    const encoded = kernel.encodeValues(values.length, mayTokens).slice();
    expect(hex(encoded), `seed ${seed}`).toBe(hex(plain));
    expect(bits(decodeValues(plain, values.length)), `seed ${seed}`).toBe(bits(values));
    kernel.decodeValues(encoded, 0, encoded.length, values.length);
    expect(bits(kernel.values.subarray(0, values.length)), `seed ${seed}`).toBe(bits(values));
  }
});

test('what is told against roots is the same bytes in kernel and plain codec, and comes back bit for bit', () => {
  const told = {
    'decimals beside one': 0,
    opposed: 0,
    gated: 0,
    apart: 0,
    'near decimals': 0,
    sums: 0,
    'beside one that is beside another': 0,
  };
  for (let seed = 1; seed <= 1000; seed++) {
    const random = prng(seed);
    const length = random.pick([2, 33, 127, 128, 129, 300]);
    let above = randomValues(random, length);
    kernel.values.set(above);
    let root = rootOf(kernel.encodeValues(length, random.chance(0.7)), null);
    let steps = agreedSteps(root, length);
    for (let depth = 1; depth <= 3 && steps !== null; depth++) {
      const values = likeThat(above, random);
      const plain = encodeValuesBeside(values, steps);
      kernel.values.set(values);
      const encoded = kernel.encodeValuesBeside(length)?.slice() ?? null;
      expect(hex(encoded), `seed ${seed}`).toBe(hex(plain));
      if (encoded === null) break;
      expect(bits(decodeValues(encoded, length, steps)), `seed ${seed}`).toBe(bits(values));
      kernel.decodeValues(encoded, 0, encoded.length, length);
      expect(bits(kernel.values.subarray(0, length)), `seed ${seed}`).toBe(bits(values));
      expect(() => decodeValues(encoded, length)).toThrow(RangeError);
      const sums = (encoded[0] & 0x7c) === 0x48;
      const near = sums || (encoded[0] & 0x70) === 0x60;
      told[near ? 'near decimals' : 'decimals beside one']++;
      if (sums) told.sums++;
      if (depth > 1) told['beside one that is beside another']++;
      const flags = encoded[0] & 0x80 ? 0 : encoded[1];
      if (flags & 32) told.opposed++;
      if (flags & 64) told.gated++;
      if (flags & 128 && !near) told.apart++;
      above = values;
      root = rootOf(encoded, root);
      steps = agreedSteps(root, length, steps);
    }
  }
  for (const [what, times] of Object.entries(told)) expect(times, what).toBeGreaterThan(10);
});

test('without the root that they were told against values are damaged', () => {
  const rising = Float64Array.from({ length: 100 }, (_, i) => i * i);
  kernel.values.set(rising);
  const root = rootOf(kernel.encodeValues(100), null);
  kernel.values.set(rising.subarray(1));
  const shorter = rootOf(kernel.encodeValues(99), null);
  kernel.useRoot(root, 100);
  kernel.values.set(rising.map((value) => 3 + value * 7));
  const beside = kernel.encodeValuesBeside(100)?.slice() as Uint8Array;
  kernel.useRoot(shorter, 99);
  expect(() => kernel.decodeValues(beside, 0, beside.length, 100)).toThrow(RangeError);
  expect(() => kernel.useRoot(rootOf(beside, null), 100)).toThrow(RangeError);
  expect(() => kernel.useRoot(rootOf(beside, shorter), 100)).toThrow(RangeError);
});

test('more roots than the kernel has places for are read again, and never in the place of their own', () => {
  const values = (k: number) => Float64Array.from({ length: 50 }, (_, i) => i * i * (1 + (k % 3)) + ((i * k) % 5));
  const roots: RootValues[] = [];
  for (let k = 0; k < 200; k++) {
    kernel.values.set(values(k));
    const told = k % 2 === 1;
    if (told) kernel.useRoot(roots[k - 1], 50);
    const encoded = told ? kernel.encodeValuesBeside(50) : kernel.encodeValues(50, true);
    roots.push(rootOf(encoded as Uint8Array, told ? roots[k - 1] : null));
  }
  for (let round = 0; round < 500; round++) {
    const random = prng(round);
    const root = random.pick(roots);
    kernel.useRoot(root, 50);
    const leaf = values(random.int(0, 300));
    kernel.values.set(leaf);
    const encoded = kernel.encodeValuesBeside(50)?.slice() as Uint8Array;
    kernel.useRoot(random.pick(roots), 50);
    kernel.useRoot(root, 50);
    kernel.decodeValues(encoded, 0, encoded.length, 50);
    expect(bits(kernel.values.subarray(0, 50))).toBe(bits(leaf));
  }
});

/** What may be told against the values: along, opposed, resting with them, or none of it; decimals or sums of these. */
function likeThat(values: Float64Array, random: Prng): Float64Array {
  const sum = Math.sqrt(random.int(2, 50));
  const kind = random.pick(['along', 'opposed', 'resting', 'sums', 'other']);
  if (kind === 'other') return randomValues(random, values.length);
  let level = random.int(0, 1000);
  return values.map((value, i) => {
    if (kind === 'along' || kind === 'opposed') return value * (kind === 'along' ? 10 : -10) + (random.chance(0.1) ? random.int(0, 3) : 0);
    if (i > 0 && value !== values[i - 1]) level += kind === 'sums' ? (sum * random.int(1, 1e6)) / 1e9 : random.int(0, 1000);
    return kind === 'sums' ? level : Math.round(level);
  });
}

function rootOf(bytes: Uint8Array, root: RootValues | null): RootValues {
  return { bytes: bytes.slice(), from: 0, to: bytes.length, root };
}

/** The steps of a root that the kernel uses from now on; null when it is none of decimals: both say so. */
function agreedSteps(root: RootValues, length: number, base?: readonly bigint[]): bigint[] | null {
  try {
    kernel.useRoot(root, length);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    expect(() => decodeRoot(root.bytes, length, base)).toThrow(RangeError);
    return null;
  }
  return decodeRoot(root.bytes, length, base);
}

test('long chunks whose numbers are steeply distributed have the same codes', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = prng(seed);
    const values = new Float64Array(random.pick([1023, 1024, 4095, 4096]));
    for (let i = 1; i < values.length; i++) {
      let size = 0;
      while (random.chance(seed % 2 === 0 ? 0.5 : 0.62) && size < 40) size++;
      values[i] = values[i - 1] + (random.chance(0.5) ? -1 : 1) * Math.floor(2 ** size * (1 + random.next()));
    }
    const plain = encodeValues(values, true);
    kernel.values.set(values);
    const encoded = kernel.encodeValues(values.length, true).slice();
    expect(hex(encoded), `seed ${seed}`).toBe(hex(plain));
    kernel.decodeValues(encoded, 0, encoded.length, values.length);
    expect(bits(kernel.values.subarray(0, values.length)), `seed ${seed}`).toBe(bits(values));
  }
});

test('numbers of too many classes are no tokens', () => {
  const values = [0];
  for (let run = 0; run < 4; run++) {
    for (let size = 1; size < 2 ** 48; size *= 2) {
      for (const change of [size, -size, size * 1.5, -size * 1.5]) {
        for (let i = 0; i < run; i++) values.push(values[values.length - 1]);
        values.push(values[values.length - 1] + Math.ceil(change));
      }
    }
  }
  const columns = Float64Array.from(values);
  const flat = new Float64Array(values.length).fill(1);
  flat[0] = 0;
  kernel.values.set(flat);
  const root = kernel.encodeValues(values.length, true).slice();
  kernel.useRoot(rootOf(root, null), values.length);
  kernel.values.set(columns);
  expect(kernel.encodeValuesBeside(values.length)).toBeNull();
  expect(encodeValuesBeside(columns, decodeRoot(root, values.length))).toBeNull();
  const encoded = kernel.encodeValues(values.length, true).slice();
  expect(hex(encoded)).toBe(hex(encodeValues(columns, true)));
  kernel.decodeValues(encoded, 0, encoded.length, values.length);
  expect(bits(kernel.values.subarray(0, values.length))).toBe(bits(columns));
});

test('kernel and plain codec agree on times, and refuse the same ones', () => {
  let refused = 0;
  for (let seed = 1; seed <= 500; seed++) {
    const times = randomTimes(prng(seed));
    const mayTokens = seed % 2 === 0;
    const { length } = times;
    const plain = encodeTimes(times, mayTokens);
    kernel.times.set(times);
    const encoded = kernel.encodeTimes(length, mayTokens)?.slice() ?? null;
    expect(hex(encoded), `seed ${seed}`).toBe(hex(plain));
    if (encoded === null) {
      refused++;
      continue;
    }
    expect([...decodeTimes(encoded, length, times[0], times[length - 1])], `seed ${seed}`).toEqual([...times]);
    kernel.decodeTimes(encoded, 0, encoded.length, length, times[0], times[length - 1]);
    expect([...kernel.times.subarray(0, length)], `seed ${seed}`).toEqual([...times]);
  }
  expect(refused).toBeGreaterThan(20);
});

test('times that repeat, fall, or are no safe integers are refused', () => {
  for (const times of [[1, 1], [2, 1], [1, 3, 2, 4], [0.5, 1], [0, Number.NaN, 2], [0, 2 ** 53], [Number.NaN], [-(2 ** 50), 2 ** 50]]) {
    kernel.times.set(times);
    expect([kernel.encodeTimes(times.length), encodeTimes(Float64Array.from(times))], String(times)).toEqual([null, null]);
  }
});

test('damaged bytes are refused with a RangeError, or read as other values', () => {
  let refused = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const random = prng(seed);
    const values = randomValues(random);
    kernel.values.set(values);
    const encoded = damage(kernel.encodeValues(values.length, random.chance(0.5)).slice(), random);
    const alike = Float64Array.from(values, (_, i) => i * 7 + random.int(0, 3));
    kernel.values.set(alike);
    const whole = kernel.encodeValues(values.length, true).slice();
    const root = random.chance(0.5) ? whole : damage(whole.slice(), random);
    const beside = damage(encodeBeside(alike, whole), random);
    const times = randomTimes(random);
    kernel.times.set(times);
    const encodedTimes = kernel.encodeTimes(times.length)?.slice();
    for (const read of [
      () => kernel.decodeValues(encoded, 0, encoded.length, values.length),
      () => decodeValues(encoded, values.length),
      () => {
        kernel.useRoot(rootOf(root, null), values.length);
        kernel.decodeValues(beside, 0, beside.length, values.length);
      },
      () => decodeValues(beside, values.length, decodeRoot(root, values.length)),
      () => {
        if (encodedTimes === undefined) return;
        damage(encodedTimes, random);
        kernel.decodeTimes(encodedTimes, 0, encodedTimes.length, times.length, times[0], times[times.length - 1]);
        for (let i = 1; i < times.length; i++) expect(kernel.times[i]).toBeGreaterThan(kernel.times[i - 1]);
      },
    ]) {
      try {
        read();
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(RangeError);
        refused++;
      }
    }
  }
  expect(refused).toBeGreaterThan(500);
});

/** What is not of decimals stands alone. */
function encodeBeside(values: Float64Array, root: Uint8Array): Uint8Array {
  if ((root[0] & 0x7f) !== 2) return root.slice();
  kernel.useRoot(rootOf(root, null), values.length);
  kernel.values.set(values.map((value) => value + 1));
  return kernel.encodeValuesBeside(values.length)?.slice() ?? root.slice();
}

function damage(bytes: Uint8Array, random: Prng): Uint8Array {
  for (let flips = random.int(1, 4); flips > 0 && bytes.length > 0; flips--) bytes[random.int(0, bytes.length)] ^= 1 << random.int(0, 8);
  return bytes.subarray(0, random.chance(0.2) ? random.int(0, bytes.length) : bytes.length);
}
