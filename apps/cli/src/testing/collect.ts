import { isMarkAt, isStaleAt } from '@tidemark/tsdb/model';
import type { ImportSource } from '../import/source.ts';

/** All samples of a source, by series: `time value`, histograms as they will be sent, in the order in which they come. Also checks what a source promises. */
export async function collect(source: ImportSource): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const windowMs of await source.windows()) {
    if (windowMs <= lastMs) throw new Error('windows do not rise');
    lastMs = windowMs;
    for await (const { labels, times, values, histograms = [] } of source.read(windowMs)) {
      const sent = histograms.values();
      const series = `${labels}`;
      found[series] ??= [];
      for (const [i, timeMs] of times.entries()) {
        if (timeMs < windowMs || timeMs >= windowMs + 7_200_000) throw new Error(`${timeMs} is not in its window`);
        if (i > 0 && timeMs <= times[i - 1]) throw new Error('times do not rise');
        const histogram = isMarkAt(values, i) ? Buffer.from(sent.next().value as Uint8Array).toString('hex') : null;
        found[series].push(`${timeMs} ${histogram ?? (isStaleAt(values, i) ? 'stale' : Object.is(values[i], -0) ? '-0' : values[i])}`);
      }
    }
  }
  await source.close();
  return found;
}
