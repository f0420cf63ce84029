import type { Block } from '../block/block.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Breathe } from '../postings/label-index.ts';
import { concerns } from '../tombstones/block-mask.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';

/** Between which times something is deleted that is in a block of windows still. */
export async function deletedIn(block: Block, tombstones: Tombstones, breathe: Breathe): Promise<readonly TimeRange[]> {
  const concerning = tombstones.all.filter((each) => concerns(each, block.meta));
  if (concerning.length === 0) return [];
  const index = await block.index().catch(() => null);
  if (index === null) return []; // Whoever reads it next finds it damaged, and sets it aside.
  const mask = await tombstones.maskOf(block.meta, index, breathe);
  return mask.size === 0 ? [] : concerning.map(({ range }) => range);
}
