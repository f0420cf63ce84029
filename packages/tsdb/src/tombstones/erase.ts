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
    const { times, values, length, histograms } = decodeChunk(chunk);
    scratch.clear();
    scratch.merge(times, values, 0, length, histograms);
    eraseSamples(scratch, touching);
    return scratch.length === chunk.count ? [chunk] : encoded(scratch);
  });
}

function encoded(columns: ColumnBuffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < columns.length; at += CHUNK_SAMPLES_MAX) {
    chunks.push(encodeChunk(columns, at, Math.min(CHUNK_SAMPLES_MAX, columns.length - at)));
  }
  return chunks;
}

const scratch = new ColumnBuffer();
