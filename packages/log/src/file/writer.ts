/**
 * The file log's one writer: everything that waits, over all partitions, becomes durable together.
 *
 *   append ─▶ queue ─▶ one write and one fdatasync for each touched segment ─▶ `durable` ─▶ answers
 *
 * While one commit is under way the next one gathers. The queue is bounded; what does not fit is refused at once.
 */
import { assert, type Clock, TrustedClock } from '@tidemark/base';
import { type Files, isFileError, isMissing, makeFolderDurably, nodeFiles, type OpenFile } from '@tidemark/base/files';
import { QUEUE_BYTES_MAX, RECORD_BYTES_MAX, RETENTION_EVERY_MS, RETRY_AFTER_DISK_MS, RETRY_AFTER_MS } from '../limits.ts';
import type { AppendResult, LogWriter } from '../log.ts';
import { type DurableEnd, encodeDurable, readDurable } from './durable.ts';
import { createIdentity, durablePath, growIdentity, LogFormatError, type LogIdentity, randomSalt, readIdentity } from './layout.ts';
import { lockDir } from './lock.ts';
import { PartitionWriter, SEGMENT_LIMITS, type SegmentLimits } from './partition-writer.ts';
import { type RecoveryEvent, recoverPartition } from './recover.ts';
import { type Retention, segmentsToDrop } from './retention.ts';
import { clockOfSegments } from './segment-clock.ts';

export interface FileLogOptions {
  readonly dir: string;
  /** Those that the log has from now on: one that has fewer grows. Or what a new log gets, and one that is there keeps its own. */
  readonly partitions: number | { readonly whenNew: number };
  readonly clock: Clock;
  /** Without it nothing is dropped. */
  readonly retention?: Retention;
  readonly queueBytesMax?: number;
  readonly segments?: SegmentLimits;
  readonly files?: Files;
  /** Of a new log: 32 bits that no sender knows. Random when left out. */
  readonly salt?: number;
  readonly report?: (event: FileLogEvent) => void;
}

export type FileLogEvent =
  | RecoveryEvent
  | { readonly kind: 'committed'; readonly records: number; readonly bytes: number; readonly tookMs: number }
  | { readonly kind: 'refused_by_disk'; readonly reason: string }
  | { readonly kind: 'dropped'; readonly partition: number; readonly first: number; readonly bytes: number };

/**
 * Throws `LogLockedError` when another process writes there, `LogFormatError` when the folder holds another log or more partitions,
 * and the system's error when the folder cannot be written.
 */
