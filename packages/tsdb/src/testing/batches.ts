import type { SampleBatch, SampleGroup, SeriesTable } from '../model/batch.ts';
import type { Labels } from '../model/labels.ts';
import { NamedSeries } from '../model/named-series.ts';

/** One batch of one scrape: every series of `labels` at `timeMs`. */
export function scrapeBatch(labels: readonly Labels[], timeMs: number, values: Float64Array, tenant = 'default'): SampleBatch {
  return groupsBatch(NamedSeries.of(labels), [{ timeMs, numbers: Uint32Array.from(labels, (_, i) => i), values }], tenant);
}

/** Accepted when its newest sample was taken. */
export function groupsBatch(table: SeriesTable, groups: readonly SampleGroup[], tenant = 'default'): SampleBatch {
  return { tenant, acceptedAtMs: Math.max(...groups.map((group) => group.timeMs)), table, groups, metadata: [] };
}
