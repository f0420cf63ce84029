import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';
import { WINDOW_MS } from '../limits.ts';

/**
 * Which blocks become one. Spans nest: each is three times the one before, and aligned to the epoch; a block belongs to
 * the least span that holds all of it.
 *
 *   2 h   6 h   18 h   54 h …   up to 31 days, and a tenth of the age at which something leaves it next
 *
 * - A merge takes every block of its tenant that lies in the span, so that what overlaps is settled as it was before.
 * - A span is merged once nothing more is expected for it: it has no open window, and the tenant has a younger block.
 * - What comes late for a span that has been merged waits until it is worth the writing, or for the next span.
 * - What is far is merged again only when many have come late for it.
 *
 * No clock, no disk.
 */
export interface MergeRules {
  /** Longer than a window, a block is no longer than this: retention drops whole blocks, and little is to outlive its age. */
  readonly spanMaxMs: (meta: BlockMeta) => Millis;
  /** Has the head samples between these times (the second one excluded)? */
  readonly isOpen: (tenant: string, fromMs: Millis, toMs: Millis) => boolean;
}

export interface PlannedBlock {
  readonly meta: BlockMeta;
  readonly bytes: number;
  /** Reading it takes long. */
  readonly isFar?: boolean;
}

/** Merges of one level at a time: what they give is planned for in the next round. `blocks` in the order that settles equal times. */
export function planMerges<B extends PlannedBlock>(blocks: readonly B[], { spanMaxMs, isOpen }: MergeRules): B[][] {
  const youngest = new Map<string, Millis>();
  for (const { meta } of blocks) youngest.set(meta.tenant, Math.max(meta.toMs, youngest.get(meta.tenant) ?? meta.toMs));
  for (const spanMs of SPANS_MS) {
    const merges = groupsOf(blocks, spanMs).filter((group) => {
      const { tenant, windowMs } = group[0].meta;
      if (group.length === 1 || (spanMs > WINDOW_MS && group.some(({ meta }) => spanMs > spanMaxMs(meta)))) return false;
      if (group.length <= PILE_BLOCKS_MAX && group.some(({ isFar = false }) => isFar)) return false;
      const fromMs = startOf(windowMs, spanMs);
      const open = isOpen(tenant, fromMs, fromMs + spanMs);
      if (spanMs === WINDOW_MS) return group.length > (open ? PILE_BLOCKS_MAX : 1);
      const isOver = !open && (youngest.get(tenant) as Millis) >= fromMs + spanMs;
      return isOver && isWorthIt(group, spanMs);
    });
    if (merges.length > 0) return merges;
  }
  return [];
}

/** Blocks that are tolerated before they are merged into what is large already, or into what is not complete yet: restarts in a row leave some. */
const PILE_BLOCKS_MAX = 8;
const SPAN_FACTOR = 3;
const SPAN_MS_MAX = 31 * 24 * 3_600_000;
/** The least first. */
const SPANS_MS: readonly Millis[] = Array.from({ length: 10 }, (_, i) => WINDOW_MS * SPAN_FACTOR ** i).filter(
  (span) => span <= SPAN_MS_MAX,
);
/** A large block is written anew for late ones when they come to this part of it. */
const LATE_PART = 1 / 4;

function groupsOf<B extends PlannedBlock>(blocks: readonly B[], spanMs: Millis): B[][] {
  const groups = new Map<string, B[]>();
  for (const block of blocks) {
    const { tenant, windowMs, toMs } = block.meta;
    const start = startOf(windowMs, spanMs);
    if (toMs >= start + spanMs) continue; // It belongs to a larger span.
    const key = `${start} ${tenant}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [block]);
    else group.push(block);
  }
  return [...groups.values()];
}

/** Not when one block fills the span already, and the others are few and small. */
function isWorthIt(group: readonly PlannedBlock[], spanMs: Millis): boolean {
  const below = spanMs / SPAN_FACTOR;
  const large = group.filter(({ meta }) => meta.toMs >= startOf(meta.windowMs, below) + below);
  if (large.length === 0 || group.length > PILE_BLOCKS_MAX) return true;
  const bytes = (blocks: readonly PlannedBlock[]) => blocks.reduce((sum, block) => sum + block.bytes, 0);
  return bytes(group) - bytes(large) >= bytes(large) * LATE_PART;
}

function startOf(atMs: Millis, spanMs: Millis): Millis {
  return Math.floor(atMs / spanMs) * spanMs;
}
