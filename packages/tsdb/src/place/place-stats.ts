import type { Millis } from '@tidemark/base';
import type { BlockStore } from '../block/block-store.ts';
import type { EngineStats, PlaceStats } from '../engine.ts';
import type { Mover } from './mover.ts';

export function blockStats(store: BlockStore): EngineStats['blocks'] {
  return store.all.map((block) => {
    const { id, tenant, resolutionMs, fromMs, toMs, series, samples } = block.meta;
    return { id, tenant, resolutionMs, fromMs, toMs, series, samples, bytes: block.bytes, place: store.placeOf(block)?.name ?? null };
  });
}

/** What lies in each place, and what waits for it. */
export function placeStats(store: BlockStore, mover: Mover, nowMs: Millis): PlaceStats[] {
  return Array.from(mover.waiting(nowMs), ([place, waiting]) => {
    const blocks = store.all.filter((block) => store.placeOf(block) === place);
    const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
    const strays = store.strays.filter((stray) => stray.place === place.name).length;
    return { name: place.name, where: place.where, blocks: blocks.length, bytes, strays, waiting, ...place.traffic };
  });
}
