import type { Pacer } from '../pacer.ts';
import type { TenantHead } from './tenant-head.ts';

/** Series without samples leave memory. */
export async function removeEmpty({ series, columns }: TenantHead, pacer: Pacer): Promise<void> {
  for (const place of series.walk()) {
    await pacer.breathe();
    if (!columns.isEmpty(place)) continue;
    series.remove(place);
    columns.leave(place);
  }
  await series.forgetRemoved(pacer);
}
