/** A record's native histograms: those that its samples name, each by the place that its mark says. */
import { assert, type ByteWriter } from '@tidemark/base';
import { isMark, markedNumber, markHigh, markLow } from '@tidemark/tsdb/model';
import { RECORD_BYTES_TARGET } from '../limits.ts';
import type { RecordColumns } from './encoder.ts';

export const NO_HISTOGRAMS: readonly Uint8Array[] = [];

/** How many samples from `from` on, counted over all columns, one record takes with what they name: at least one, if there is one. */
export function samplesThatFit(columns: readonly RecordColumns[], histograms: readonly Uint8Array[], from: number): number {
  let bytes = 0;
  let samples = 0;
  let skip = from;
  for (const { values } of columns) {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let i = skip; i < values.length; i++) {
      samples++;
      const high = words[2 * i + 1];
      bytes += SAMPLE_BYTES + (isMark(high) ? histogramOf(histograms, high, words[2 * i]).length : 0);
      if (bytes >= RECORD_BYTES_TARGET) return samples;
    }
    skip = Math.max(0, skip - values.length);
  }
  return samples;
}

/** Of the first `count` values: what they name, in their order, by which they name it from now on. */
export function renumbered(values: Float64Array, count: number, histograms: readonly Uint8Array[]): Uint8Array[] {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
  const named: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const high = words[2 * i + 1];
    if (!isMark(high)) continue;
    const number = named.push(histogramOf(histograms, high, words[2 * i])) - 1;
    words[2 * i] = markLow(number);
    words[2 * i + 1] = markHigh(number);
  }
  return named;
}

export function writeHistograms(record: ByteWriter, histograms: readonly Uint8Array[]): void {
  record.varint(histograms.length);
  for (const bytes of histograms) {
    record.varint(bytes.length);
    record.bytes(bytes);
  }
}

function histogramOf(histograms: readonly Uint8Array[], high: number, low: number): Uint8Array {
  const number = markedNumber(high, low);
  assert(number < histograms.length, `a mark of histogram ${number}, of ${histograms.length}`);
  return histograms[number];
}

/** Of one sample beside its histogram, about. */
const SAMPLE_BYTES = 10;
