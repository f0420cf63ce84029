import { beginCounts } from './counts';
import { beginMetadata } from './metadata';
import { beginSamples } from './samples';
import { beginSeries } from './series';

/** Forgets the request before: nothing of this one has been read. */
export function begin(): void {
  beginCounts();
  beginSamples();
  beginSeries();
  beginMetadata();
}
