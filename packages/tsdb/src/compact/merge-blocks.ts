import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { BlockWriter } from '../block/block-writer.ts';
import type { BlockMeta } from '../block/format.ts';
import type { Chunk } from '../codec/chunk.ts';
import type { Pacer } from '../pacer.ts';
import type { Breathe } from '../postings/label-index.ts';
import type { Effect } from '../rollup/rollup-state.ts';
import type { BlockMask } from '../tombstones/block-mask.ts';
import { eraseFromChunks } from '../tombstones/erase.ts';
import { inLabelOrder, type PlacedSeries } from './in-label-order.ts';
import { mergeChunks } from './merge-chunks.ts';

/** Read from all blocks before it is written, whichever comes first: enough to read the disk in long stretches, and no more in memory. */
const BATCH_SERIES = 256;
const BATCH_BYTES = 8 * 2 ** 20;

/** What is to be left out of blocks. */
export interface Masks {
  maskOf(meta: BlockMeta, index: BlockIndex, breathe: Breathe): Promise<BlockMask>;
}

/**
 * Replaces blocks of one tenant, in the order that settles equal times, by one whose window begins with their first.
 * What `masks` say stays behind; when nothing is left, there is no new block. Of values that differ for the same time the older block's
 * stays; resolves to how many these were. Rejects with `CorruptionError` when one is damaged.
 */
export async function mergeBlocks(
  store: BlockStore,
  masks: Masks,
  blocks: readonly Block[],
  effect: Effect,
  pacer: Pacer,
): Promise<number> {
  const target = store.target(blocks[0].meta.tenant, blocks[0].meta.windowMs);
  const writer = await store.createBlock(target);
  let conflicts = 0;
  try {
    const indexes = await Promise.all(blocks.map((block) => block.index()));
    const breathe = () => pacer.breathe();
    const sources = await Promise.all(
      blocks.map(async (block, i) => ({ block, mask: await masks.maskOf(block.meta, indexes[i], breathe) })),
    );
    let batch: PlacedSeries[] = [];
    let batchBytes = 0;
    for await (const series of inLabelOrder(indexes)) {
      await pacer.breathe();
      batch.push(series);
      batchBytes += series.bytes;
      if (batch.length < BATCH_SERIES && batchBytes < BATCH_BYTES) continue;
      conflicts += await writeBatch(writer, sources, batch, pacer);
      batch = [];
      batchBytes = 0;
    }
    conflicts += await writeBatch(writer, sources, batch, pacer);
    if (writer.isEmpty) {
      await writer.abandon();
      await store.publish({ effect, add: [], remove: blocks, replayOffset: () => store.replayOffset });
      return conflicts;
    }
    await writer.finish(pacer);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await store.publish({ effect, add: [await store.load(target)], remove: blocks, replayOffset: () => store.replayOffset });
  return conflicts;
}

interface MaskedBlock {
  readonly block: Block;
  readonly mask: BlockMask;
}

async function writeBatch(
  writer: BlockWriter,
  sources: readonly MaskedBlock[],
  batch: readonly PlacedSeries[],
  pacer: Pacer,
): Promise<number> {
  const chunksByBlock = await Promise.all(
    sources.map(async ({ block, mask }, i) => {
      const chunks = new Map<number, Chunk[]>();
      const ids = batch.map((series) => series.ids[i]).filter((id) => id >= 0);
      await block.read(
        ids,
        () => pacer.breathe(),
        (id, found) => chunks.set(id, eraseFromChunks(found, mask.get(id) ?? [])),
      );
      return chunks;
    }),
  );
  let conflicts = 0;
  for (const { labels, ids } of batch) {
    await pacer.breathe();
    const chunks = ids.flatMap((id, i) => chunksByBlock[i].get(id) ?? []);
    if (chunks.length === 0) continue;
    const merged = mergeChunks(chunks);
    conflicts += merged.conflicts;
    await writer.add(labels, merged);
  }
  return conflicts;
}
