// `Sample` of both versions: double value = 1, int64 timestamp = 2; and the columns that samples go to.
import { value, varintEnd } from './fields';
import { NUMBERS, SAMPLES_MAX, TIMES, VALUES } from './memory';

/** Times of a larger magnitude are refused, by the host. */
const TIME_MS_MAX: i64 = (1 << 51) - 1;

/** Values that begin so are marks of histograms, which nobody sends: what looks like one is a NaN. */
const MARK_TAG: u64 = 0x7ffa;
const NAN: u64 = 0x7ff8000000000000;

let count: u32 = 0;

export function beginSamples(): void {
  count = 0;
}

export function sampleCount(): u32 {
  return count;
}

/**
 * Takes the sample at `at`, its tag, if it is as most are: a time of six bytes, as milliseconds have from 2004 to 2109, and before it a value unless
 * that is 0, for which there is no branch, as nobody can guess it. Where it ends; else 0.
 */
export function takeUsualSample(number: u32, at: usize, end: usize): usize {
  const hasValue = <usize>(load<u8>(at, 2) === 0x09);
  const timeAt = at + 2 + hasValue * 9;
  const to = timeAt + 7;
  const time = load<u64>(timeAt, 1);
  if (load<u16>(at) !== <u16>(0x12 + ((to - at - 2) << 8)) || load<u8>(timeAt) !== 0x10) return 0;
  if ((time & 0x808080808080) !== 0x8080808080 || to > end || count === SAMPLES_MAX) return 0;
  add(number, sevenBitGroups(time), load<u64>(at, 3) & -(<u64>hasValue));
  return to;
}

/** Reads the sample in `[at, end)`; false when it is not as senders write it, or there is no room. */
export function takeSample(number: u32, at: usize, end: usize): bool {
  if (count === SAMPLES_MAX) return false;
  let bits: u64 = 0;
  let timeMs: u64 = 0;
  while (at < end) {
    const tag: u32 = load<u8>(at);
    if (tag === 0x09) {
      bits = load<u64>(at, 1);
      at += 9;
    } else if (tag === 0x10) {
      at = varintEnd(at + 1);
      if (at === 0) return false;
      timeMs = value;
    } else return false;
  }
  if (at !== end || <i64>timeMs > TIME_MS_MAX || <i64>timeMs < -TIME_MS_MAX) return false;
  add(number, timeMs, bits);
  return true;
}

function add(number: u32, timeMs: u64, bits: u64): void {
  store<u32>(NUMBERS + ((<usize>count) << 2), number);
  store<f64>(TIMES + ((<usize>count) << 3), <f64>(<i64>timeMs));
  store<u64>(VALUES + ((<usize>count) << 3), bits >>> 48 === MARK_TAG ? NAN : bits);
  count++;
}

/** The six lowest bytes' lower seven bits, side by side. */
function sevenBitGroups(bytes: u64): u64 {
  const pairs = (bytes & 0x007f007f007f) | ((bytes & 0x7f007f007f00) >> 1);
  return (pairs & 0x3fff) | ((pairs & 0x3fff0000) >> 2) | ((pairs & 0x3fff00000000) >> 4);
}
