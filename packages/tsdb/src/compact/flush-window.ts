import { type Millis, sortInSlices } from '@tidemark/base';
import type { BlockStore } from '../block/block-store.ts';
import type { Head } from '../head/head.ts';
import { removeEmpty } from '../head/remove-empty.ts';
import type { TenantHead } from '../head/tenant-head.ts';
import { WINDOW_MS } from '../limits.ts';
import type { Pacer } from '../pacer.ts';
import { mergeChunks } from './merge-chunks.ts';

/** A series with sealed samples of the window, and its newest chunk then. */
interface Captured {
  readonly place: number;
  readonly newest: number;
}

/**
 * Moves a window's samples from the head into a new block. Appends go on meanwhile: what comes for the window
 * after it was captured stays in the head, and counts for replay. Samples leave the head after the manifest
 * names the block, so that a query sees them once or twice, and never not at all.
 */
export async function flushWindow(head: Head, store: BlockStore, tenant: string, windowMs: Millis, pacer: Pacer): Promise<void> {
  const from = head.tenant(tenant);
  if (from === undefined) return;
  const { series, columns } = from;
  from.windows.detach(windowMs);
  const pages = from.histograms.closeWindow(windowMs);
  try {
    const captured: Captured[] = [];
    for (const place of series.walk()) {
      await pacer.breathe();
      columns.seal(place, windowMs + WINDOW_MS);
      if (columns.hasChunksOf(place, windowMs)) captured.push({ place, newest: columns.newestChunk(place) });
    }
    if (captured.length > 0) {
      const order = await series.labelOrder(pacer);
      const sorted = await sortInSlices(
        captured,
        (a, b) => order(a.place, b.place),
        () => pacer.breathe(),
      );
      await writeBlock(head, store, { tenant, windowMs, captured: sorted }, pacer);
      for (const { place, newest } of captured) {
        await pacer.breathe();
        from.samples -= columns.drop(place, newest, windowMs);
      }
    }
  } catch (error) {
    from.windows.reattach(windowMs);
    throw error;
  }
  from.histograms.release(pages);
  from.windows.written(windowMs);
  await removeEmpty(from, pacer);
}

interface Window {
  readonly tenant: string;
  readonly windowMs: Millis;
  /** In label order. */
  readonly captured: readonly Captured[];
}

async function writeBlock(head: Head, store: BlockStore, { tenant, windowMs, captured }: Window, pacer: Pacer): Promise<void> {
  const { series, columns, windows, histograms } = head.tenant(tenant) as TenantHead;
  const target = store.target(tenant, windowMs);
  const writer = await store.createBlock(target);
  try {
    for (const { place, newest } of captured) {
      await pacer.breathe();
      const samples = mergeChunks(columns.chunksOf(newest, windowMs));
      const marked = histograms.resolve(samples.values.subarray(0, samples.length));
      if (marked !== null) samples.histograms = marked;
      await writer.add(series.labels(place), samples);
    }
    await writer.finish(pacer);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const block = await store.load(target);
  const replayOffset = () => head.replayOffset({ tenant, windowMs });
  await store.publish({ effect: { kind: 'came' }, add: [block], remove: [], replayOffset, replayFrom: windows.detachedFrom(windowMs) });
}
