// Samples as columns.
import { NUMBERS, TIMES, VALUES } from './memory';

let count: u32 = 0;

export function beginSamples(): void {
  count = 0;
}

export function sampleCount(): u32 {
  return count;
}

/** There is room: a sample is on a line that has been noted. */
export function putSample(number: u32, value: f64, timeMs: f64): void {
  store<u32>(NUMBERS + ((<usize>count) << 2), number);
  store<f64>(TIMES + ((<usize>count) << 3), timeMs);
  store<f64>(VALUES + ((<usize>count) << 3), value);
  count++;
}
