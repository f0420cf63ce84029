import { type Chunk, decodeChunk, encodeChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { CHUNK_SAMPLES_MAX } from '../limits.ts';

/**
 * The same samples in chunks that rise and do not overlap, as a block wants them. Where a time is in several
 * chunks the first one given counts. Chunks that are in order and not too many small ones stay as they are.
 */
export function tidyChunks(chunks: readonly Chunk[]): readonly Chunk[] {
  const sorted = [...chunks].sort((a, b) => a.minMs - b.minMs);
  const inOrder = sorted.every((chunk, i) => i === 0 || sorted[i - 1].maxMs < chunk.minMs);
  const samples = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  if (inOrder && chunks.length <= 2 * Math.ceil(samples / CHUNK_SAMPLES_MAX)) return sorted;
  const merged = new ColumnBuffer(samples);
  for (const chunk of chunks) {
    const { times, values, length } = decodeChunk(chunk);
    merged.merge(times, values, 0, length);
  }
  return encodeChunks(merged);
}
