import { type Chunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';

/**
 * The samples of all chunks, as a block takes them. Where a time is in several chunks the first one given counts.
 * Valid until the next call.
 */
export function mergeChunks(chunks: readonly Chunk[]): ColumnBuffer {
  merged.clear();
  readChunks(chunks, { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }, merged);
  return merged;
}

const merged = new ColumnBuffer();
