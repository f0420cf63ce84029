import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { Masks } from '../compact/merge-blocks.ts';
import type { Pacer } from '../pacer.ts';
import { batchesOf, openAll, readBatch } from './block-batches.ts';
import { JoinedWindows } from './join-windows.ts';
import { keptStretches } from './kept-windows.ts';
import { rangeOf } from './levels.ts';
import type { Effect } from './rollup-state.ts';

/**
 * Replaces blocks of windows of one tenant and width, in rising time, by one; what `masks` say stays behind. Rejects with
 * `CorruptionError` when one is damaged.
 */
export async function mergeRolled(store: BlockStore, masks: Masks, blocks: readonly Block[], effect: Effect, pacer: Pacer): Promise<void> {
  const { tenant, windowMs, resolutionMs } = blocks[0].meta;
  const target = store.target(tenant, windowMs, resolutionMs);
  const writer = await store.createBlock(target);
  const publication = { remove: blocks, effect, replayOffset: () => store.replayOffset };
  try {
    const open = await openAll(blocks, masks, pacer);
    for await (const batch of batchesOf(open, pacer)) {
      const read = await Promise.all(open.map((block, i) => readBatch(block, batch, i, pacer)));
      for (const { labels, ids } of batch) {
        await pacer.breathe();
        const stretches = open.flatMap(({ block, mask }, i) =>
          keptStretches(read[i].get(ids[i]) ?? [], resolutionMs, rangeOf(block.meta), mask.get(ids[i]) ?? []),
        );
        const windows = new JoinedWindows(resolutionMs, stretches);
        if (windows.length > 0) await writer.addWindows(labels, windows);
      }
    }
    if (writer.isEmpty) {
      await writer.abandon();
      await store.publish({ ...publication, add: [] });
      return;
    }
    await writer.finish(pacer);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await store.publish({ ...publication, add: [await store.load(target)] });
}
