import type { Millis } from '@tidemark/base';
import { isStaleAt, type SampleColumns } from '../model/sample.ts';
import { rollSamples } from './aggregate.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { isSlow, kindOf } from './series-kind.ts';
import { FINEST_MS } from './tiers.ts';

/** The windows of one series' samples in one unit, by width; null of the finest where it is too slow to have any. */
export function rollSeries(samples: SampleColumns, widthsMs: readonly Millis[], name: string): (RolledColumns | null)[] {
  const numbers = samples.values.filter((_, i) => !isStaleAt(samples.values, i));
  const kind = kindOf(name, numbers);
  const slow = isSlow(samples.times);
  return widthsMs.map((widthMs) => (slow && widthMs === FINEST_MS ? null : rollSamples(samples, widthMs, kind)));
}
