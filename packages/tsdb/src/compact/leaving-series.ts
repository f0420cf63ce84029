import type { BlockIndex } from '../block/block-index.ts';
import { type Breathe, resolveMatchers } from '../postings/label-index.ts';
import type { Leaving } from './retention.ts';

/** The series of a block that are past their age; `slow` are those that are scraped slowly. */
export async function leavingSeries(
  index: BlockIndex,
  leaving: Leaving,
  slow: ReadonlySet<number>,
  breathe: Breathe,
): Promise<ReadonlySet<number>> {
  const leaves = new Set<number>();
  const ruled = new Set<number>();
  for (const rule of leaving.rules) {
    for (const id of await resolveMatchers(index, rule.matchers, breathe)) {
      await breathe();
      if (ruled.has(id)) continue;
      ruled.add(id);
      if (rule.leaves) leaves.add(id);
    }
  }
  if (!leaving.others && !leaving.slowOthers) return leaves;
  for (let id = 0; id < index.seriesCount; id++) {
    await breathe();
    if (ruled.has(id)) continue;
    if (slow.has(id) ? leaving.slowOthers : leaving.others) leaves.add(id);
  }
  return leaves;
}