export async function openFileLogWriter(options: FileLogOptions): Promise<LogWriter> {
  const { files = nodeFiles } = options;
  await makeFolderDurably(files, options.dir);
  const unlock = await lockDir(files, options.dir);
  try {
    return await openLocked(options, files, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openLocked(options: FileLogOptions, files: Files, unlock: () => Promise<void>): Promise<LogWriter> {
  const { dir, report = () => undefined } = options;
  const { partitions, salt } = await identityOf(options, files);
  await files.syncFolder(dir); // Who made what is there may have been killed before it came to that.
  const known = await readLastDurable(files, dir, partitions, salt);
  const writers: PartitionWriter[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const start = await recoverPartition(files, dir, partition, salt, known?.[partition] ?? null, report);
    writers.push(await PartitionWriter.open({ dir, partition, salt, files, limits: options.segments ?? SEGMENT_LIMITS, start }));
  }
  const durable = await files.open(durablePath(dir), known === null ? 'create' : 'update');
  const writer = new FileLogWriter(options, salt, writers, durable, unlock);
  writer.publish();
  await writer.applyRetention();
  return writer;
}

async function identityOf({ dir, partitions, clock, salt }: FileLogOptions, files: Files): Promise<LogIdentity> {
  const identity = await readIdentity(files, dir);
  if (identity === null)
    return createIdentity(files, dir, typeof partitions === 'number' ? partitions : partitions.whenNew, salt ?? randomSalt());
  if (typeof partitions !== 'number' || partitions === identity.partitions) return identity;
  if (partitions > identity.partitions) return growIdentity(files, dir, identity, partitions, clock.now());
  throw new LogFormatError(
    `the log in ${dir} has ${identity.partitions} partitions, not ${partitions}: it can be given more of them, and none can be taken away`,
  );
}

async function readLastDurable(files: Files, dir: string, partitions: number, salt: number): Promise<DurableEnd[] | null> {
  try {
    const file = await files.open(durablePath(dir), 'read');
    try {
      return readDurable(file, partitions, salt);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

interface Waiting {
  readonly record: Uint8Array;
  readonly settle: (result: AppendResult) => void;
}

/** What a commit has written of one partition, and where it begins, or why it is not there. */
interface Written {
  readonly waiting: readonly Waiting[];
  readonly result: AppendResult;
}

class FileLogWriter implements LogWriter {
  readonly partitions: number;
  readonly #salt: number;
  readonly #clock: Clock;
  readonly #writers: readonly PartitionWriter[];
  readonly #durable: OpenFile;
  readonly #unlock: () => Promise<void>;
  readonly #retention: Retention | undefined;
  readonly #queueBytesMax: number;
  readonly #report: (event: FileLogEvent) => void;
  /** By partition. */
  #queue = new Map<number, Waiting[]>();
  #queueBytes = 0;
  #committing: Promise<void> | null = null;
  readonly #time: TrustedClock;
  /** Of the clock that nobody sets. */
  #retentionAtMs = 0;
  readonly #closing = new AbortController();
  /** Readers have not been told of the last commit, and will be soon. */
  #isTellingLater = false;

  constructor(options: FileLogOptions, salt: number, writers: readonly PartitionWriter[], durable: OpenFile, unlock: () => Promise<void>) {
    this.partitions = writers.length;
    this.#salt = salt;
    this.#clock = options.clock;
    this.#writers = writers;
    this.#durable = durable;
    this.#unlock = unlock;
    this.#retention = options.retention;
    const { segmentMsMax } = options.segments ?? SEGMENT_LIMITS;
    const left = clockOfSegments(
      writers.flatMap((writer) => writer.segments),
      segmentMsMax,
    );
    this.#time = new TrustedClock(options.clock, left ?? { seenMs: options.clock.now(), jump: null });
    this.#queueBytesMax = options.queueBytesMax ?? QUEUE_BYTES_MAX;
    this.#report = options.report ?? (() => undefined);
  }

  append(partition: number, record: Uint8Array): Promise<AppendResult> {
    assert(partition >= 0 && partition < this.partitions, `partition ${partition} of ${this.partitions}`);
    if (this.#closing.signal.aborted)
      return Promise.resolve({ kind: 'refused', reason: 'the log is closed', retryAfterMs: RETRY_AFTER_MS });
    if (record.length > RECORD_BYTES_MAX) {
      const reason = `a record of ${record.length} bytes is too large, ${RECORD_BYTES_MAX} are allowed: send less at once`;
      return Promise.resolve({ kind: 'refused', reason, retryAfterMs: RETRY_AFTER_MS });
    }
    if (this.#queueBytes + record.length > this.#queueBytesMax) {
      const reason = `the log's queue is full (${this.#queueBytesMax} bytes): the disk is slower than what arrives`;
      return Promise.resolve({ kind: 'refused', reason, retryAfterMs: RETRY_AFTER_MS });
    }
    this.#queueBytes += record.length;
    return new Promise((settle) => {
      const queue = this.#queue.get(partition);
      if (queue === undefined) this.#queue.set(partition, [{ record, settle }]);
      else queue.push({ record, settle });
      this.#committing ??= this.#commitAll();
    });
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#committing;
    for (const writer of this.#writers) await writer.close();
    await this.#durable.close();
    await this.#unlock();
  }

  publish(): void {
    const ends = this.#writers.map((writer) => writer.durableEnd);
    this.#durable.writeNow(encodeDurable(ends, this.#salt), 0);
  }

  async applyRetention(): Promise<void> {
    if (this.#retention === undefined) return;
    this.#retentionAtMs = this.#clock.monotonicMs() + RETENTION_EVERY_MS;
    const nowMs = this.#time.read(this.#clock.now());
    const segments = this.#writers.flatMap((writer) => writer.segments);
    // Not by age while the clock has jumped; a full disk is full all the same.
    const retention = this.#time.state.jump === null ? this.#retention : { ...this.#retention, ageMs: Number.POSITIVE_INFINITY };
    for (const segment of segmentsToDrop(segments, retention, nowMs)) {
      await this.#writers[segment.partition].remove(segment);
      this.#report({ kind: 'dropped', partition: segment.partition, first: segment.first, bytes: segment.bytes });
    }
  }

  /** Runs until the queue is empty; with an empty one it only tells the readers. Never rejects. */
  async #commitAll(): Promise<void> {
    await Promise.resolve(); // What is appended in the same turn belongs to the same commit.
    do {
      const queue = this.#queue;
      this.#queue = new Map();
      if (queue.size > 0) await this.#commit(queue);
      else this.#publishUntilDone();
    } while (this.#queue.size > 0);
    this.#committing = null;
  }

  async #commit(queue: ReadonlyMap<number, readonly Waiting[]>): Promise<void> {
    const beganMs = this.#clock.monotonicMs();
    const commits: Promise<Written>[] = [];
    for (const [partition, waiting] of queue) commits.push(this.#commitTo(partition, waiting));
    const written = commits.length === 1 ? [await commits[0]] : await Promise.all(commits);
    this.#publishUntilDone();
    let records = 0;
    let bytes = 0;
    for (const { waiting, result } of written) {
      for (let i = 0; i < waiting.length; i++) {
        const { record, settle } = waiting[i];
        bytes += record.length;
        settle(result.kind === 'appended' ? { kind: 'appended', offset: result.offset + i } : result);
      }
      records += waiting.length;
    }
    this.#queueBytes -= bytes;
    this.#report({ kind: 'committed', records, bytes, tookMs: this.#clock.monotonicMs() - beganMs });
    if (this.#retention !== undefined && this.#clock.monotonicMs() >= this.#retentionAtMs) await this.#dropOldSegments();
  }

  async #commitTo(partition: number, waiting: readonly Waiting[]): Promise<Written> {
    try {
      const records = waiting.map(({ record }) => record);
      const offset = await this.#writers[partition].append(records, this.#clock.now());
      return { waiting, result: { kind: 'appended', offset } };
    } catch (error) {
      return { waiting, result: this.#refusedByDisk(error) };
    }
  }

  /** The records are durable: failing to tell the readers so is no reason to refuse them. Tells them with the next commit, or soon. */
  #publishUntilDone(): void {
    try {
      this.publish();
    } catch (error) {
      this.#refusedByDisk(error);
      if (!this.#isTellingLater) void this.#tellLater();
    }
  }

  async #tellLater(): Promise<void> {
    this.#isTellingLater = true;
    await this.#clock.sleep(RETRY_AFTER_DISK_MS, this.#closing.signal);
    this.#isTellingLater = false;
    if (!this.#closing.signal.aborted) this.#committing ??= this.#commitAll();
  }

  async #dropOldSegments(): Promise<void> {
    try {
      await this.applyRetention();
    } catch (error) {
      this.#refusedByDisk(error);
    }
  }

  #refusedByDisk(error: unknown): AppendResult & { kind: 'refused' } {
    if (!isFileError(error)) throw error;
    const reason =
      error.code === 'ENOSPC' || error.code === 'EDQUOT'
        ? 'the disk that holds the log is full: free space on it'
        : `the log's disk failed: ${error.message}`;
    this.#report({ kind: 'refused_by_disk', reason });
    return { kind: 'refused', reason, retryAfterMs: RETRY_AFTER_DISK_MS };
  }
}
