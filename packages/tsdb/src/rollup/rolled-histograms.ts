import type { ByteReader, ByteWriter } from '@tidemark/base';
import { decodeHistograms, encodeHistograms } from '../codec/histogram-chunk.ts';
import { markHigh, markLow } from '../model/histogram-mark.ts';
import type { NativeHistogram } from '../model/native-histogram.ts';
import { histogramsOf } from '../model/sample.ts';
import { readNumbers, readPositions, writeNumbers, writePositions } from './number-columns.ts';
import type { RolledHistogram } from './rolled-histogram.ts';

/**
 * The native histograms of the windows of a chunk. Drawn in docs/format/rolled-chunk.md.
 *
 *   histograms := at:positions  anew:positions  added:positions  resets:numbers  changes:numbers  first:values  last:values  [sums:values]
 *   values     := bytes:varint  values of a chunk with histograms
 *
 * `anew` and `added` are among those windows that have histograms, and so are all columns but the sums, which are those of `added`.
 */
export function writeHistograms(out: ByteWriter, windows: readonly (RolledHistogram | null)[]): void {
  const there = windows.filter((each) => each !== null);
  const where = (is: (each: RolledHistogram) => boolean) => Array.from(there.keys()).filter((i) => is(there[i]));
  writePositions(
    out,
    Array.from(windows.keys()).filter((i) => windows[i] !== null),
  );
  writePositions(
    out,
    where(({ startsAnew }) => startsAnew),
  );
  writePositions(
    out,
    where(({ added }) => added !== null),
  );
  writeNumbers(
    out,
    Float64Array.from(there, ({ resets }) => resets),
  );
  writeNumbers(
    out,
    Float64Array.from(there, ({ changes }) => changes),
  );
  writeValues(
    out,
    there.map(({ first }) => first),
  );
  writeValues(
    out,
    there.map(({ last }) => last),
  );
  const sums = there.flatMap(({ added }) => (added === null ? [] : [added]));
  if (sums.length > 0) writeValues(out, sums);
}

/** Of `length` windows. Throws `RangeError` on damage. */
export function readHistograms(reader: ByteReader, length: number): (RolledHistogram | null)[] {
  const at = readPositions(reader, length);
  const anew = new Set(readPositions(reader, at.length));
  const added = new Map(readPositions(reader, at.length).map((position, i) => [position, i]));
  const resets = readNumbers(reader, at.length);
  const changes = readNumbers(reader, at.length);
  const first = readValues(reader, at.length);
  const last = readValues(reader, at.length);
  const sums = added.size > 0 ? readValues(reader, added.size) : [];
  if (reader.remaining > 0) throw new RangeError('bytes behind histograms');
  const windows = new Array<RolledHistogram | null>(length).fill(null);
  for (const [i, position] of at.entries()) {
    const sum = added.get(i);
    windows[position] = {
      first: first[i],
      last: last[i],
      added: sum === undefined ? null : sums[sum],
      startsAnew: anew.has(i),
      resets: resets[i],
      changes: changes[i],
    };
  }
  return windows;
}

function writeValues(out: ByteWriter, histograms: readonly NativeHistogram[]): void {
  const words = new Uint32Array(2 * histograms.length);
  for (let i = 0; i < histograms.length; i++) words.set([markLow(i), markHigh(i)], 2 * i);
  const bytes = encodeHistograms(words, 0, histograms.length, histograms);
  out.varint(bytes.length);
  out.bytes(bytes);
}

function readValues(reader: ByteReader, count: number): NativeHistogram[] {
  const bytes = reader.bytes(reader.varint());
  const columns = decodeHistograms(bytes, 0, bytes.length, count).view();
  return Array.from(histogramsOf(columns) ?? [], (histogram) => {
    if (histogram === undefined) throw new RangeError('a number among histograms');
    return histogram;
  });
}
