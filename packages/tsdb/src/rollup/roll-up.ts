import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import type { Masks } from '../compact/merge-blocks.ts';
import type { TimeRange } from '../model/time-range.ts';
import type { Pacer } from '../pacer.ts';
import { type AddedWindows, addedTo } from './added-windows.ts';
import { batchesOf, openAll, readBatch } from './block-batches.ts';
import { stretchIn, type WindowStretch } from './join-windows.ts';
import { keptStretches } from './kept-windows.ts';
import { rangeOf } from './levels.ts';
import { makeWindows } from './make-windows.ts';
import type { PlannedUnit, RollupJob } from './plan-rollups.ts';
import { withoutAll } from './ranges.ts';
import { RolledOutput } from './rolled-output.ts';
import { FINEST_MS } from './tiers.ts';

/**
 * Does a planned job, in one pass over the series of what windows are made from and of what is written anew. New blocks take the place of
 * old ones in one step, from which on the units are not due. Resolves to how many samples were left out: they came for windows that are
 * there and cannot be made anew. Rejects with `CorruptionError` when a block is damaged.
 */
export async function rollUp(store: BlockStore, masks: Masks, tenant: string, job: RollupJob<Block>, pacer: Pacer): Promise<number> {
  const { level, units } = job;
  const sources = await openAll(job.sources, masks, pacer);
  const replaced = job.outputs.flatMap(({ replaces }) => (replaces === null ? [] : [replaces]));
  const all = [...sources, ...(await openAll(replaced, masks, pacer))];
  const outputs: RolledOutput[] = [];
  const withSlow = new Set<TimeRange>();
  let leftOut = 0;
  try {
    for (const planned of job.outputs) outputs.push(await RolledOutput.create(store, tenant, planned));
    for await (const batch of batchesOf(all, pacer)) {
      const read = await Promise.all(all.map((block, i) => readBatch(block, batch, i, pacer)));
      for (const { labels, ids } of batch) {
        await pacer.breathe();
        const chunksOf = (i: number) => read[i].get(ids[i]) ?? [];
        const there = ({ planned: { replaces, widthMs } }: RolledOutput, range: TimeRange): WindowStretch[] => {
          const at = all.findIndex(({ block }) => block === replaces);
          return at < 0 ? [] : keptStretches(chunksOf(at), widthMs, range, all[at].mask.get(ids[at]) ?? []);
        };
        const chunks = sources.flatMap((_, i) => chunksOf(i));
        const made = units.map((unit) => makeWindows(chunks, unit, level, labels.name));
        const added = units.map((unit, i): AddedWindows | null => {
          if (made[i].get(FINEST_MS) === null) withSlow.add(unit);
          if (!unit.isPartial) return null;
          const own = outputs.filter(({ planned }) => planned.units.includes(unit));
          return addedTo(new Map(own.map((output) => [output.planned.widthMs, there(output, unit)])), made[i], level.mainWidthMs);
        });
        for (const each of added) leftOut += each?.leftOut ?? 0;
        for (const output of outputs) {
          const { widthMs, units: own, replaces } = output.planned;
          /** Where windows are made, and nothing is taken over. */
          const fresh = (unit: PlannedUnit) => added[units.indexOf(unit)]?.ranges.get(widthMs) ?? (unit.isPartial ? [] : [unit]);
          const taken = replaces === null ? [] : withoutAll([rangeOf(replaces.meta)], own.flatMap(fresh));
          const stretches = taken.flatMap((range) => there(output, range));
          for (const unit of own) {
            const windows = made[units.indexOf(unit)].get(widthMs);
            if (windows) stretches.push(...fresh(unit).map((range) => stretchIn(windows, range)));
          }
          await output.add(labels, stretches);
        }
      }
    }
    const add: Block[] = [];
    for (const output of outputs) {
      const block = await output.finish(store, pacer);
      if (block !== null) add.push(block);
    }
    const rolled = units.map((unit) => ({
      unit,
      widthsMs: job.outputs.flatMap((planned) => (planned.units.includes(unit) ? [planned.widthMs] : [])),
      hasSlow: withSlow.has(unit),
    }));
    const effect = { kind: 'rolled', tenant, fromWidthMs: level.fromWidthMs, units: rolled } as const;
    await store.publish({ add, remove: replaced, effect, replayOffset: () => store.replayOffset });
  } catch (error) {
    for (const output of outputs) await output.abandon();
    throw error;
  }
  return leftOut;
}
