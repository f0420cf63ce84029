import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { Chunk } from '../codec/chunk.ts';
import { inLabelOrder, type PlacedSeries } from '../compact/in-label-order.ts';
import type { Masks } from '../compact/merge-blocks.ts';
import type { Pacer } from '../pacer.ts';
import type { BlockMask } from '../tombstones/block-mask.ts';
import { eraseFromChunks } from '../tombstones/erase.ts';

/** Series read from all blocks at once. */
const BATCH_SERIES = 64;

export interface OpenBlock {
  readonly block: Block;
  readonly index: BlockIndex;
  readonly mask: BlockMask;
}

export function openAll(blocks: readonly Block[], masks: Masks, pacer: Pacer): Promise<OpenBlock[]> {
  return Promise.all(
    blocks.map(async (block) => {
      const index = await block.index();
      return { block, index, mask: await masks.maskOf(block.meta, index, () => pacer.breathe()) };
    }),
  );
}

/** The series of all of them, in label order. */
export async function* batchesOf(blocks: readonly OpenBlock[], pacer: Pacer): AsyncGenerator<PlacedSeries[]> {
  let batch: PlacedSeries[] = [];
  for await (const series of inLabelOrder(blocks.map(({ index }) => index))) {
    await pacer.breathe();
    batch.push(series);
    if (batch.length < BATCH_SERIES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What is deleted of samples is left out; of windows it is left to whoever knows which of them are taken over. */
export async function readBatch(
  { block, mask }: OpenBlock,
  batch: readonly PlacedSeries[],
  place: number,
  pacer: Pacer,
): Promise<Map<number, readonly Chunk[]>> {
  const read = new Map<number, readonly Chunk[]>();
  const ids = batch.map((series) => series.ids[place]).filter((id) => id >= 0);
  const isRaw = block.meta.resolutionMs === 0;
  await block.read(
    ids,
    () => pacer.breathe(),
    (id, chunks) => read.set(id, isRaw ? eraseFromChunks(chunks, mask.get(id) ?? []) : chunks),
  );
  return read;
}
