import type { TenantHead } from '../head/tenant-head.ts';
import type { Pacer } from '../pacer.ts';
import { resolveMatchers } from '../postings/label-index.ts';
import type { Deletion } from './tombstone.ts';

/** Takes a deletion's samples out of memory. Appends go on meanwhile: somebody else keeps deleted samples from coming in again. */
export async function eraseHead(head: TenantHead, { selectors, range }: Deletion, pacer: Pacer): Promise<void> {
  for (const matchers of selectors) {
    for (const id of await resolveMatchers(head.series.postings, matchers, () => pacer.breathe())) {
      await pacer.breathe();
      const place = head.series.placeOf(id);
      if (place >= 0) head.samples -= head.columns.erase(place, range);
    }
  }
}
