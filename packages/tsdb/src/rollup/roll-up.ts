import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import { type Chunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import type { Masks } from '../compact/merge-blocks.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Pacer } from '../pacer.ts';
import { batchesOf, openAll, readBatch } from './block-batches.ts';
import { JoinedWindows, stretchIn, type WindowStretch } from './join-windows.ts';
import { keptStretches } from './kept-windows.ts';
import { mergeWindows } from './merge-windows.ts';
import { type Level, type RollupJob, type RollupOutput, rangeOf } from './plan-rollups.ts';
import { without } from './ranges.ts';
import { windowsOf } from './read-windows.ts';
import { rollSeries } from './roll-series.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { type MadeUnit, RolledOutput } from './rolled-output.ts';
import type { RollupRecord } from './sources.ts';

/**
 * Does a planned job, in one pass over the series of what windows are made from and of what is written anew. New blocks take the place of
 * old ones in one step. Resolves to the units that turned out to have no windows. Rejects with `CorruptionError` when a block is damaged.
 */
export async function rollUp(store: BlockStore, masks: Masks, job: RollupJob<Block>, pacer: Pacer): Promise<ReadonlySet<TimeRange>> {
  const sources = await openAll(job.sources, masks, pacer);
  const replaced = job.outputs.flatMap(({ replaces }) => (replaces === null ? [] : [replaces]));
  const all = [...sources, ...(await openAll(replaced, masks, pacer))];
  const outputs: RolledOutput[] = [];
  const empty = new Set(job.units);
  try {
    for (const planned of job.outputs) outputs.push(await RolledOutput.create(store, job.tenant, planned));
    for await (const batch of batchesOf(all, pacer)) {
      const read = await Promise.all(all.map((block, i) => readBatch(block, batch, i, pacer)));
      for (const { labels, ids } of batch) {
        await pacer.breathe();
        const chunksOf = (i: number) => read[i].get(ids[i]) ?? [];
        const chunks = sources.flatMap((_, i) => chunksOf(i));
        const made = chunks.length === 0 ? [] : unitsOf(job, chunks, labels.name);
        for (const { unit } of made) empty.delete(unit);
        for (const output of outputs) {
          const at = all.findIndex(({ block }) => block === output.planned.replaces);
          const kept = at < 0 ? [] : keptOf(output.planned, chunksOf(at), all[at].mask.get(ids[at]) ?? []);
          await output.add(labels, kept, made);
        }
      }
    }
    const records = new Map<string, RollupRecord>();
    const add: Block[] = [];
    for (const output of outputs) {
      const block = await output.finish(store, pacer);
      if (block === null) continue;
      add.push(block);
      const { replaces } = output.planned;
      records.set(block.meta.id, output.recordOf(job, replaces && store.recordOf(replaces.meta.id)));
    }
    await store.publish({ add, remove: replaced, fate: 'changed', records, replayOffset: () => store.replayOffset });
  } catch (error) {
    for (const output of outputs) await output.abandon();
    throw error;
  }
  return empty;
}

/** Of the units that have samples. */
function unitsOf({ level, units }: RollupJob<Block>, chunks: readonly Chunk[], name: string): MadeUnit[] {
  return units.flatMap((unit) => {
    const windows = level.fromWidthMs === 0 ? fromSamples(chunks, unit, level, name) : fromWindows(chunks, unit, level);
    return windows === null ? [] : [{ unit, windows }];
  });
}

function fromSamples(chunks: readonly Chunk[], unit: TimeRange, { widthsMs }: Level, name: string): MadeUnit['windows'] | null {
  samples.clear();
  readChunks(chunks, { fromMs: unit.fromMs + 1, toMs: unit.toMs }, samples);
  const rolled = rollSeries(samples.view(), widthsMs, name);
  return rolled.every((windows) => windows === null || windows.length === 0)
    ? null
    : new Map(widthsMs.map((width, i) => [width, rolled[i]]));
}

/** Each width is made from the one before. */
function fromWindows(chunks: readonly Chunk[], unit: TimeRange, { fromWidthMs, widthsMs }: Level): MadeUnit['windows'] | null {
  const stretches = chunks
    .filter(({ minMs, maxMs }) => minMs <= unit.toMs && maxMs > unit.fromMs)
    .sort((a, b) => a.minMs - b.minMs)
    .map((chunk) => stretchIn(windowsOf(chunk, fromWidthMs), unit));
  let windows: RolledColumns = new JoinedWindows(fromWidthMs, stretches);
  if (windows.length === 0) return null;
  const made = new Map<number, RolledColumns>();
  for (const widthMs of widthsMs) {
    windows = mergeWindows(windows, widthMs);
    made.set(widthMs, windows);
  }
  return made;
}

const samples = new ColumnBuffer();

/** The windows that are taken over from the block that is replaced: those that are neither made anew nor deleted. */
function keptOf(
  { replaces, units, widthMs }: RollupOutput<Block>,
  chunks: readonly Chunk[],
  deleted: readonly TimeRange[],
): WindowStretch[] {
  if (replaces === null) return [];
  const ranges = units.reduce(without, [rangeOf(replaces.meta)]);
  return ranges.flatMap((range) => keptStretches(chunks, widthMs, range, deleted));
}
