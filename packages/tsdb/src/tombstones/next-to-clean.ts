import type { Block } from '../block/block.ts';
import type { Pacer } from '../pacer.ts';
import { concerns } from './block-mask.ts';
import type { Tombstones } from './tombstones.ts';

/**
 * Of blocks with ids before `upTo`: one of which something is deleted, with those of the same window start, so that what overlaps is
 * settled as before. Null when there is none.
 */
export async function nextToClean(
  live: readonly Block[],
  tombstones: Tombstones,
  upTo: string,
  pacer: Pacer,
): Promise<readonly Block[] | null> {
  for (const block of live) {
    const { id, tenant, windowMs } = block.meta;
    if (id >= upTo || !tombstones.all.some((tombstone) => concerns(tombstone, block.meta))) continue;
    const group = live.filter(({ meta }) => meta.tenant === tenant && meta.windowMs === windowMs);
    const index = await block.index().catch(() => null);
    // One that cannot be read is found damaged, and set aside, by the merge.
    if (index === null || (await tombstones.maskOf(block.meta, index, () => pacer.breathe())).size > 0) return group;
  }
  return null;
}
