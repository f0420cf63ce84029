import { createHash } from 'node:crypto';
import { prng } from '@tidemark/base';
import { encodeHistogram, histogramsOf, type NativeHistogram, type SampleColumns } from '@tidemark/tsdb/model';
import { randomHistogram } from '@tidemark/tsdb/testing';

/** Those that are sent: marks name them by their place here. */
export const HISTOGRAMS: readonly NativeHistogram[] = Array.from({ length: 64 }, (_, i) => randomHistogram(prng(i)));

export const HISTOGRAM_BYTES: readonly Uint8Array[] = HISTOGRAMS.map(encodeHistogram);

/** What each sample is: the bits of a number, or more than 64 bits that stand for a histogram's bytes. */
export function bitsOf(samples: SampleColumns): bigint[] {
  const { values } = samples;
  const bits = Array.from(new BigUint64Array(values.buffer, values.byteOffset, values.length));
  for (const [i, histogram] of histogramsOf(samples)?.entries() ?? []) if (histogram !== undefined) bits[i] = standsFor(histogram);
  return bits;
}

function standsFor(histogram: NativeHistogram): bigint {
  const digest = createHash('sha256').update(encodeHistogram(histogram)).digest();
  return (1n << 64n) + digest.readBigUInt64LE(0);
}
