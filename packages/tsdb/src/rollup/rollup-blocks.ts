import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { RollupBlocks } from './plan-rollups.ts';

/** What a store has of one tenant. */
export function rollupBlocksOf(store: BlockStore, tenant: string): RollupBlocks<Block> {
  const own = ({ meta }: Block) => meta.tenant === tenant;
  return { live: store.live.filter(own), rolled: store.rolled.filter(own), state: store.rollupsOf(tenant) };
}
