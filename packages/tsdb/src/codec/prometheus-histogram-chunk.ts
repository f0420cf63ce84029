import { hasIntegers } from '../model/histogram-bytes.ts';
import { type Buckets, CUSTOM_SCHEMA, type NativeHistogram, spansOf } from '../model/native-histogram.ts';
import { BitWriter } from './bits.ts';

/**
 * Prometheus' chunks of histograms (prometheus/tsdb/docs/format/chunks.md) of one sample each, integers or floats: bits, the most
 * significant first. Longer ones would be told sample against sample; who streams them reads each once.
 *
 *   samples:u16  flags:u8  threshold  schema:varbit  spans  spans  [bounds]  time:varbit  counts
 *   threshold := ff f64             spans := count:varbit (length:varbit offset:varbit)*        bounds := count:varbit (0 f64)*
 *   counts    := count zero sum:f64 positive* negative*        integers: varbits, of buckets the differences; floats: f64
 *   varbit    := 0 | 10 s:3 | 110 s:6 | 1110 s:9 | 11110 s:12 | 111110 s:18 | 1111110 s:25 | 11111110 s:56 | 11111111 s:64
 */
export function encodeHistogramSample(
  timeMs: number,
  histogram: NativeHistogram,
): { readonly areIntegers: boolean; readonly bytes: Uint8Array } {
  const { schema, bounds, zeroThreshold, zeroCount, count, sum, positive, negative, hint } = histogram;
  const areIntegers = hasIntegers(histogram);
  const bits = new BitWriter();
  bits.write(1, 16);
  bits.write(FLAGS[hint], 8);
  bits.write(0xff, 8);
  writeDouble(bits, zeroThreshold);
  writeSigned(bits, schema);
  for (const buckets of [positive, negative]) {
    const spans = spansOf(buckets);
    writeUnsigned(bits, spans.length);
    for (const { offset, length } of spans) {
      writeUnsigned(bits, length);
      writeSigned(bits, offset);
    }
  }
  if (schema === CUSTOM_SCHEMA) {
    writeUnsigned(bits, bounds.length);
    for (const bound of bounds) {
      bits.write(0, 1);
      writeDouble(bits, bound);
    }
  }
  writeSigned(bits, timeMs);
  for (const each of [count, zeroCount]) {
    if (areIntegers) writeUnsigned(bits, each);
    else writeDouble(bits, each);
  }
  writeDouble(bits, sum);
  for (const buckets of [positive, negative]) writeCounts(bits, buckets, areIntegers);
  return { areIntegers, bytes: bits.view() };
}

/** What the sender says of the histogram before. */
const FLAGS = { unknown: 0, reset: 0x80, not_reset: 0x40, gauge: 0xc0 } as const;

function writeCounts(bits: BitWriter, buckets: Buckets, areIntegers: boolean): void {
  let before = 0;
  for (const count of buckets.values()) {
    if (areIntegers) writeSigned(bits, count - before);
    else writeDouble(bits, count);
    before = count;
  }
}

/** Of varbits, each with a longer prefix than the one before. */
export const SIZES = [3, 6, 9, 12, 18, 25, 56, 64] as const;

function writeSigned(bits: BitWriter, value: number): void {
  writeSized(bits, value, (size) => value > -(2 ** (size - 1)) && value <= 2 ** (size - 1));
}

function writeUnsigned(bits: BitWriter, value: number): void {
  writeSized(bits, value, (size) => value < 2 ** size);
}

function writeSized(bits: BitWriter, value: number, fits: (size: number) => boolean): void {
  if (value === 0) {
    bits.write(0, 1);
    return;
  }
  const at = SIZES.findIndex(fits);
  const size = SIZES[at];
  // As many ones as the size's place says, then a zero, but for the last.
  const ones = Math.min(8, at + 1);
  bits.write(2 ** ones - 1, ones);
  if (at < SIZES.length - 1) bits.write(0, 1);
  if (size > 32) bits.write(Math.floor(value / 2 ** 32), size - 32);
  bits.write(value % 2 ** 32, Math.min(size, 32));
}

function writeDouble(bits: BitWriter, value: number): void {
  const [low, high] = new Uint32Array(Float64Array.of(value).buffer);
  bits.write(high, 32);
  bits.write(low, 32);
}
