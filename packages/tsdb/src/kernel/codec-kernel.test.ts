import { type Prng, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { decodeTimes, encodeTimes } from '../codec/adaptive/times.ts';
import { decodeRoot, decodeValues, encodeValues, encodeValuesBeside } from '../codec/adaptive/values.ts';
import { randomTimes, randomValues } from '../testing/random-columns.ts';
import { CodecKernel } from './codec-kernel.ts';

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

test('what is told against a root is the same bytes in kernel and plain codec, and comes back bit for bit', () => {
  let told = 0;
  for (let seed = 1; seed <= 800; seed++) {
    const random = prng(seed);
    const length = random.pick([2, 33, 127, 128, 129, 300]);
    const root = randomValues(random, length);
    const values = randomValues(random, length);
    const sign = random.pick([10, -10]);
    if (random.chance(0.5)) for (let i = 0; i < length; i++) values[i] = root[i] * sign + random.int(0, 2);
    kernel.values.set(root);
    const rootBytes = kernel.encodeValues(length, random.chance(0.7)).slice();
    let steps: bigint[];
    try {
      kernel.useRoot(rootBytes, rootBytes, 0, rootBytes.length, length);
      steps = decodeRoot(rootBytes, length);
    } catch (error) {
      // Not of decimals: both say so.
      expect(error).toBeInstanceOf(RangeError);
      expect(() => decodeRoot(rootBytes, length), `seed ${seed}`).toThrow(RangeError);
      continue;
    }
    const plain = encodeValuesBeside(values, steps);
    kernel.values.set(values);
    const encoded = kernel.encodeValuesBeside(length)?.slice() ?? null;
    expect(hex(encoded), `seed ${seed}`).toBe(hex(plain));
    if (plain === null || encoded === null) continue;
    expect(bits(decodeValues(plain, length, steps)), `seed ${seed}`).toBe(bits(values));
    kernel.decodeValues(encoded, 0, encoded.length, length);
    expect(bits(kernel.values.subarray(0, length)), `seed ${seed}`).toBe(bits(values));
    // Without its root it is damaged.
    kernel.values.set(root.subarray(1));
    const shorter = kernel.encodeValues(length - 1).slice();
    try {
      kernel.useRoot(shorter, shorter, 0, shorter.length, length - 1);
    } catch {}
    expect(() => kernel.decodeValues(encoded, 0, encoded.length, length)).toThrow(RangeError);
    expect(() => decodeValues(plain, length)).toThrow(RangeError);
    told++;
  }
  expect(told).toBeGreaterThan(100);
});

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
  kernel.useRoot(root, root, 0, root.length, values.length);
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
        kernel.useRoot({}, root, 0, root.length, values.length);
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
  kernel.useRoot(root, root, 0, root.length, values.length);
  kernel.values.set(values.map((value) => value + 1));
  return kernel.encodeValuesBeside(values.length)?.slice() ?? root.slice();
}

function damage(bytes: Uint8Array, random: Prng): Uint8Array {
  for (let flips = random.int(1, 4); flips > 0 && bytes.length > 0; flips--) bytes[random.int(0, bytes.length)] ^= 1 << random.int(0, 8);
  return bytes.subarray(0, random.chance(0.2) ? random.int(0, bytes.length) : bytes.length);
}
