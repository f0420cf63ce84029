import type { Millis } from '@tidemark/base';
import type { RetentionRules } from './compact/retention.ts';
import type { SampleBatch } from './model/batch.ts';
import type { ProducerEpoch } from './model/producer-epoch.ts';
import type { TimeRange } from './model/time-range.ts';
import type { ArchiveState } from './object-store/object-store.ts';
import type { PlaceWaiting } from './place/mover.ts';
import type { PlaceTraffic } from './place/place.ts';
import type { Queryable } from './query/queryable.ts';
import type { Deletion } from './tombstones/tombstone.ts';

/** Where a batch stood in the log. */
export interface BatchOrigin {
  readonly offset: number;
  /** The offset at which the batch's producer epoch began: a reader that starts there can read the batch. */
  readonly epochOffset: number;
  /** What the reader knows of the epoch, now and later: saved with memory, so that who reads on needs none of what is before. */
  readonly epoch?: ProducerEpoch;
}

export interface AppendOutcome {
  /** Samples that are now in the head (repeated ones, equal in time and bits, are not counted). */
  readonly appended: number;
  /** By reason; never silent. */
  readonly refused: readonly { readonly reason: RefusalReason; readonly samples: number; readonly firstSeries: string }[];
}

export type RefusalReason = 'too_old' | 'too_far_in_future' | 'conflicting_value' | NewSeriesRefusal;

/** Why a series that is not in memory is not taken in. */
export type NewSeriesRefusal = 'series_limit' | 'metric_series_limit' | 'memory_limit';

/**
 * One partition's samples: head and blocks of every tenant. Owned by one thread; appends are synchronous.
 * Its state is a function of the log: whatever is not in blocks comes back by replay from `replayOffset`.
 * Replaying what is already in blocks changes no answer (equal samples merge into one).
 */
export interface Engine extends Queryable {
  append(batch: SampleBatch, origin: BatchOrigin): AppendOutcome;
  /** Read the log from here after opening. 0 for an empty engine. */
  readonly replayOffset: number;
  /** For who reads the log from `replayOffset`: the epochs that may go on there. */
  readonly openEpochs: readonly ProducerEpoch[];
  /**
   * One round of upkeep in small slices: seals, writes blocks whose window is over, merges, drops what is past retention;
   * only the last one when the disk has no room for more.
   */
  maintain(nowMs: Millis, signal: AbortSignal, extent?: 'all' | 'drop only'): Promise<void>;
  /**
   * Deletes what the log holds so far: in records before `logEnd`, its end when that was asked for, appended already or not. Queries
   * do not see it any more when this resolves, and replay does not bring it back. What comes later, with the same times, stays.
   */
  deleteSamples(deletion: Deletion, logEnd: number): Promise<DeletionOutcome>;
  /**
   * What stands for the samples of a tenant in a range: another number than before once any of them may have come or gone. For caches, of
   * answers that it was asked for before they were computed. The same for as long as the engine is open, and greater the next time.
   */
  bucketVersion(tenant: string, range: TimeRange): number;
  /**
   * Writes blocks anew of which something is deleted, so that their space is free; merging does it too, in its time. Refused when one of
   * them cannot be reached.
   */
  cleanTombstones(): Promise<CleaningOutcome>;
  /**
   * Makes `dir` another engine's folder with what this one holds now; without what is only in memory when `skipHead`. Its blocks are
   * hard links, so `dir` is on the same disk. Whoever opens it reads the log that it is given from its beginning.
   */
  snapshot(dir: string, skipHead: boolean): Promise<SnapshotOutcome>;
  /**
   * What retention would take away at `atMs`, by the rules that hold or by others; nothing is changed. Memory is left out: it becomes
   * blocks first.
   */
  retention(atMs: Millis, rules?: RetentionRules): Promise<RetentionReport>;
  /**
   * Asks for the blocks of a tenant in a range that lie in an archive to be brought back for some days: until then they are missing in
   * answers. Says how they stood before.
   */
  restoreArchived(tenant: string, range: TimeRange, days: number): Promise<RestoreOutcome>;
  /** Writes the whole head into blocks, so that the next start replays next to nothing; then frees everything. */
  drain(): Promise<void>;
  stats(): EngineStats;
}

export type DeletionOutcome = { readonly kind: 'deleted' } | { readonly kind: 'refused'; readonly reason: string };

export type CleaningOutcome = { readonly kind: 'cleaned' } | { readonly kind: 'refused'; readonly reason: string };

export type SnapshotOutcome = { readonly kind: 'written' } | { readonly kind: 'refused'; readonly reason: string };

export interface RetentionReport {
  /** Set while nothing is deleted because the clock has jumped: what it would say otherwise, and how long until its time is believed. */
  readonly held: { readonly expectedMs: Millis; readonly forMs: number } | null;
  /** The oldest first. */
  readonly leaving: readonly LeavingSamples[];
}

/** What one block holds, or a part of it. */
export interface BlockContents {
  readonly id: string;
  readonly tenant: string;
  /** Of its windows; 0: raw samples. */
  readonly resolutionMs: Millis;
  readonly fromMs: Millis;
  readonly toMs: Millis;
  readonly series: number;
  readonly samples: number;
  readonly bytes: number;
}

/** What goes of one block; its bytes are an estimate when only some series go. */
export interface LeavingSamples extends BlockContents {
  /** The whole block, for its age or for size; or some series, for their age. */
  readonly reason: 'age' | 'size' | 'series';
}

export type RestoreOutcome =
  | { readonly kind: 'asked'; readonly blocks: readonly RestoredBlock[] }
  | { readonly kind: 'refused'; readonly reason: string };

export interface RestoredBlock {
  readonly id: string;
  readonly fromMs: Millis;
  readonly toMs: Millis;
  readonly bytes: number;
  /** archived: its restore has been asked for. restoring: it had been before. restored: it can be read. */
  readonly state: Exclude<ArchiveState, 'not archived'>;
}

export interface EngineStats {
  readonly headSeries: number;
  readonly headSamples: number;
  /** What both take, as estimated for the limit. */
  readonly headBytes: number;
  /** Series are refused beyond it. */
  readonly headBytesMax: number;
  readonly headFromMs: Millis | null;
  readonly headToMs: Millis | null;
  readonly blocks: readonly (BlockContents & {
    /** Null for the engine's own folder. */
    readonly place: string | null;
  })[];
  /** Beyond the engine's own folder, from fast to slow. */
  readonly places: readonly PlaceStats[];
  /** Deletions that still hold for something in blocks or in the log. */
  readonly tombstones: number;
  /** Samples that merging blocks has left behind since opening, for another value of the same time stood in an older block. */
  readonly conflicts: number;
  /** Samples that are in no window since opening, for theirs were there and cannot be made anew: the others' raw samples have gone. */
  readonly leftOut: number;
  /** Written to save memory, by this process. */
  readonly headSavedBytes: number;
  readonly quarantined: readonly { readonly id: string; readonly reason: string }[];
}

export interface PlaceStats extends PlaceTraffic {
  readonly name: string;
  /** For people. */
  readonly where: string;
  readonly blocks: number;
  readonly bytes: number;
  /** Blocks that have left, or have not come as a whole, and are still to be removed. */
  readonly strays: number;
  /** What is old enough for it and has not come yet. */
  readonly waiting: PlaceWaiting;
}
