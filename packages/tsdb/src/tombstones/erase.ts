import { type Chunk, decodeChunk, encodeChunk, spanOf } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { CHUNK_SAMPLES_MAX } from '../limits.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';

/** Takes the samples of any of `ranges` out. */
export function eraseSamples(columns: ColumnBuffer, ranges: readonly TimeRange[]): void {
  for (const range of ranges) {
    const [from, to] = spanOf(columns.times, 0, columns.length, range);
    if (from === to) continue;
    columns.times.copyWithin(from, to, columns.length);
    columns.words.copyWithin(2 * from, 2 * to, 2 * columns.length);
    columns.length -= to - from;
  }
}

/** What is left of `chunks`, each with bytes of its own where something was taken out. */
export function eraseFromChunks(chunks: readonly Chunk[], ranges: readonly TimeRange[]): Chunk[] {
  return chunks.flatMap((chunk) => {
    const touching = ranges.filter((range) => overlaps(range, { fromMs: chunk.minMs, toMs: chunk.maxMs }));
    if (touching.length === 0) return [chunk];
    // Fast path: nothing to decode.
    if (touching.some((range) => range.fromMs <= chunk.minMs && chunk.maxMs <= range.toMs)) return [];
    const { times, values, length } = decodeChunk(chunk);
    scratch.clear();
    scratch.merge(times, values, 0, length);
    eraseSamples(scratch, touching);
    return scratch.length === chunk.count ? [chunk] : encoded(scratch);
  });
}

function encoded({ times, words, length }: ColumnBuffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < length; from += CHUNK_SAMPLES_MAX) {
    const chunk = encodeChunk(times, from, words, from, Math.min(CHUNK_SAMPLES_MAX, length - from));
    chunks.push({ ...chunk, bytes: chunk.bytes.slice(chunk.from, chunk.to), from: 0, to: chunk.to - chunk.from });
  }
  return chunks;
}

const scratch = new ColumnBuffer();
