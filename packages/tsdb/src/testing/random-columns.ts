import type { Prng } from '@tidemark/base';
import { writeStaleAt } from '../model/sample.ts';

const SPECIAL = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE];
const LARGE = [2 ** 51, 2 ** 51 + 1, 2 ** 52 + 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 51), -(2 ** 53)];
const KINDS = ['counter', 'scaled', 'gauge', 'decimal', 'sum', 'constant', 'special', 'large', 'bits', 'spikes', 'recurring'] as const;

/** Values of one series, of any nature and length: counters with resets, decimals, sums of them, bits, and what is rare among them. */
export function randomValues(random: Prng, length = randomLength(random)): Float64Array {
  const kind = random.pick(KINDS);
  const values = new Float64Array(length);
  const words = new Uint32Array(values.buffer);
  const unit = random.pick([1, 10, 1000, 1e6, 1e9]);
  const step = 2 ** random.int(0, 40);
  const factor = random.pick([1, 3, 512, 4096, 1e6]);
  const recurring = Array.from({ length: random.pick([3, 20, 90]) }, () => random.next());
  let value = random.chance(0.5) ? random.int(0, 1e9) : 0;
  for (let i = 0; i < length; i++) {
    if (kind === 'counter') value = random.chance(0.01) ? 0 : value + random.int(0, step);
    else if (kind === 'scaled') value += random.int(-2, 20) * factor;
    else if (kind === 'gauge') value = random.next() * 2 ** random.int(-40, 40);
    else if (kind === 'decimal') value = random.int(-1e6, 1e9) / unit;
    else if (kind === 'sum') value += random.int(0, 1e6) / unit;
    else if (kind === 'special') value = random.pick(SPECIAL);
    else if (kind === 'large') value = random.pick(LARGE) + random.int(-2, 3);
    else if (kind === 'spikes') value = random.chance(0.03) ? random.int(0, 2 ** 50) : random.int(0, 7);
    else if (kind === 'recurring') value = random.chance(0.8) ? random.pick(recurring) : random.next();
    values[i] = value;
    if (kind === 'bits') words.set([random.bits(), random.bits()], 2 * i);
  }
  const rare = random.pick([0, 0, 0.02, 0.2]);
  for (let i = 0; i < length; i++) {
    if (!random.chance(rare)) continue;
    const what = random.int(0, 3);
    if (what === 0) writeStaleAt(values, i);
    else if (what === 1) values[i] = random.pick(SPECIAL);
    else words.set([random.bits(), 0x7ff00000 | random.bits()], 2 * i);
  }
  return values;
}

/** Times of one series: mostly a scrape's with its jitter; sometimes with gaps, extreme, or not in order. */
export function randomTimes(random: Prng, length = randomLength(random)): Float64Array {
  const step = random.pick([1, 1000, 15_000, 60_000, 86_400_000]);
  const jitter = random.pick([0, 0, 3, 900, 70_000]);
  const disorder = random.chance(0.1) ? 0.05 : 0;
  const times = new Float64Array(length);
  let time = random.chance(0.1) ? random.pick([-Number.MAX_SAFE_INTEGER, 2 ** 53 - 1e12]) : random.int(-1e12, 2e12);
  for (let i = 0; i < length; i++) {
    times[i] = time;
    time += random.chance(disorder) ? random.int(-2, 1) : Math.max(1, step + random.int(-jitter, jitter + 1));
    if (random.chance(0.005)) time += random.pick([1e6, 1e9, 1e12, 4e15]);
  }
  return times;
}

function randomLength(random: Prng): number {
  if (random.chance(0.3)) return random.int(1, 40);
  return random.chance(0.5) ? random.pick([120, 127, 128, 129, 256]) : random.int(1, 300);
}
