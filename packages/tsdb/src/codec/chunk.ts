import { CHUNK_SAMPLES_MAX } from '../limits.ts';
import type { TimeRange } from '../model/time-range.ts';
import { ColumnBuffer, lowerBound } from './columns.ts';
import { decodeGorilla, GorillaEncoder } from './gorilla.ts';

/** One Gorilla chunk somewhere in `bytes`, with what is known of it without decoding. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly count: number;
}

/** The samples `[from, to)` of columns as a chunk. Its bytes are a view: valid until the next call. */
export function encodeChunk(times: Float64Array, timesAt: number, words: Uint32Array, valuesAt: number, count: number): Chunk {
  encoder.reset();
  for (let i = 0; i < count; i++) encoder.append(times[timesAt + i], words[2 * (valuesAt + i) + 1], words[2 * (valuesAt + i)]);
  const bytes = encoder.finish();
  return { bytes, from: 0, to: bytes.length, minMs: times[timesAt], maxMs: times[timesAt + count - 1], count };
}

/** Cuts columns into full chunks, each with bytes of its own. */
export function encodeChunks(columns: ColumnBuffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < columns.length; from += CHUNK_SAMPLES_MAX) {
    const count = Math.min(CHUNK_SAMPLES_MAX, columns.length - from);
    const chunk = encodeChunk(columns.times, from, columns.words, from, count);
    chunks.push({ ...chunk, bytes: chunk.bytes.slice() });
  }
  return chunks;
}

/** The whole chunk, valid until the next call. Throws `RangeError` when it is damaged, or not what is known of it. */
export function decodeChunk(chunk: Chunk): ColumnBuffer {
  scratch.clear();
  decodeGorilla(scratch, chunk.bytes, chunk.from, chunk.to);
  const { times, length } = scratch;
  if (length !== chunk.count || times[0] !== chunk.minMs || times[length - 1] !== chunk.maxMs)
    throw new RangeError('a chunk that is not its description');
  return scratch;
}

/** Merges the chunk's samples of `range` into `into`. */
export function readChunk(chunk: Chunk, range: TimeRange, into: ColumnBuffer): void {
  if (chunk.maxMs < range.fromMs || chunk.minMs > range.toMs) return;
  const { times, values, length } = decodeChunk(chunk);
  const [from, to] = spanOf(times, 0, length, range);
  into.merge(times, values, from, to);
}

/** Has it a sample in `range`? Decodes only when the range lies between its ends. */
export function chunkHasSamples(chunk: Chunk, range: TimeRange): boolean {
  if (chunk.maxMs < range.fromMs || chunk.minMs > range.toMs) return false;
  if (chunk.minMs >= range.fromMs || chunk.maxMs <= range.toMs) return true;
  const { times, length } = decodeChunk(chunk);
  return times[lowerBound(times, 0, length, range.fromMs)] <= range.toMs;
}

/** The positions `[first, behind last)` of the times in `range`. */
export function spanOf(times: Float64Array, from: number, to: number, range: TimeRange): [number, number] {
  const first = lowerBound(times, from, to, range.fromMs);
  return [first, lowerBound(times, first, to, range.toMs + 1)];
}

const encoder = new GorillaEncoder();
const scratch = new ColumnBuffer(CHUNK_SAMPLES_MAX);
