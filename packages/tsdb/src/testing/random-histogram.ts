import type { Prng } from '@tidemark/base';
import { bucketsOf, type CounterHint, CUSTOM_SCHEMA, type NativeHistogram } from '../model/native-histogram.ts';

/** A native histogram of any nature: empty, of integers or not, negative values, custom bounds, far apart buckets, sums that are no numbers. */
export function randomHistogram(random: Prng): NativeHistogram {
  const isCustom = random.chance(0.25);
  const areIntegers = random.chance(0.7);
  const hint = random.pick<CounterHint>(['unknown', 'unknown', 'unknown', 'reset', 'not_reset', 'gauge']);
  const bounds = isCustom ? randomBounds(random) : [];
  const count = () => (areIntegers ? random.int(1, random.pick([3, 300, 1e6, 2 ** 40])) : random.next() * 100);
  const positive = bucketsOf(isCustom ? someOf(random, 0, bounds.length + 1, count) : randomRun(random, count));
  const negative = bucketsOf(isCustom || random.chance(0.6) ? [] : randomRun(random, count));
  const zeroCount = isCustom || random.chance(0.3) ? 0 : count();
  const buckets = [...positive.values(), ...negative.values()].reduce((sum, each) => sum + each, zeroCount);
  return {
    schema: isCustom ? CUSTOM_SCHEMA : random.int(-4, 9),
    bounds,
    zeroThreshold: isCustom ? 0 : random.pick([0, 2 ** -128, 0.001, random.next()]),
    zeroCount,
    count: buckets,
    sum: random.pick([0, -0, 1.5, random.next() * 1e6, random.int(0, 1e9), Number.NaN, Number.POSITIVE_INFINITY]),
    positive,
    negative,
    hint,
  };
}

function randomBounds(random: Prng): number[] {
  const bounds: number[] = [];
  for (let i = random.int(0, 20), bound = random.int(-5, 5); i > 0; i--) {
    bound += random.next() + 0.001;
    bounds.push(bound);
  }
  return bounds;
}

/** Some spans, and holes between and in them. */
function randomRun(random: Prng, count: () => number): [number, number][] {
  const entries: [number, number][] = [];
  let index = random.int(-500, 500);
  for (let spans = random.int(0, 4); spans > 0; spans--) {
    entries.push(...someOf(random, index, index + random.int(1, 15), count));
    index += 15 + random.int(0, random.pick([3, 100]));
  }
  return entries;
}

function someOf(random: Prng, from: number, to: number, count: () => number): [number, number][] {
  const all = Array.from({ length: to - from }, (_, i): [number, number] => [from + i, count()]);
  return all.filter(() => random.chance(0.8));
}
