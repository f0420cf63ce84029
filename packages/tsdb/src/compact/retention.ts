import type { Millis } from '@tidemark/base';
import type { BlockMeta } from '../block/format.ts';

export interface RetentionRules {
  readonly retentionMs: Millis;
  readonly blocksBytesMax: number;
}

/** Blocks whose newest sample is older than the rule, and the oldest ones while all together are too large. */
export function expiredBlocks<B extends { readonly meta: BlockMeta; readonly bytes: number }>(
  blocks: readonly B[],
  nowMs: Millis,
  rules: RetentionRules,
): B[] {
  const byAge = [...blocks].sort((a, b) => a.meta.toMs - b.meta.toMs);
  let bytes = byAge.reduce((sum, block) => sum + block.bytes, 0);
  const expired: B[] = [];
  for (const block of byAge) {
    if (block.meta.toMs >= nowMs - rules.retentionMs && bytes <= rules.blocksBytesMax) break;
    bytes -= block.bytes;
    expired.push(block);
  }
  return expired;
}
