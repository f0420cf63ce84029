import { prng } from '@tidemark/base';
import { expect, test } from 'vitest';
import { randomValues } from '../testing/random-columns.ts';
import { codecKernel } from './codec-kernel.ts';
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

test('values fall where the plain comparison says so, and growth of others may go without looking', () => {
  const kernel = windowKernel();
  let falling = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = prng(seed);
    const given = randomValues(random);
    const values = random.pick([given, given.toSorted(), given.map(() => given[0])]);
    const neverFalls = values.every((value, i) => i === 0 || !(value < values[i - 1]));
    expect(kernel.neverFalls(values), `seed ${seed}`).toBe(neverFalls);
    falling += Number(!neverFalls);
    if (!neverFalls || values.includes(Number.NaN)) continue;
    const plan = planOf(values.length, random.int(2, 30));
    const [looked, told] = [false, true].map((isTold) => {
      kernel.answer('counter growth', plan, values, isTold);
      return kernel.answers.slice();
    });
    expect(told, `seed ${seed}`).toEqual(looked);
  }
  expect(falling).toBeGreaterThan(20);
  expect(falling).toBeLessThan(180);
});

/** Windows of `length` samples at most, one for each sample. */
function planOf(samples: number, length: number): WindowPlan {
  const plan = newWindowPlan(samples);
  for (let i = 0; i < samples; i++) {
    plan.to[i] = i + 1;
    plan.from[i] = Math.max(0, i + 1 - length);
  }
  for (const [name, value] of GROWTH) plan[name].fill(value);
  return plan;
}

const GROWTH = [
  ['sampled', 3],
  ['toStart', 0.5],
  ['toEnd', 0.25],
  ['per', 4],
  ['factor', 0.3125],
] as const;
