import type { BlockMeta } from '../block/format.ts';

/** Blocks of an open window that are tolerated before they are merged: restarts in a row leave some. */
const OPEN_WINDOW_BLOCKS_MAX = 8;

/**
 * Which blocks become one: those of one tenant and window, once nothing more is expected for the window, or when
 * too many have piled up. No clock, no disk.
 */
export function planMerges<B extends { readonly meta: BlockMeta }>(
  blocks: readonly B[],
  isOpen: (tenant: string, windowMs: number) => boolean,
): B[][] {
  const groups = new Map<string, B[]>();
  for (const block of blocks) {
    const key = `${block.meta.windowMs} ${block.meta.tenant}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [block]);
    else group.push(block);
  }
  return [...groups.values()].filter((group) => {
    const { tenant, windowMs } = group[0].meta;
    return group.length > (isOpen(tenant, windowMs) ? OPEN_WINDOW_BLOCKS_MAX : 1);
  });
}
