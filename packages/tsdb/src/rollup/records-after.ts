import type { BlockMeta } from '../block/format.ts';
import { rangeOf } from './plan-rollups.ts';
import { type Fate, type RollupRecord, recordAfter } from './sources.ts';

interface Described {
  readonly meta: BlockMeta;
}

/** What the manifest says of blocks of windows once a change is made; `all` are live then, and `absent` too, of which no more is known than before. */
export function recordsAfter(
  before: ReadonlyMap<string, RollupRecord>,
  change: {
    readonly add: readonly Described[];
    readonly remove: readonly Described[];
    readonly fate: Fate;
    readonly records?: ReadonlyMap<string, RollupRecord>;
  },
  all: readonly Described[],
  absent: ReadonlySet<string>,
): ReadonlyMap<string, RollupRecord> {
  const after = new Map([...before].filter(([id]) => absent.has(id)));
  const replaced = { removed: change.remove, added: change.add, fate: change.fate };
  for (const { meta } of all) {
    if (meta.resolutionMs === 0) continue;
    const record = change.records?.get(meta.id) ?? before.get(meta.id);
    if (record !== undefined) after.set(meta.id, recordAfter(record, rangeOf(meta), replaced));
  }
  return after;
}
