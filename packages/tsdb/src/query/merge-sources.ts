import type { Labels } from '../model/labels.ts';
import type { BlockSource } from './block-source.ts';
import type { QueryBudget } from './budget.ts';
import { decodedRuns } from './decoded-runs.ts';
import type { HeadSource } from './head-source.ts';
import { type Place, placesInBlocks, placesInHead, placesOf } from './places.ts';
import type { SelectedSeries, SelectRequest } from './queryable.ts';
import { PlaceReader } from './read-places.ts';

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
  const { matchers, range } = request;
  const breathe = () => budget.breathe();
  const lists = await Promise.all(blocks.map((block) => block.matching(matchers, range, breathe)));
  const inBlocks = await placesInBlocks(lists, breathe);
  const inHead = head === null ? [] : await placesInHead(head, matchers, breathe);
  if (!isCurrent()) return false;
  decodedRuns().begin();
  const reader = new PlaceReader(head, blocks, asked);
  let batch: Place[] = [];
  for (const place of placesOf(inHead, inBlocks)) {
    if (isDone(place.labels)) continue;
    batch.push(place);
    if (batch.length < BATCH_SERIES) continue;
    await breathe();
    if (!(await reader.visitAll(batch))) return false;
    batch = [];
  }
  return reader.visitAll(batch);
}

/** Their bytes are read from all blocks before the first is visited. */
const BATCH_SERIES = 256;
