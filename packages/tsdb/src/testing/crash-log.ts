import { prng } from '@tidemark/base';
import type { BatchOrigin } from '../engine.ts';
import type { SampleBatch, SeriesTable } from '../model/batch.ts';
import { Labels } from '../model/labels.ts';
import { NamedSeries } from '../model/named-series.ts';
import { groupsBatch } from './batches.ts';

/**
 * A log that need not be stored: what is at an offset follows from the offset. A batch every 30 s, series that come and
 * go, late samples and repeated ones; producer epochs of 10 batches.
 */
export const CRASH_LOG_START_MS = 1_700_006_400_000;
const STEP_MS = 30_000;
const EPOCH_BATCHES = 10;
const SERIES = 30;

const tables = new Map<number, SeriesTable>();

export function crashLogEntry(offset: number): { batch: SampleBatch; origin: BatchOrigin } {
  const epochOffset = offset - (offset % EPOCH_BATCHES);
  let table = tables.get(epochOffset);
  if (table === undefined) {
    // A third of the series changes its name every few hours.
    const generation = Math.floor(offset / 500);
    const pod = (i: number) => (i % 3 === 0 ? `g${generation}` : '');
    table = NamedSeries.of(Array.from({ length: SERIES }, (_, i) => Labels.from({ __name__: 'm', i: `${i}`, pod: pod(i) })));
    tables.set(epochOffset, table);
  }
  const random = prng(offset);
  const nowMs = CRASH_LOG_START_MS + offset * STEP_MS;
  const group = (timeMs: number, wanted: (i: number) => boolean) => {
    const numbers = Uint32Array.from({ length: SERIES }, (_, i) => i).filter(wanted);
    return { timeMs, numbers, values: Float64Array.from(numbers, (i) => timeMs / 1000 + i) };
  };
  const late = nowMs - random.int(1, 60) * STEP_MS - 7;
  return {
    batch: groupsBatch(table, [group(late, (i) => i % 7 === offset % 7), group(nowMs, (i) => (i + offset) % 11 > 0)]),
    origin: { offset, epochOffset },
  };
}
