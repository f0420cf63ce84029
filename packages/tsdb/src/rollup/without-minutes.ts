import type { Block } from '../block/block.ts';
import type { Masks } from '../compact/merge-blocks.ts';
import type { Pacer } from '../pacer.ts';
import { batchesOf, openAll, readBatch } from './block-batches.ts';
import { stretchIn } from './join-windows.ts';
import { LEVELS, reaches, unitsAround, unitsIn } from './levels.ts';
import { intersection, withoutAll } from './ranges.ts';
import { windowsOf } from './read-windows.ts';
import type { RollupState } from './rollup-state.ts';
import { FINEST_MS } from './tiers.ts';

/**
 * The series of a block of samples that have, in some unit, samples and no windows of a minute: those that are scraped slowly. `minutes`
 * are the blocks of such windows. Rejects with `CorruptionError` when one is damaged.
 */
export async function withoutMinutes(
  block: Block,
  minutes: readonly Block[],
  { made, slow }: RollupState,
  masks: Masks,
  pacer: Pacer,
): Promise<ReadonlySet<number>> {
  const [level] = LEVELS;
  // Fast path: where minutes leave nobody out nothing is looked for.
  const complete = withoutAll(made[FINEST_MS] ?? [], slow);
  const own = unitsAround(block.meta, level);
  const units = unitsIn(withoutAll([own], intersection(complete, [own])), level);
  const found = new Set<number>();
  if (units.length === 0) return found;
  const all = await openAll([block, ...minutes.filter(({ meta }) => units.some((unit) => reaches(meta, unit)))], masks, pacer);
  const [{ index }, ...others] = all;
  for await (const batch of batchesOf(all, pacer)) {
    const read = await Promise.all(others.map((other, i) => readBatch(other, batch, i + 1, pacer)));
    for (const { ids } of batch) {
      await pacer.breathe();
      const [id] = ids;
      if (id < 0) continue;
      const { chunks } = (await index.entry(id)).run;
      const windows = read.flatMap((each, i) => (each.get(ids[i + 1]) ?? []).map((chunk) => windowsOf(chunk, FINEST_MS)));
      const isMissing = units.some((unit) => {
        const isThere = chunks.some(({ minMs, maxMs }) => reaches({ fromMs: minMs, toMs: maxMs }, unit));
        return isThere && windows.every((each) => isEmpty(stretchIn(each, unit)));
      });
      if (isMissing) found.add(id);
    }
  }
  return found;
}

function isEmpty({ from, to }: { readonly from: number; readonly to: number }): boolean {
  return from === to;
}
