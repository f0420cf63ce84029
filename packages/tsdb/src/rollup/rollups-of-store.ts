import type { BlockMeta } from '../block/format.ts';
import { rangeOf } from './levels.ts';
import { type BlockChange, type Extent, isMet, NO_ROLLUPS, type RollupState, stateAfter, stateOfBlocks } from './rollup-state.ts';

/** By tenant. */
export type Rollups = ReadonlyMap<string, RollupState>;

interface Described {
  readonly meta: Extent;
}

/** `live` after the change; null when not all blocks are known. */
export function rollupsAfter(before: Rollups, { add, remove, effect }: BlockChange, live: readonly Described[] | null): Rollups {
  const concerned = new Set([...add, ...remove].map(({ meta }) => meta.tenant));
  if (effect.kind === 'rolled') concerned.add(effect.tenant);
  const after = new Map(before);
  for (const tenant of concerned) {
    const own = (blocks: readonly Described[]) => blocks.filter(({ meta }) => meta.tenant === tenant);
    const change = { add: own(add), remove: own(remove), effect };
    after.set(tenant, stateAfter(before.get(tenant) ?? NO_ROLLUPS, change, live && own(live)));
    if (live !== null && own(live).length === 0) after.delete(tenant);
  }
  return after;
}

/** Of blocks of which no more is known than what they are. */
export function rollupsOfBlocks(all: readonly Described[]): Rollups {
  return new Map([...Map.groupBy(all, ({ meta }) => meta.tenant)].map(([tenant, own]) => [tenant, stateOfBlocks(own)]));
}

/** Of blocks of windows that have some of the same time the youngest: one that was written in place of others has what they had. */
export function withoutSurplus<B extends { readonly meta: BlockMeta }>(all: readonly B[]): B[] {
  const kept: B[] = [];
  for (const block of all.toSorted((a, b) => (a.meta.id < b.meta.id ? 1 : -1))) {
    const { tenant, resolutionMs } = block.meta;
    if (resolutionMs === 0) {
      kept.push(block);
      continue;
    }
    const beside = kept.filter(({ meta }) => meta.tenant === tenant && meta.resolutionMs === resolutionMs).map(({ meta }) => rangeOf(meta));
    if (!isMet(beside, rangeOf(block.meta))) kept.push(block);
  }
  return kept;
}
