import type { BlockIndex } from '../block/block-index.ts';
import { type Breathe, resolveMatchers } from '../postings/label-index.ts';
import { SLOW_INTERVAL_MS } from '../rollup/series-kind.ts';
import type { Leaving } from './retention.ts';

/** The series of a block that are past their age. */
export async function leavingSeries(index: BlockIndex, leaving: Leaving, breathe: Breathe): Promise<ReadonlySet<number>> {
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
    const isLeaving = leaving.others === leaving.slowOthers || ((await isSlow(index, id)) ? leaving.slowOthers : leaving.others);
    if (isLeaving) leaves.add(id);
  }
  return leaves;
}

/** By what its samples are apart on average; a single one is as slow as can be. */
async function isSlow(index: BlockIndex, id: number): Promise<boolean> {
  const { chunks } = (await index.entry(id)).run;
  const samples = chunks.reduce((sum, { count }) => sum + count, 0);
  const spanMs = chunks[chunks.length - 1].maxMs - chunks[0].minMs;
  return samples === 1 || spanMs / (samples - 1) >= SLOW_INTERVAL_MS;
}
