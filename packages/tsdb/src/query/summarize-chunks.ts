import type { ChunkSummary } from '../block/chunk-summary.ts';
import { type Chunk, decodeSharedTimes, readChunks, spanOf } from '../codec/chunk.ts';
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
 * count of these gets the bits that all samples give. Null where that cannot be promised: chunks that overlap, histograms, or sums that round.
 * Valid until the next call.
 */
export function summarizeChunks(parts: readonly BlockPart[], range: TimeRange, reduction: Reduction): WeightedColumns | null {
  if (!parts.some(({ summaries }) => summaries !== null) || overlap(parts)) return null;
  columns.clear();
  const standing: { readonly at: number; readonly count: number }[] = [];
  const total = new WholeSum();
  const put = (timeMs: number, value: number, count: number): void => {
    columns.reserve(1);
    columns.times[columns.length] = timeMs;
    columns.values[columns.length] = value;
    standing.push({ at: columns.length++, count });
  };
  for (const { chunks, summaries } of parts) {
    for (const [i, chunk] of chunks.entries()) {
      const known = summaries?.[i] ?? null;
      const at = columns.length;
      if (reduction === 'count' && known?.count === chunk.count && chunk.form === 'shared times') {
        // Without stale markers the times alone say how many there are.
        const times = decodeSharedTimes(chunk.times);
        const [from, to] = spanOf(times, 0, times.length, range);
        if (from < to) put(times[from], 0, to - from);
        continue;
      }
      const value = known === null || !isWithin(chunk, range) ? null : reduced(known, reduction);
      if (known === null || value === null) {
        readChunks([chunk], range, columns);
        if (reduction === 'sum') total.addSamples(columns.values, at, columns.length);
      } else if (known.count > 0) {
        put(chunk.minMs, value, known.count);
        total.add(known.count, Math.max(Math.abs(known.min), Math.abs(known.max)));
      }
    }
  }
  if (columns.histograms.length > 0 || (reduction === 'sum' && !total.isExact)) return null;
  const weights = new Float64Array(columns.length).fill(1);
  for (const { at, count } of standing) weights[at] = count;
  return { ...columns.view(), weights };
}

/** Whole numbers are added up without loss, in any order, as long as no sum of some of them is too large. */
class WholeSum {
  #whole = true;
  #count = 0;
  #magnitude = 0;

  add(count: number, magnitude: number): void {
    this.#count += count;
    this.#magnitude = Math.max(this.#magnitude, magnitude);
  }

  addSamples(values: Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      if (isStaleAt(values, i)) continue;
      this.#whole &&= Number.isInteger(values[i]) && !Object.is(values[i], -0);
      this.add(1, Math.abs(values[i]));
    }
  }

  get isExact(): boolean {
    return this.#whole && this.#count * this.#magnitude < 2 ** 53;
  }
}

function isWithin({ minMs, maxMs }: Chunk, { fromMs, toMs }: TimeRange): boolean {
  return minMs >= fromMs && maxMs <= toMs;
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
