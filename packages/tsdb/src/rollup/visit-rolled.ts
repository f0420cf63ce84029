import type { Block } from '../block/block.ts';
import type { BlockIndex } from '../block/block-index.ts';
import type { Chunk } from '../codec/chunk.ts';
import type { Labels } from '../model/labels.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import type { QueryBudget } from '../query/budget.ts';
import type { RolledRequest } from '../query/queryable.ts';
import type { BlockMask } from '../tombstones/block-mask.ts';
import type { Tombstones } from '../tombstones/tombstones.ts';
import { JoinedWindows, type WindowStretch } from './join-windows.ts';
import { keptStretches } from './kept-windows.ts';
import { rangeOf } from './levels.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { filledWith } from './slow-windows.ts';

/** A series, and its number in each of some blocks of windows. */
export interface FoundSeries {
  readonly labels: Labels;
  readonly ids: Map<OpenRolled, number>;
}

/** A block of windows that a query asks. */
export interface OpenRolled {
  readonly block: Block;
  readonly index: BlockIndex;
  readonly mask: BlockMask;
}

/** By label key, as far as possible in label order. */
export type FoundRolled = Map<string, FoundSeries>;

export async function findRolled(
  blocks: readonly Block[],
  tombstones: Tombstones,
  { matchers }: RolledRequest,
  budget: QueryBudget,
): Promise<FoundRolled> {
  const found: FoundRolled = new Map();
  const breathe = () => budget.breathe();
  for (const block of blocks) {
    const index = await block.index();
    const open = { block, index, mask: await tombstones.maskOf(block.meta, index, breathe) };
    const labelsOf = async (id: number) => (await index.entry(id)).labels;
    for (const id of await resolveMatchers(index, matchers, breathe, labelsOf)) {
      await breathe();
      const { labels } = await index.entry(id);
      const series = found.get(labels.key);
      if (series !== undefined) series.ids.set(open, id);
      else {
        budget.chargeSeries(1);
        found.set(labels.key, { labels, ids: new Map([[open, id]]) });
      }
    }
  }
  return found;
}

/** Their bytes are read from all blocks before the first is visited. */
const BATCH_SERIES = 64;

/** Of each series the windows that the request asks for, and where it has none those that `also` has of it; valid until `visit` returns. */
export async function visitFound(
  found: FoundRolled,
  { range, widthMs }: RolledRequest,
  also: ReadonlyMap<string, readonly WindowStretch[]>,
  budget: QueryBudget,
  visit: (labels: Labels, windows: RolledColumns) => void,
): Promise<void> {
  const all = [...found.entries()];
  for (let at = 0; at < all.length; at += BATCH_SERIES) {
    const batch = all.slice(at, at + BATCH_SERIES);
    const chunks = await readChunks(
      batch.map(([, series]) => series),
      budget,
    );
    for (const [key, { labels, ids }] of batch) {
      await budget.breathe();
      const stretches = Array.from(ids).flatMap(([open, id]) => {
        const own = rangeOf(open.block.meta);
        const asked = { fromMs: Math.max(own.fromMs, range.fromMs), toMs: Math.min(own.toMs, range.toMs) };
        return keptStretches(chunks.get(open)?.get(id) ?? [], widthMs, asked, open.mask.get(id) ?? []);
      });
      stretches.sort((a, b) => a.range.fromMs - b.range.fromMs);
      const made = also.get(key);
      const windows = new JoinedWindows(widthMs, made === undefined ? stretches : filledWith(stretches, made));
      if (windows.length + windows.staleEndMs.length === 0) continue;
      budget.chargeSamples(windows.length);
      budget.chargeHistograms((windows.histograms ?? []).flatMap((each) => (each === null ? [] : [each.first, each.last])));
      visit(labels, windows);
    }
  }
}

async function readChunks(batch: readonly FoundSeries[], budget: QueryBudget): Promise<Map<OpenRolled, Map<number, Chunk[]>>> {
  const wanted = new Map<OpenRolled, number[]>();
  for (const { ids } of batch) {
    for (const [open, id] of ids) {
      const known = wanted.get(open);
      if (known === undefined) wanted.set(open, [id]);
      else known.push(id);
    }
  }
  const read = new Map<OpenRolled, Map<number, Chunk[]>>();
  for (const [open, ids] of wanted) {
    const chunks = new Map<number, Chunk[]>();
    read.set(open, chunks);
    await open.block.read(
      ids.sort((a, b) => a - b),
      () => budget.breathe(),
      (id, found) => chunks.set(id, found),
    );
  }
  return read;
}
