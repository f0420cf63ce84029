import type { Millis } from '@tidemark/base';
import type { PlaceAge } from './place.ts';

/**
 * Which blocks move where. Places go from fast to slow, the first is where blocks are written; a block belongs to the slowest one that it
 * is old enough for. It never moves back. The oldest go first. No clock, no disk.
 */
export interface PlacedBlock {
  readonly meta: { readonly id: string; readonly toMs: Millis; readonly resolutionMs?: number };
  /** Index of the place; 0 is the first. */
  readonly place: number;
}

export interface Move<B> {
  readonly block: B;
  readonly to: number;
}

/** `ages` are those of the places after the first, in order. */
export function planMoves<B extends PlacedBlock>(blocks: readonly B[], ages: readonly PlaceAge[], nowMs: Millis): Move<B>[] {
  const moves: Move<B>[] = [];
  for (const block of blocks) {
    const { toMs, resolutionMs = 0 } = block.meta;
    const to = 1 + ages.findLastIndex(({ afterMs, tiers = {} }) => nowMs - toMs > (tiers[resolutionMs] ?? afterMs));
    if (to > block.place) moves.push({ block, to });
  }
  return moves.sort((a, b) => a.block.meta.toMs - b.block.meta.toMs || (a.block.meta.id < b.block.meta.id ? -1 : 1));
}
