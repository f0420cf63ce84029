import type { Labels } from '@tidemark/tsdb/model';
import { NamedSeries } from '@tidemark/tsdb/model';
import type { RecordColumns } from '../encoder.ts';

/** Samples that name their series by its labels, under a table of their own. */
export function columnsOf(series: readonly Labels[], timesMs: Float64Array, values: Float64Array): RecordColumns {
  const distinct = [...new Set(series)];
  const numberOf = new Map(distinct.map((labels, number) => [labels, number]));
  return {
    table: NamedSeries.of(distinct),
    numbers: Uint32Array.from(series, (labels) => numberOf.get(labels) as number),
    timesMs,
    values,
  };
}
