import { prng } from '@tidemark/base';
import { type CapturedSeries, readCapture } from './capture.ts';

const DAY_MS = 24 * 3_600_000;
const BLOCK_SECONDS = 300;
const START_MS = Math.floor(1_700_000_000_000 / DAY_MS) * DAY_MS;

/**
 * Every `every`th series of the capture, carried on for `days` with a sample each `stepSeconds`: blocks of five minutes in seeded random order,
 * counters going on from where they were, gauges of more than 16 values about a mean that moves from hour to hour.
 */
export function longerCapture(days: number, stepSeconds: number, every: number): CapturedSeries[] {
  const random = prng(1);
  const count = (days * 86_400) / stepSeconds;
  const times = Float64Array.from({ length: count }, (_, i) => START_MS + 137 + i * stepSeconds * 1000 + ((i * 7919) % 5));
  return readCapture()
    .filter((_, i) => i % every === 0)
    .map(({ labels, values }) => {
      const rises = values.every((value, i) => i === 0 || value >= values[i - 1]);
      const moves = !rises && new Set(values).size > 16;
      const spread = Math.max(...values) - Math.min(...values);
      const round = rounding(values);
      const carried = new Float64Array(count);
      let [offset, block, tile] = [0, 0, -1];
      for (let i = 0; i < count; i++) {
        const second = i * stepSeconds;
        const next = Math.floor(second / BLOCK_SECONDS);
        if (next !== tile) {
          tile = next;
          block = random.int(0, Math.floor(values.length / BLOCK_SECONDS)) * BLOCK_SECONDS;
          if (rises) offset = (i === 0 ? values[block] : carried[i - 1]) - values[block];
          else if (moves && tile % 12 === 0) offset = 0.9 * offset + ((random.next() - 0.5) * spread) / 2;
        }
        carried[i] = round(values[Math.min(values.length - 1, block + (second % BLOCK_SECONDS))] + offset);
      }
      return { labels, times, values: carried };
    });
}

/** To the decimal places that the values have. */
function rounding(values: Float64Array): (value: number) => number {
  for (let places = 0; places < 7; places++) {
    const power = 10 ** places;
    if (values.every((value) => Math.round(value * power) / power === value)) return (value) => Math.round(value * power) / power;
  }
  return (value) => value;
}
