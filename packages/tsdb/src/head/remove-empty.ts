import type { Pacer } from '../pacer.ts';
import type { HeadSeries } from './head-series.ts';
import type { SeriesIndex } from './series-index.ts';

/** Series without samples leave memory. */
export async function removeEmpty(index: SeriesIndex, pacer: Pacer): Promise<void> {
  let found: HeadSeries[] = [];
  // What has been appended to meanwhile stays.
  const remove = () => index.remove(found.filter((series) => series.empty));
  for (const series of index.all()) {
    await pacer.breathe();
    if (series.empty) found.push(series);
    if (found.length < REMOVE_SERIES) continue;
    remove();
    found = [];
  }
  remove();
}

/** Series that leave in one step: each step searches all lists that they were in. */
const REMOVE_SERIES = 2048;
