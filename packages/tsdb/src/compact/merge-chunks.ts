import { type Chunk, decodeChunk } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';

/**
 * The samples of all chunks, as a block takes them. Where a time is in several chunks the first one given counts.
 * Valid until the next call.
 */
export function mergeChunks(chunks: readonly Chunk[]): ColumnBuffer {
  merged.clear();
  for (const chunk of chunks) {
    const { times, values, length } = decodeChunk(chunk);
    merged.merge(times, values, 0, length);
  }
  return merged;
}

const merged = new ColumnBuffer();
