import { ByteReader, ByteWriter, type Millis } from '@tidemark/base';
import { readNumbers, readPositions, writeNumbers, writePositions } from './number-columns.ts';
import type { RolledColumns } from './rolled-columns.ts';

/**
 * Which windows there are, and where their samples lie: the same for series that are scraped together. Drawn in docs/format/rolled-chunk.md.
 *
 *   frame := skipped:numbers    windows that are absent, before each but the first
 *            count:numbers      samples
 *            lead:numbers       from the window's start to its first sample, in ms
 *            trail:numbers      from its last sample to its end
 *            stale:positions    a stale marker follows the last sample
 *            ended:varint (windows:zigzag){ended}     absent windows with a stale marker, counted from the first window
 */
export type Frame = Pick<RolledColumns, 'widthMs' | 'length' | 'endMs' | 'count' | 'firstMs' | 'lastMs' | 'staleAtEnd' | 'staleEndMs'>;

/** Windows `[from, to)`. The absent ones with markers are those from the end of window `from` on, for the first chunk all before too. */
export function encodeFrame(columns: Frame, from: number, to: number): Uint8Array {
  const { widthMs, endMs, count, firstMs, lastMs, staleAtEnd } = columns;
  const out = new ByteWriter(256);
  const length = to - from;
  writeNumbers(
    out,
    Float64Array.from({ length: length - 1 }, (_, i) => (endMs[from + i + 1] - endMs[from + i]) / widthMs - 1),
  );
  writeNumbers(out, count.subarray(from, to));
  writeNumbers(
    out,
    Float64Array.from({ length }, (_, i) => firstMs[from + i] - (endMs[from + i] - widthMs)),
  );
  writeNumbers(
    out,
    Float64Array.from({ length }, (_, i) => endMs[from + i] - lastMs[from + i]),
  );
  writePositions(
    out,
    Array.from({ length }, (_, i) => i).filter((i) => staleAtEnd[from + i] === 1),
  );
  const ended = columns.staleEndMs.filter((each) => (from === 0 || each >= endMs[from]) && (to === columns.length || each < endMs[to]));
  out.varint(ended.length);
  for (const each of ended) out.zigzag((each - endMs[from]) / widthMs);
  return out.finish();
}

/** Of `length` windows, the first of which ends at `firstEndMs`. Throws `RangeError` on damage. */
export function decodeFrame(bytes: Uint8Array, widthMs: Millis, length: number, firstEndMs: Millis): Frame {
  const reader = new ByteReader(bytes);
  const skipped = readNumbers(reader, length - 1);
  const count = readNumbers(reader, length);
  const lead = readNumbers(reader, length);
  const trail = readNumbers(reader, length);
  const endMs = new Float64Array(length);
  endMs[0] = firstEndMs;
  for (let i = 1; i < length; i++) endMs[i] = endMs[i - 1] + (skipped[i - 1] + 1) * widthMs;
  const staleAtEnd = new Uint8Array(length);
  for (const position of readPositions(reader, length)) staleAtEnd[position] = 1;
  const ended: number[] = [];
  for (let left = reader.varint(); left > 0; left--) ended.push(firstEndMs + reader.zigzag() * widthMs);
  if (reader.remaining > 0) throw new RangeError('bytes behind a frame');
  return {
    widthMs,
    length,
    endMs,
    count,
    firstMs: lead.map((each, i) => endMs[i] - widthMs + each),
    lastMs: trail.map((each, i) => endMs[i] - each),
    staleAtEnd,
    staleEndMs: Float64Array.from(ended),
  };
}

/** Without what the windows hold. */
export function frameOf({ widthMs, length, endMs, count, firstMs, lastMs, staleAtEnd, staleEndMs }: Frame): Frame {
  return { widthMs, length, endMs, count, firstMs, lastMs, staleAtEnd, staleEndMs };
}

export function sameFrame(a: Frame, b: Frame): boolean {
  if (a.length !== b.length) return false;
  return FRAME_COLUMNS.every((name) => {
    const [one, other] = [a[name], b[name]];
    return one.length === other.length && one.every((value, i) => value === other[i]);
  });
}

const FRAME_COLUMNS = ['endMs', 'count', 'firstMs', 'lastMs', 'staleAtEnd', 'staleEndMs'] as const;
