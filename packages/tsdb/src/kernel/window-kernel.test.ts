import { type Prng, prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { randomValues } from '../testing/random-columns.ts';
import { codecKernel } from './codec-kernel.ts';
import { packedBetween } from './packed-values.ts';
import { DECODED_AT, RUN_AT } from './shared-memory.ts';
import { type WindowAnswers, windowKernel } from './window-kernel.ts';
import { newWindowPlan, type WindowPlan } from './window-plan.ts';

const ANSWERS: readonly WindowAnswers[] = ['counter growth', 'sum', 'mean', 'min', 'max', 'variance', 'changes', 'resets', 'count', 'last'];

test('values that the codec has decoded are looked through where they are, as a copy of them is', () => {
  const kernel = windowKernel();
  let withNaN = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = prng(seed);
    const values = randomValues(random);
    const at = random.int(0, 9);
    codecKernel().values.set(values, at);
    const inPlace = codecKernel().values.subarray(at, at + values.length);
    const hasNaN = values.includes(Number.NaN);
    expect([kernel.hasNaN(inPlace), kernel.hasNaN(values)], `seed ${seed}`).toEqual([hasNaN, hasNaN]);
    withNaN += Number(hasNaN);
    const plan = planOf(values.length, random.int(2, 30));
    for (const what of ANSWERS) {
      const [here, copied] = [inPlace, values].map((column) => {
        const areFinite = kernel.answer(what, plan, column);
        return { areFinite, answers: kernel.answers.slice() };
      });
      expect(here, `seed ${seed}, ${what}`).toEqual(copied);
      expect(here.areFinite, `seed ${seed}, ${what}`).toBe(here.answers.every(Number.isFinite));
    }
  }
  expect(withNaN).toBeGreaterThan(10);
});

test('growth of counters whose resets are known is that of those that are looked through, packed or not, from any position on', () => {
  const kernel = windowKernel();
  const packedTo = RUN_AT + 8 * DECODED_AT;
  const widths = new Map<number, number>();
  let withResets = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const random = prng(seed);
    const values = random.chance(0.3) ? randomValues(random) : randomCounter(random);
    const positions = kernel.resetsOf(values, values.length);
    const falls = Array.from(values.keys()).filter((i) => values[i] < values[i - 1]);
    expect([...(positions ?? [])], `seed ${seed}`).toEqual(falls);
    if (falls.length > 0) expect(kernel.resetsOf(values, falls.length - 1), `seed ${seed}`).toBeNull();
    if (positions === null || values.includes(Number.NaN)) continue;
    withResets += Number(falls.length > 0);
    const first = random.int(0, values.length - 1);
    const rest = values.subarray(first);
    const plan = planOf(rest.length, random.int(1, 30), random.pick([0.5, 1e-3, 1e6]));
    const areFinite = kernel.answer('counter growth', plan, rest);
    const looked = kernel.answers.slice();
    expect(kernel.counterGrowth(plan, rest, { positions, first }), `seed ${seed}`).toBe(areFinite);
    expect(kernel.answers, `seed ${seed}`).toEqual(looked);
    const packed = kernel.pack(values, packedTo);
    widths.set(packed?.width ?? 8, (widths.get(packed?.width ?? 8) ?? 0) + 1);
    if (packed === null) continue;
    expect(kernel.counterGrowth(plan, packedBetween(packed, first, values.length), { positions, first }), `seed ${seed}`).toBe(areFinite);
    expect(kernel.answers, `seed ${seed}`).toEqual(looked);
    const unpacked = codecKernel().run.subarray(0, values.length);
    kernel.unpack(packed, unpacked);
    expect(bitsOf(unpacked), `seed ${seed}`).toEqual(bitsOf(values));
  }
  expect(withResets).toBeGreaterThan(100);
  for (const width of [2, 4, 8]) expect(widths.get(width), `${width} bytes`).toBeGreaterThan(40);
});

/** Many of them whole, hundredths or thousandths, and near zero. */
function randomCounter(random: Prng): Float64Array {
  const unit = random.pick([1, 100, 1000, 7]);
  const most = random.pick([3, 1_000, 1e6]);
  const resets = random.pick([0, 0.02]);
  let value = random.pick([0, 5, 2 ** 40, -3]);
  return Float64Array.from({ length: random.int(1, 300) }, () => {
    value = random.chance(resets) ? random.int(0, 3) : value + random.int(0, most);
    return random.chance(0.001) ? random.pick([-0, Number.POSITIVE_INFINITY, 5e-324, 2 ** 53]) : value / unit;
  });
}

function bitsOf(values: Float64Array): BigUint64Array {
  return new BigUint64Array(values.slice().buffer);
}

/** Windows of `length` samples at most, one for each sample. */
function planOf(samples: number, length: number, toStart = 0.5): WindowPlan {
  const plan = newWindowPlan(samples);
  for (let i = 0; i < samples; i++) {
    plan.to[i] = i + 1;
    plan.from[i] = Math.max(0, i + 1 - length);
  }
  for (const [name, value] of GROWTH) plan[name].fill(value);
  plan.toStart.fill(toStart);
  return plan;
}

const GROWTH = [
  ['sampled', 3],
  ['toEnd', 0.25],
  ['per', 4],
  ['factor', 0.3125],
] as const;
