import type { BlockStore } from '../block/block-store.ts';
import type { RestoredBlock, RestoreOutcome } from '../engine.ts';
import { overlaps, type TimeRange } from '../model/time-range.ts';
import { ObjectStoreError } from '../object-store/object-store.ts';

/** Asks the places of a tenant's blocks for those that lie in an archive. */
export async function restoreArchived(store: BlockStore, tenant: string, range: TimeRange, days: number): Promise<RestoreOutcome> {
  const blocks: RestoredBlock[] = [];
  for (const block of store.all.filter(({ meta }) => meta.tenant === tenant && overlaps(meta, range))) {
    const { id, fromMs, toMs } = block.meta;
    try {
      const state = (await store.placeOf(block)?.restore(id, days)) ?? 'not archived';
      if (state !== 'not archived') blocks.push({ id, fromMs, toMs, bytes: block.bytes, state });
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      return { kind: 'refused', reason: error.message };
    }
  }
  return { kind: 'asked', blocks };
}
