import { CorruptionError } from '@tidemark/base';
import type { Block } from '../block/block.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Breathe } from '../postings/label-index.ts';
import { concerns } from '../tombstones/block-mask.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';

/** Between which times something is deleted that is in a block of windows still. Rejects with `BlockUnreachableError`. */
export async function deletedIn(block: Block, tombstones: Tombstones, breathe: Breathe): Promise<readonly TimeRange[]> {
  const concerning = tombstones.all.filter((each) => concerns(each, block.meta));
  if (concerning.length === 0) return [];
  try {
    const mask = await tombstones.maskOf(block.meta, await block.index(), breathe);
    return mask.size === 0 ? [] : concerning.map(({ range }) => range);
  } catch (error) {
    if (!(error instanceof CorruptionError)) throw error;
    return []; // Whoever reads it next finds it damaged, and sets it aside.
  }
}
