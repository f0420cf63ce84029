import { ColumnBuffer } from '../codec/columns.ts';
import type { Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import type { SelectedSeries } from './queryable.ts';

/** Puts the parts of each series together; where a time is in several parts the part that was added first counts. */
export class SeriesMerge {
  readonly #parts = new Map<string, { readonly labels: Labels; readonly samples: SampleColumns[] }>();

  add(series: SelectedSeries): void {
    const known = this.#parts.get(series.labels.key);
    if (known === undefined) this.#parts.set(series.labels.key, { labels: series.labels, samples: [series.samples] });
    else known.samples.push(series.samples);
  }

  all(): SelectedSeries[] {
    return [...this.#parts.values()].map(({ labels, samples }) => ({ labels, samples: mergeColumns(samples) }));
  }

  /** The newest sample of each series. */
  newest(): SelectedSeries[] {
    return [...this.#parts.values()].map(({ labels, samples }) => ({
      labels,
      samples: samples.reduce((a, b) => (b.times[0] > a.times[0] ? b : a)),
    }));
  }
}

/** One part is returned as it is. */
export function mergeColumns(parts: readonly SampleColumns[]): SampleColumns {
  if (parts.length === 1) return parts[0];
  const merged = new ColumnBuffer(parts.reduce((sum, part) => sum + part.times.length, 0));
  for (const { times, values, histograms } of parts) merged.merge(times, values, 0, times.length, histograms);
  return merged.columns();
}
