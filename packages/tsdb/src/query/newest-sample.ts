import { type Chunk, readChunks } from '../codec/chunk.ts';
import { ColumnBuffer } from '../codec/columns.ts';
import { NO_SAMPLES, type SampleColumns } from '../model/sample.ts';
import type { TimeRange } from '../model/time-range.ts';

/** The newest sample of all parts, or none; of equally new ones the first part's. */
export function newestOf(parts: readonly (readonly Chunk[])[], range: TimeRange): SampleColumns {
  let newest = NO_SAMPLES;
  for (const chunks of parts) {
    scratch.clear();
    // Chunks of a block come in rising time.
    for (let i = chunks.length - 1; i >= 0 && scratch.length === 0; i--) readChunks([chunks[i]], range, scratch);
    const last = scratch.length - 1;
    if (last >= 0 && (newest.times.length === 0 || scratch.times[last] > newest.times[0])) newest = scratch.columns(last);
  }
  return newest;
}

const scratch = new ColumnBuffer();
