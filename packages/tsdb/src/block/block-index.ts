import type { Labels } from '../model/labels.ts';
import type { LabelIndex } from '../postings/label-index.ts';
import type { ChunkSummary } from './chunk-summary.ts';
import type { RunEntry } from './run-entry.ts';

/** What a block says of its series, without their samples. Series are numbered in label order, from 0. Rejects with `CorruptionError` on damage. */
export interface BlockIndex extends LabelIndex {
  readonly seriesCount: number;
  entry(id: number): Promise<SeriesEntry>;
  /** If nothing has to be read for it: then it is the same object each time, as long as the index has room. Throws as `entry` rejects. */
  entryAtHand(id: number): SeriesEntry | undefined;
  /** Of each chunk of a series, null where its values must be asked; null for all when the block is of a version that has none. */
  summaries(id: number): Promise<readonly (ChunkSummary | null)[] | null>;
}

export interface SeriesEntry {
  readonly labels: Labels;
  readonly run: RunEntry;
}
