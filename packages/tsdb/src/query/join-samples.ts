import { type Chunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { QueryBudget } from './budget.ts';
import { newestOf } from './newest-sample.ts';
import type { Reduction } from './queryable.ts';
import { type BlockPart, summarizeChunks } from './summarize-chunks.ts';

/** What blocks have, with what the head has behind or between it. Valid until the next call. */
export function joinedChunks(
  parts: readonly (readonly Chunk[])[],
  inHead: SampleColumns,
  range: TimeRange,
  newestOnly: boolean,
  budget: QueryBudget,
): SampleColumns {
  if (!newestOnly) {
    // A copy: the head's may lie where the codec puts the next that is decoded.
    newer.clear();
    addAll(newer, inHead);
    const all = merged(parts, range);
    budget.chargeSamples(all.length);
    budget.chargeHistograms(all.histograms);
    addAll(all, newer.view());
    return all.view();
  }
  const timeMs = inHead.times[inHead.times.length - 1];
  // Fast path: the newest sample is nearly always the head's.
  const inBlocks = newestOf(
    parts.map((chunks) => chunks.filter(({ maxMs }) => maxMs >= timeMs)),
    range,
  );
  return inBlocks.times.length > 0 && inBlocks.times[0] >= timeMs ? inBlocks : inHead;
}

/** As `joined`, where the head's samples lie behind those of the blocks, and the sum of both is exact; else all samples. */
export function joinedSummaries(
  parts: readonly BlockPart[],
  inHead: SampleColumns,
  range: TimeRange,
  reduction: Reduction,
  budget: QueryBudget,
): { readonly samples: SampleColumns; readonly weights?: Float64Array } {
  const lastMs = parts.reduce(
    (last, { chunks }) => chunks.reduce((most, { maxMs }) => Math.max(most, maxMs), last),
    Number.NEGATIVE_INFINITY,
  );
  const chunks = parts.map((part) => part.chunks);
  if (reduction === 'sum' || inHead.times[0] <= lastMs) return { samples: joinedChunks(chunks, inHead, range, false, budget) };
  newer.clear();
  addAll(newer, inHead);
  const summarized = summarizeChunks(parts, range, reduction);
  if (summarized === null) return { samples: joinedChunks(chunks, newer.columns(), range, false, budget) };
  budget.chargeSamples(summarized.weights.length);
  scratch.clear();
  addAll(scratch, summarized);
  addAll(scratch, newer.view());
  const weights = new Float64Array(scratch.length).fill(1);
  weights.set(summarized.weights);
  return { samples: scratch.view(), weights };
}

/** The same, of samples of blocks that have been decoded. */
export function joinedColumns(older: SampleColumns, inHead: SampleColumns): SampleColumns {
  newer.clear();
  addAll(newer, inHead);
  scratch.clear();
  addAll(scratch, older);
  addAll(scratch, newer.view());
  return scratch.view();
}

function addAll(columns: ColumnBuffer, { times, values, histograms }: SampleColumns): void {
  columns.merge(times, values, 0, times.length, histograms);
}

const scratch = new ColumnBuffer();
const newer = new ColumnBuffer();

function merged(parts: readonly (readonly Chunk[])[], range: TimeRange): ColumnBuffer {
  scratch.clear();
  for (const chunks of parts) readChunks(chunks, range, scratch);
  return scratch;
}
