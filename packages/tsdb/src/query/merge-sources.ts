import { sortInSlices } from '@tidemark/base';
import { type Chunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { compareLabels, type Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';
import { type LabelsOf, resolveMatchers } from '../postings/label-index.ts';
import type { BlockSource } from './block-source.ts';
import type { QueryBudget } from './budget.ts';
import type { HeadSource } from './head-source.ts';
import { newestOf } from './newest-sample.ts';
import type { Reduction, SelectedSeries, SelectRequest } from './queryable.ts';
import { ChunkReader } from './read-chunks.ts';
import { type BlockPart, summarizeChunks } from './summarize-chunks.ts';

/** One going through all series that a request selects. */
export interface Visit {
  readonly request: SelectRequest;
  readonly budget: QueryBudget;
  /** Is it still these blocks that are to be asked? */
  readonly isCurrent: () => boolean;
  /** Has this series been visited before? */
  readonly isDone: (labels: Labels) => boolean;
  readonly visit: (series: SelectedSeries) => void;
}

/**
 * Series by series, what the head and the blocks hold, in label order. Where a time is in several places, the value that came first counts:
 * that of the older block, and the head's last. The columns are valid until `visit` returns.
 *
 * Ends with false, having visited some, when `isCurrent` no longer says true: then something may have moved from the head into
 * a block that is not asked here. What is visited is what is true in that moment: nothing runs between the reading and the call.
 */
export async function visitMerged(head: HeadSource | null, blocks: readonly BlockSource[], asked: Visit): Promise<boolean> {
  const { request, budget, isCurrent, isDone } = asked;
  const breathe = () => budget.breathe();
  const lists = await Promise.all(blocks.map((block) => inBlock(block, request, breathe)));
  const inHead = head === null ? [] : await sortedInHead(head, request, breathe);
  if (!isCurrent()) return false;
  let batch: Place[] = [];
  for (const place of byLabels(inHead, lists)) {
    await breathe();
    if (isDone(place.labels)) continue;
    batch.push(place);
    if (batch.length < BATCH_SERIES) continue;
    if (!(await visitBatch(head, blocks, batch, asked))) return false;
    batch = [];
  }
  return visitBatch(head, blocks, batch, asked);
}

/** Their bytes are read from all blocks before the first is visited. */
const BATCH_SERIES = 256;

interface Named {
  readonly id: number;
  readonly labels: Labels;
}

/** Where a series is: its id in the head and in each block, or -1. */
interface Place {
  readonly labels: Labels;
  readonly inHead: number;
  readonly inBlocks: readonly number[];
}

async function inBlock(block: BlockSource, { matchers, range }: SelectRequest, breathe: () => Promise<void>): Promise<Named[]> {
  const ids = await resolveMatchers(block.index, matchers, breathe, (id) => block.labels(id));
  return block.holding(ids, range, breathe);
}

async function sortedInHead(head: HeadSource, { matchers }: SelectRequest, breathe: () => Promise<void>): Promise<Named[]> {
  const labelsOf: LabelsOf = (id) => head.labels(id);
  const named: Named[] = [];
  for (const id of await resolveMatchers(head.index, matchers, breathe, labelsOf)) {
    await breathe();
    named.push({ id, labels: head.labels(id) });
  }
  return sortInSlices(named, (a, b) => compareLabels(a.labels, b.labels), breathe);
}

function* byLabels(inHead: readonly Named[], lists: readonly (readonly Named[])[]): Generator<Place> {
  const all = [inHead, ...lists];
  const next = all.map(() => 0);
  for (;;) {
    let least: Labels | null = null;
    for (let i = 0; i < all.length; i++) {
      const labels = all[i][next[i]]?.labels;
      if (labels !== undefined && (least === null || compareLabels(labels, least) < 0)) least = labels;
    }
    if (least === null) return;
    const ids: number[] = [];
    for (let i = 0; i < all.length; i++) {
      const named = all[i][next[i]];
      const here = named !== undefined && compareLabels(named.labels, least) === 0;
      ids.push(here ? named.id : -1);
      if (here) next[i]++;
    }
    yield { labels: least, inHead: ids[0], inBlocks: ids.slice(1) };
  }
}

async function visitBatch(
  head: HeadSource | null,
  blocks: readonly BlockSource[],
  batch: readonly Place[],
  { request, budget, isCurrent, visit }: Visit,
): Promise<boolean> {
  const { range, newestOnly = false, reduction } = request;
  const breathe = () => budget.breathe();
  const read = await Promise.all(
    blocks.map((block, i) =>
      block.parts(
        batch.map(({ inBlocks }) => inBlocks[i]).filter((id) => id >= 0),
        range,
        reduction !== undefined,
        breathe,
      ),
    ),
  );
  const reader = new ChunkReader(range);
  for (const { labels, inHead, inBlocks } of batch) {
    const described = inBlocks.map((id, i) => read[i].get(id) ?? NO_PART).filter(({ chunks }) => chunks.length > 0);
    const parts = described.map(({ chunks }) => chunks);
    let visited = false;
    if (head !== null && inHead >= 0) {
      await head.read(Uint32Array.of(inHead), range, newestOnly, budget, (headLabels, samples) => {
        if (!isCurrent()) return;
        visited = true;
        if (parts.length === 0) visit({ labels: headLabels, samples });
        else if (reduction === undefined) visit({ labels: headLabels, samples: joined(parts, samples, range, newestOnly, budget) });
        else visit({ labels: headLabels, ...joinedSummaries(described, samples, range, reduction, budget) });
      });
    } else await breathe();
    if (!isCurrent()) return false;
    if (visited || parts.length === 0) continue;
    const summarized = reduction === undefined ? null : summarizeChunks(described, range, reduction);
    if (summarized !== null) {
      const { weights, ...samples } = summarized;
      if (weights.length === 0) continue;
      budget.chargeSeries(1);
      budget.chargeSamples(weights.length);
      visit({ labels, samples, weights });
      continue;
    }
    const samples = newestOnly ? newestOf(parts, range) : reader.read(parts.length === 1 ? parts[0] : parts.flat());
    if (samples.times.length === 0) continue;
    budget.chargeSeries(1);
    budget.chargeSamples(samples.times.length);
    visit({ labels, samples });
  }
  return true;
}

/** What blocks have, with what the head has behind or between it. */
function joined(
  parts: readonly (readonly Chunk[])[],
  inHead: SampleColumns,
  range: TimeRange,
  newestOnly: boolean,
  budget: QueryBudget,
): SampleColumns {
  if (!newestOnly) {
    // A copy: the head's may lie where the codec puts the next that is decoded.
    newer.clear();
    newer.merge(inHead.times, inHead.values);
    const all = merged(parts, range);
    budget.chargeSamples(all.length);
    all.merge(newer.times, newer.values, 0, newer.length);
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
function joinedSummaries(
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
  if (reduction === 'sum' || inHead.times[0] <= lastMs) return { samples: joined(chunks, inHead, range, false, budget) };
  newer.clear();
  newer.merge(inHead.times, inHead.values);
  const summarized = summarizeChunks(parts, range, reduction);
  if (summarized === null) return { samples: joined(chunks, newer.columns(), range, false, budget) };
  budget.chargeSamples(summarized.weights.length);
  scratch.clear();
  scratch.merge(summarized.times, summarized.values);
  scratch.merge(newer.times, newer.values, 0, newer.length);
  const weights = new Float64Array(scratch.length).fill(1);
  weights.set(summarized.weights);
  return { samples: scratch.view(), weights };
}

const NO_PART: BlockPart = { chunks: [], summaries: null };
const scratch = new ColumnBuffer();
const newer = new ColumnBuffer();

function merged(parts: readonly (readonly Chunk[])[], range: TimeRange): ColumnBuffer {
  scratch.clear();
  for (const chunks of parts) readChunks(chunks, range, scratch);
  return scratch;
}
