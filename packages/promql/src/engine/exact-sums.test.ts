import { type Prng, prng } from '@tidemark/base';
import { newWindowPlan, windowKernel } from '@tidemark/tsdb/kernel';
import { expect, test } from 'vitest';
import { NOTHING, NUMBER } from './columns.ts';
import { ExactSums } from './exact-sums.ts';

const ALL = Uint8Array.of(NUMBER);

function sumsOf(values: readonly number[]): ExactSums {
  const sums = new ExactSums(1);
  for (const value of values) sums.add(Float64Array.of(value), ALL);
  return sums;
}

/** A decimal fraction of all digits, rounded by who parses it. */
function oracle(values: readonly number[]): number {
  const units = values.reduce((sum, value) => sum + unitsOf(value), 0n);
  return Number(`${units * 5n ** 1074n}e-1074`);
}

/** Of 2^-1074. */
function unitsOf(value: number): bigint {
  let scaled = value;
  let shift = 1074n;
  for (; !Number.isInteger(scaled); shift -= 52n) scaled *= 2 ** 52;
  return shift < 0n ? BigInt(scaled) >> -shift : BigInt(scaled) << shift;
}

/** Few exponents, or all there are. */
function randomValues(random: Prng): number[] {
  const spread = random.pick([1, 20, 60, 300, 1000]);
  return Array.from({ length: random.int(1, 40) }, () => {
    const value = (random.next() - 0.5) * 2 ** random.int(-spread, spread);
    return random.int(0, 20) === 0 ? Math.sign(value) * Number.MIN_VALUE * random.int(0, 9) : value;
  });
}

test('a sum is the exact one, rounded once', () => {
  const random = prng(5);
  for (let i = 0; i < 300; i++) {
    const values = randomValues(random);
    if (random.int(0, 1) === 0) values.push(...values.slice(1).map((value) => -value));
    expect(sumsOf(values).totalAt(0), `${values}`).toBe(oracle(values));
  }
});

test('parts give the same bits as the whole, whatever is in which', () => {
  const random = prng(6);
  const special = [Number.MAX_VALUE, -Number.MAX_VALUE, 1e308, -1e308, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  for (let i = 0; i < 500; i++) {
    const values = randomValues(random);
    if (random.int(0, 1) === 0) for (let more = random.int(1, 6); more > 0; more--) values.push(random.pick(special));
    const parts: number[][] = [[], [], []];
    for (const value of values) random.pick(parts).push(value);
    const addends = parts.flatMap((part) =>
      sumsOf(part)
        .addends()
        .map((column) => column[0]),
    );
    expect(sumsOf(addends.reverse()).totalAt(0), `${values}`).toBe(sumsOf(values).totalAt(0));
    expect(sumsOf(addends).meanAt(0, values.length), `${values}`).toBe(sumsOf(values).meanAt(0, values.length));
  }
});

test('what is beyond the finite numbers', () => {
  expect(sumsOf([1, Number.POSITIVE_INFINITY, -1]).totalAt(0)).toBe(Number.POSITIVE_INFINITY);
  expect(sumsOf([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]).totalAt(0)).toBe(Number.NaN);
  expect(sumsOf([1, Number.NaN]).totalAt(0)).toBe(Number.NaN);
  expect(sumsOf([1e308, 1e308]).totalAt(0)).toBe(Number.POSITIVE_INFINITY);
  expect(sumsOf([1e308, 1e308]).meanAt(0, 2)).toBe(1e308);
  expect(sumsOf([1e308, 1e308, -1e308]).totalAt(0)).toBe(1e308);
  expect(sumsOf([-0, -0]).totalAt(0)).toBe(0);
});

test('the kernel adds to the same bits, and leaves to the plain form what it must', () => {
  const special = [0, -0, 2 ** 1020, -(2 ** 1020), 1e308, Number.MIN_VALUE, Number.POSITIVE_INFINITY, Number.NaN];
  for (let seed = 1; seed <= 200; seed++) {
    const random = prng(seed);
    const count = random.int(8, 40);
    const inKernel = new ExactSums(count, true);
    const plain = new ExactSums(count);
    const others = random.chance(0.5) ? new ExactSums(count, true) : null;
    const positions = Uint32Array.from({ length: count }, (_, i) => i);
    const plan = newWindowPlan(count);
    plan.from.set(positions);
    plan.to.set(positions.map((i) => i + 1));
    const patterns = Array.from({ length: 3 }, () => Uint8Array.from(positions, () => (random.chance(0.8) ? NUMBER : NOTHING)));
    for (let series = random.int(1, 30); series > 0; series--) {
      const spread = random.pick([1, 60, 1000]);
      const given = Float64Array.from(positions, () =>
        random.chance(0.02) ? random.pick(special) : (random.next() - 0.5) * 2 ** random.int(-spread, spread),
      );
      const pattern = random.pick(patterns);
      windowKernel().answer('last', plan, given);
      inKernel.add(windowKernel().answers, pattern);
      others?.add(windowKernel().answers, patterns[0]);
      plain.add(given, pattern);
    }
    for (let i = 0; i < count; i++) expect(inKernel.totalAt(i), `seed ${seed}, ${i}`).toBe(plain.totalAt(i));
    expect(inKernel.addends(), `seed ${seed}`).toEqual(plain.addends());
    inKernel.release();
    if (random.chance(0.7)) others?.release();
  }
});
