import type { Pacer } from '../pacer.ts';
import type { TenantHead } from './tenant-head.ts';

/** Series without samples leave memory. */
export async function removeEmpty({ series, columns }: TenantHead, pacer: Pacer): Promise<void> {
  let found: number[] = [];
  const remove = () => {
    // What has been appended to meanwhile stays.
    const gone = found.filter((place) => columns.isEmpty(place));
    series.remove(gone);
    for (const place of gone) columns.leave(place);
  };
  for (const place of series.places()) {
    await pacer.breathe();
    if (columns.isEmpty(place)) found.push(place);
    if (found.length < REMOVE_SERIES) continue;
    remove();
    found = [];
  }
  remove();
}

/** Series that leave in one step: each step searches all lists that they were in. */
const REMOVE_SERIES = 2048;
