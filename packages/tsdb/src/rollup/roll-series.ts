import type { Millis } from '@tidemark/base';
import { hasMarks, wordsOf } from '../codec/columns.ts';
import type { SampleColumns } from '../model/sample.ts';
import { hasNaN, rollAll } from './aggregate.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { isSlow, kindOf } from './series-kind.ts';
import { FINEST_MS } from './tiers.ts';

/**
 * The windows of one series' samples in one unit, by width; null of the finest where it is too slow to have any, and where it has native
 * histograms, whose raw samples cost as much: so they are kept as long as those of slow series.
 */
export function rollSeries(samples: SampleColumns, widthsMs: readonly Millis[], name: string): (RolledColumns | null)[] {
  const { times, values } = samples;
  const mayHaveNaN = hasNaN(values);
  const isOnlyRaw = isSlow(times) || (mayHaveNaN && hasMarks(wordsOf(values), 0, values.length));
  const isLeftOut = isOnlyRaw ? (widthMs: Millis) => widthMs === FINEST_MS : () => false;
  const made = rollAll(
    samples,
    widthsMs.filter((widthMs) => !isLeftOut(widthMs)),
    kindOf(name, values),
    mayHaveNaN,
  );
  return widthsMs.map((widthMs) => made.find((windows) => windows.widthMs === widthMs) ?? null);
}
