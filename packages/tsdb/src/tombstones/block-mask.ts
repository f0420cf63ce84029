import type { BlockMeta } from '../block/format.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import { type Breathe, type LabelIndex, resolveMatchers } from '../postings/label-index.ts';
import type { Tombstone } from './tombstone.ts';

/** What of a block is deleted: ranges by series. Series that are not in it are whole. */
export type BlockMask = ReadonlyMap<number, readonly TimeRange[]>;

export const NO_MASK: BlockMask = new Map();

/** Does it hold for samples of that block? */
export function concerns(tombstone: Tombstone, meta: BlockMeta): boolean {
  return tombstone.tenant === meta.tenant && meta.id < tombstone.id && overlaps(meta, tombstone.range);
}

export async function maskOf(tombstones: readonly Tombstone[], index: LabelIndex, breathe: Breathe): Promise<BlockMask> {
  const mask = new Map<number, readonly TimeRange[]>();
  for (const { selectors, range } of tombstones) {
    const alone = [range];
    for (const matchers of selectors) {
      for (const id of await resolveMatchers(index, matchers, breathe)) {
        await breathe();
        const known = mask.get(id);
        mask.set(id, known === undefined ? alone : [...known, range]);
      }
    }
  }
  return mask;
}
