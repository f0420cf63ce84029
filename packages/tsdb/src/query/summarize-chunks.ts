import type { ChunkSummary } from '../block/chunk-summary.ts';
import { type Chunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { isStaleAt, type SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Reduction } from './queryable.ts';

/** Chunks of one series in one block, and what is known of each without decoding it; null: of none. */
export interface BlockPart {
  readonly chunks: readonly Chunk[];
  readonly summaries: readonly (ChunkSummary | null)[] | null;
}

/** `weights`: how many samples each value stands for. */
export interface WeightedColumns extends SampleColumns {
  readonly weights: Float64Array;
}

/**
 * One value in place of each chunk that lies within `range`, the samples themselves elsewhere: whoever takes the least, the greatest, the sum or the
 * count of these gets the bits that all samples give. Null where that cannot be promised: chunks that overlap, or sums that round.
 * Valid until the next call.
 */
export function summarizeChunks(parts: readonly BlockPart[], range: TimeRange, reduction: Reduction): WeightedColumns | null {
  if (!parts.some(({ summaries }) => summaries !== null) || overlap(parts)) return null;
  columns.clear();
  const weights: number[] = [];
  let isExact = true;
  let count = 0;
  let magnitude = 0;
  for (const { chunks, summaries } of parts) {
    for (const [i, chunk] of chunks.entries()) {
      const summary = chunk.minMs >= range.fromMs && chunk.maxMs <= range.toMs ? (summaries?.[i] ?? null) : null;
      const value = summary === null ? null : reduced(summary, reduction);
      const from = columns.length;
      if (summary === null || value === null) readChunks([chunk], range, columns);
      else if (summary.count > 0) columns.merge(Float64Array.of(chunk.minMs), Float64Array.of(value));
      for (let at = from; at < columns.length; at++) weights.push(value === null ? 1 : (summary?.count ?? 1));
      if (reduction !== 'sum') continue;
      if (summary !== null && value !== null) {
        count += summary.count;
        magnitude = Math.max(magnitude, Math.abs(summary.min), Math.abs(summary.max));
        continue;
      }
      for (let at = from; at < columns.length; at++) {
        const sample = columns.values[at];
        if (isStaleAt(columns.values, at)) continue;
        isExact &&= Number.isInteger(sample) && !Object.is(sample, -0);
        magnitude = Math.max(magnitude, Math.abs(sample));
        count++;
      }
    }
  }
  // Whole numbers are added up without loss, in any order, as long as no sum of some of them is too large.
  if (reduction === 'sum' && !(isExact && count * magnitude < 2 ** 53)) return null;
  return { ...columns.view(), weights: Float64Array.from(weights) };
}

function reduced(summary: ChunkSummary, reduction: Reduction): number | null {
  switch (reduction) {
    case 'min':
      return summary.min;
    case 'max':
      return summary.max;
    case 'sum':
      return summary.sum;
    case 'count':
      return 0;
  }
}

function overlap(parts: readonly BlockPart[]): boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { chunks } of parts) {
    for (const { minMs, maxMs } of chunks) {
      if (minMs <= lastMs) return true;
      lastMs = maxMs;
    }
  }
  return false;
}

const columns = new ColumnBuffer();
