import type { Millis } from '@tidemark/base';
import { hasMarks, wordsOf } from '../codec/columns.ts';
import type { SampleColumns } from '../model/sample.ts';
import { rollAll } from './aggregate.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { isSlow, kindOf } from './series-kind.ts';
import { FINEST_MS } from './tiers.ts';

/**
 * The windows of one series' samples in one unit, by width; null of the finest where it is too slow to have any, and where it has native
 * histograms, whose raw samples cost as much: so they are kept as long as those of slow series.
 */
export function rollSeries(samples: SampleColumns, widthsMs: readonly Millis[], name: string): (RolledColumns | null)[] {
  const isOnlyRaw = isSlow(samples.times) || hasMarks(wordsOf(samples.values), 0, samples.values.length);
  const isLeftOut = isOnlyRaw ? (widthMs: Millis) => widthMs === FINEST_MS : () => false;
  const made = rollAll(
    samples,
    widthsMs.filter((widthMs) => !isLeftOut(widthMs)),
    kindOf(name, samples.values),
  );
  return widthsMs.map((widthMs) => made.find((windows) => windows.widthMs === widthMs) ?? null);
}
