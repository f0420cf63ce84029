import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { BlockStore } from '../block/block-store.ts';
import { BlockWriter } from '../block/block-writer.ts';
import type { Chunk } from '../codec/chunk.ts';
import { compareLabels, type Labels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { mergeChunks } from './merge-chunks.ts';

/** Series read from all blocks before they are written: enough to read the disk in long stretches. */
const BATCH_SERIES = 256;

/** Replaces blocks of one tenant and window, the older first, by one. Rejects with `CorruptionError` when one is damaged. */
export async function mergeBlocks(store: BlockStore, blocks: readonly Block[], pacer: Pacer): Promise<void> {
  const target = store.target(blocks[0].meta.tenant, blocks[0].meta.windowMs);
  const writer = await BlockWriter.create(target);
  try {
    const indexes = await Promise.all(blocks.map((block) => block.index()));
    let batch: Series[] = [];
    for (const series of inLabelOrder(indexes)) {
      await pacer.breathe();
      batch.push(series);
      if (batch.length < BATCH_SERIES) continue;
      await writeBatch(writer, blocks, batch, pacer);
      batch = [];
    }
    await writeBatch(writer, blocks, batch, pacer);
    await writer.finish(pacer);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await store.publish({ add: [await store.load(target)], remove: blocks, replayOffset: () => store.replayOffset });
}

interface Series {
  readonly labels: Labels;
  /** Its id in each block, or -1. */
  readonly ids: readonly number[];
}

function* inLabelOrder(indexes: readonly BlockIndex[]): Generator<Series> {
  const next = indexes.map(() => 0);
  for (;;) {
    const heads = indexes.map((index, i) => (next[i] < index.all().length ? index.labels(next[i]) : null));
    const least = heads.reduce((a, b) => (a === null || (b !== null && compareLabels(b, a) < 0) ? b : a), null);
    if (least === null) return;
    const ids = heads.map((labels, i) => (labels !== null && compareLabels(labels, least) === 0 ? next[i]++ : -1));
    yield { labels: least, ids };
  }
}

async function writeBatch(writer: BlockWriter, blocks: readonly Block[], batch: readonly Series[], pacer: Pacer): Promise<void> {
  const chunksByBlock = await Promise.all(
    blocks.map(async (block, i) => {
      const chunks = new Map<number, Chunk[]>();
      const ids = batch.map((series) => series.ids[i]).filter((id) => id >= 0);
      await block.read(
        ids,
        () => pacer.breathe(),
        (id, found) => chunks.set(id, found),
      );
      return chunks;
    }),
  );
  for (const { labels, ids } of batch) {
    await pacer.breathe();
    await writer.add(labels, mergeChunks(ids.flatMap((id, i) => chunksByBlock[i].get(id) ?? [])));
  }
}
