import type { Millis } from '@tidemark/base';
import type { BlockStore } from '../block/block-store.ts';
import type { Chunk } from '../codec/chunk.ts';
import type { Head } from '../head/head.ts';
import type { HeadSeries } from '../head/head-series.ts';
import { removeEmpty } from '../head/remove-empty.ts';
import { WINDOW_MS } from '../limits.ts';
import { compareLabels } from '../model/labels.ts';
import type { Pacer } from '../pacer.ts';
import { mergeChunks } from './merge-chunks.ts';
import { sortInSlices } from './sort-in-slices.ts';

interface Captured {
  readonly series: HeadSeries;
  readonly chunks: readonly Chunk[];
}

/**
 * Moves a window's samples from the head into a new block. Appends go on meanwhile: what comes for the window
 * after it was captured stays in the head, and counts for replay. Samples leave the head after the manifest
 * names the block, so that a query sees them once or twice, and never not at all.
 */
export async function flushWindow(head: Head, store: BlockStore, tenant: string, windowMs: Millis, pacer: Pacer): Promise<void> {
  const from = head.tenant(tenant);
  if (from === undefined) return;
  from.windows.detach(windowMs);
  try {
    const captured: Captured[] = [];
    for (const series of from.series.all()) {
      await pacer.breathe();
      series.seal(windowMs + WINDOW_MS);
      const chunks = series.chunksOf(windowMs);
      if (chunks.length > 0) captured.push({ series, chunks });
    }
    if (captured.length > 0) {
      const sorted = await sortInSlices(captured, (a, b) => compareLabels(a.series.labels, b.series.labels), pacer);
      await writeBlock(head, store, tenant, windowMs, sorted, pacer);
      for (const { series, chunks } of captured) {
        await pacer.breathe();
        series.drop(chunks);
        for (const chunk of chunks) from.samples -= chunk.count;
      }
    }
  } catch (error) {
    from.windows.reattach(windowMs);
    throw error;
  }
  from.windows.written(windowMs);
  await removeEmpty(from.series, pacer);
}

async function writeBlock(
  head: Head,
  store: BlockStore,
  tenant: string,
  windowMs: Millis,
  captured: readonly Captured[],
  pacer: Pacer,
): Promise<void> {
  const target = store.target(tenant, windowMs);
  const writer = await store.createBlock(target);
  try {
    for (const { series, chunks } of captured) {
      await pacer.breathe();
      await writer.add(series.labels, mergeChunks(chunks));
    }
    await writer.finish(pacer);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const block = await store.load(target);
  await store.publish({ add: [block], remove: [], replayOffset: () => head.replayOffset({ tenant, windowMs }) });
}
